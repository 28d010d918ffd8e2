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
  verification: ['model', 'policy', 'history'],
  watch: ['model', 'net', 'scan', 'policy', 'history'],
  digest: ['model', 'policy', 'history'],
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

/** Within history/: what was recorded is compared by diff, proved by evidence, kept by store and asked by the rest. */
const historyRooms = {
  diff: [],
  evidence: [],
  store: ['evidence'],
  timeline: ['store'],
  references: ['store'],
};

/** Within watch/: the core decides without doing anything; notifiers tell what it decided. */
const watchRooms = {
  decision: [],
  schedule: [],
  notifiers: [],
  outbox: ['notifiers'],
};

/** Within report/: one room per document that takes several files; a change is told in the words of diff everywhere. */
const reportRooms = {
  diff: [],
  timeline: [],
  verification: ['diff'],
  weekly: ['diff'],
};

/** Within cli/: one room per subcommand. What several of them need lies beside the rooms, so that none imports another. */
const cliRooms = Object.fromEntries(
  ['check', 'diff', 'history', 'policy', 'protocols', 'reconcile', 'report', 'scan', 'verify', 'watch'].map((word) => [
    word,
    [],
  ]),
);

const subRooms = { policy: policyRooms, history: historyRooms, watch: watchRooms, report: reportRooms, cli: cliRooms };

/** Packages that have exactly one door into the program. */
const doors = {
  'raw-socket': '^src/net/raw-socket',
  koffi: '^src/net/kernel-calls',
  'cli-table3': '^src/report/',
  'ipaddr[.]js': '^src/model/address',
  yaml: '^src/(policy|watch/notifiers)/',
  'better-sqlite3': '^src/history/store/open-database',
  kysely: '^src/history/',
  croner: '^src/watch/schedule/',
  nodemailer: '^src/net/',
  hono: '^src/report/',
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
    ...Object.entries(subRooms).flatMap(([parent, inner]) =>
      Object.entries(inner).map(([room, allowed]) => ({
        name: `${parent}-${room}-imports-only-${allowed.join('-') || 'itself'}`,
        severity: 'error',
        from: { path: `^src/${parent}/${room}/` },
        to: { path: `^src/${parent}/[^/]+/`, pathNot: `^src/${parent}/(${[room, ...allowed].join('|')})/` },
      })),
    ),
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
