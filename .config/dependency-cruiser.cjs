/** Who may import whom: data flows one way, from targets to report; see README, "How the code is laid out". */
const rooms = {
  model: [],
  net: ['model'],
  targets: ['model', 'net'],
  discovery: ['model', 'net'],
  identification: ['model', 'net'],
  scan: ['model', 'net', 'targets', 'discovery', 'identification'],
  policy: ['model'],
  inside: ['model'],
  history: ['model'],
  report: ['model'],
};

/** Within policy/: whose words may be used by whom. All of them may use `policy.ts`, the types. */
const policyRooms = {
  resolution: [],
  versions: [],
  vantages: [],
  remedies: ['resolution'],
  drafting: ['resolution', 'remedies'],
  language: ['resolution', 'versions'],
  evaluation: ['resolution', 'versions', 'vantages', 'remedies'],
  explanation: ['resolution', 'evaluation'],
};

/** Packages that have exactly one door into the program. */
const doors = {
  'raw-socket': '^src/net/raw-socket',
  'cli-table3': '^src/report/',
  'ipaddr[.]js': '^src/model/address',
  yaml: '^src/policy/',
  commander: '^src/cli/',
  '@commander-js/extra-typings': '^src/cli/',
};

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    ...Object.entries(rooms).map(([room, allowed]) => ({
      name: `${room}-imports-only-${allowed.join('-') || 'itself'}`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: { path: '^src/', pathNot: `^src/(${[room, ...allowed].join('|')})/` },
    })),
    ...Object.entries(policyRooms).map(([room, allowed]) => ({
      name: `policy-${room}-imports-only-${allowed.join('-') || 'itself'}`,
      severity: 'error',
      from: { path: `^src/policy/${room}/` },
      to: { path: '^src/policy/[^/]+/', pathNot: `^src/policy/(${[room, ...allowed].join('|')})/` },
    })),
    {
      name: 'nothing-imports-cli',
      severity: 'error',
      from: { pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'sockets-only-in-net',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/net/' },
      to: {
        dependencyTypes: ['core'],
        dependencyTypesNot: ['type-only'],
        path: '^(node:)?(net|tls|dns|dgram|http|https)(/|$)',
      },
    },
    ...Object.entries(doors).map(([name, path]) => ({
      name: `one-door-for-${name.replace(/\W/g, '-')}`,
      severity: 'error',
      from: { path: '^src/', pathNot: path },
      to: { path: `node_modules/${name}/` },
    })),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
