import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import t from 'tap';
import { parse, parseDocument, stringify } from 'yaml';
import type { PolicyExplainFlags } from '../src/cli/policy/arguments.js';
import { runPolicyExplain } from '../src/cli/policy/explain-command.js';
import { familyOf, parseAddress } from '../src/model/address.js';
import { ExposcanError } from '../src/model/errors.js';
import type { ExplainedFamily, Explanation } from '../src/model/explanation.js';
import { parseTarget } from '../src/model/parse-target.js';
import { evaluate } from '../src/policy/evaluation/evaluate.js';
import { explainPorts } from '../src/policy/explanation/explain-port.js';
import { findPolicy } from '../src/policy/language/find-policy.js';
import { lintPolicy } from '../src/policy/language/lint-policy.js';
import { unreachedEntries } from '../src/policy/language/lint-reach.js';
import { loadPolicy } from '../src/policy/language/load-policy.js';
import { parsePolicy } from '../src/policy/language/parse-policy.js';
import type { Policy } from '../src/policy/policy.js';
import { policyJsonSchema } from '../src/policy/language/policy-document.js';
import { problemLine } from '../src/policy/language/problems.js';
import { proposePolicy } from '../src/policy/drafting/propose-policy.js';
import { hostResolver } from '../src/policy/resolution/resolved-host.js';
import { shippedPolicies } from '../src/policy/language/shipped-policies.js';
import { formatExplanation } from '../src/report/explanation.js';
import { brokenPolicies } from './fixtures/policies/broken.js';
import { allBut, closedPorts, host, openPort, snapshotOf, storyGreeting, v4, v6 } from './fixtures/snapshots.js';
import './fixtures/own-state.js';

const project = fileURLToPath(new URL('..', import.meta.url));
const now = new Date('2026-06-01T12:00:00Z');

const lint = (policy: Policy) => lintPolicy(policy, now).map(problemLine);
/** The first three lines are those of a sound start; the entries follow on line 4. */
const policyOf = (entries: string, more = '') =>
  parsePolicy(`version: 1\nname: test\nhosts:\n${entries}\n${more}`, 'p.yaml');

const ssh = '{ port: 22, exposure: public }';
const mysql = '{ port: 3306, service: mysql, exposure: local-only }';

t.test('lint: what loads and is still not right', (t) => {
  const cases: [name: string, entries: string, more: string, says: readonly string[]][] = [
    [
      'owner and reason of a draft',
      '  - host: a.example.org\n    services:\n      - { port: 22, exposure: public, owner: , reason: }\n      - { service: mysql, exposure: absent, owner: igb, reason: }',
      '',
      [
        'p.yaml:6:9: owner and reason are blank, so nobody has decided 22/tcp public yet, and it cannot pass. Fill in owner and reason, or remove the rule.',
        'p.yaml:7:9: reason is blank, so nobody has decided mysql absent yet, and it cannot pass. Fill in reason, or remove the rule.',
      ],
    ],
    [
      'rules that hosts share, once',
      '  - host: a.example.org\n    services: &shared [{ port: 22, exposure: public, owner: }]\n  - host: b.example.org\n    services: *shared',
      '',
      [
        'p.yaml:5:24: owner is blank, so nobody has decided 22/tcp public yet, and it cannot pass. Fill in owner, or remove the rule.',
      ],
    ],
    [
      'rules of the defaults',
      '  - host: a.example.org',
      'defaults: { services: [{ port: 22, exposure: public, owner: }] }',
      ['p.yaml:5:24: owner is blank'],
    ],
    [
      'exceptions that have lapsed',
      `  - host: a.example.org
    exceptions:
      - { port: 80, owner: igb, reason: x, expires: 2026-05-31 }
      - { port: 81, owner: igb, reason: x, expires: 2026-05-29 }
      - { port: 82, owner: igb, reason: x, expires: 2026-06-01 }`,
      '',
      [
        'p.yaml:6:9: the exception for port 80 ended on 2026-05-31 and lapsed today: it excuses nothing. Let igb close the port, or decide anew and change expires.',
        'p.yaml:7:9: the exception for port 81 ended on 2026-05-29 and lapsed 2 days ago',
      ],
    ],
    [
      'variables that nothing uses',
      '  - host: a.example.org\n    services: [{ port: 22, exposure: restricted, from: $lan }]',
      'variables: { lan: 192.0.2.0/24, office: [office] }',
      ['p.yaml:6:41: no rule uses the variable office. Name it under from as $office, or remove it.'],
    ],
    [
      'a group all of whose hosts decide for themselves',
      `  - { group: web, members: [a.example.org, 192.0.2.0/24], services: [{ port: 22, exposure: absent }] }
  - { host: a.example.org, services: [${ssh}] }
  - { host: 192.0.2.0/24, services: [{ ports: 1-100, exposure: absent }] }`,
      '',
      [
        'p.yaml:4:5: no rule of web is ever reached: for the same hosts, a.example.org (p.yaml:5) and 192.0.2.0/24 (p.yaml:6) decide all that they speak of.',
      ],
    ],
    [
      'a group that says what one before it says',
      `  - { group: a, members: [a.example.org, b.example.org], services: [${ssh}, { service: mysql, exposure: absent }] }
  - { group: b, members: [b.example.org], services: [{ service: mysql, exposure: absent }, ${ssh}] }`,
      '',
      ['p.yaml:5:5: no rule of b is ever reached'],
    ],
    ['a host that says nothing', '  - host: a.example.org', '', ['p.yaml:4:5: this host says nothing']],
    [
      'a group that says nothing, beside one that speaks of others',
      `  - { group: web, members: [a.example.org, b.example.org] }\n  - { host: c.example.org, services: [${ssh}] }`,
      '',
      [
        'p.yaml:4:5: this group says nothing, and nothing else in the policy does, so none of its ports may be open. Write unlisted: deny if that is meant, or give it services.',
      ],
    ],
    [
      'a group that adds nothing',
      `  - { group: web, members: [a.example.org] }\n  - { host: a.example.org, services: [${ssh}] }`,
      '',
      ['p.yaml:4:5: this group adds nothing to a.example.org (p.yaml:5). Give it services, or remove it.'],
    ],
  ];
  for (const [name, entries, more, says] of cases) {
    const found = lint(policyOf(entries, more));
    t.equal(found.length, says.length, `${name}: ${found.join('\n')}`);
    for (const [at, start] of says.entries()) t.equal(found[at]?.slice(0, start.length), start, name);
  }
  t.end();
});

t.test('lint: no false alarms', (t) => {
  const cases: [name: string, entries: string, more?: string][] = [
    [
      'a host that overrules its group',
      `  - { group: web, members: [a.example.org, b.example.org], services: [${ssh}] }\n  - { host: a.example.org, services: [{ port: 22, exposure: absent }] }`,
    ],
    [
      'a group that decides one port more',
      `  - { group: web, members: [a.example.org], services: [{ ports: 22-23, exposure: absent }] }\n  - { host: a.example.org, services: [${ssh}] }`,
    ],
    [
      'a group that decides one family more',
      `  - { group: web, members: [a.example.org], services: [${ssh}] }\n  - { host: a.example.org, services: [{ port: 22, exposure: absent, family: 4 }] }`,
    ],
    [
      'a port is no leave for the service elsewhere',
      `  - { group: web, members: [a.example.org], services: [{ service: mysql, exposure: absent }] }\n  - { host: a.example.org, services: [${mysql}] }`,
    ],
    [
      'a name may have addresses out of the block',
      `  - { host: 192.0.2.0/24, services: [${ssh}] }\n  - { host: a.example.org, services: [${ssh}] }`,
    ],
    [
      'hosts that the defaults speak for',
      '  - host: a.example.org\n  - { group: web, members: [b.example.org] }',
      'defaults: { unlisted: deny }',
    ],
    [
      'hosts that a broader entry speaks for',
      `  - host: a.example.org\n  - host: 192.0.2.7\n  - { host: "*", services: [${ssh}] }`,
    ],
    [
      'hosts that a pattern and a block speak for',
      `  - host: a.example.org\n  - host: 192.0.2.7\n  - { host: "*.example.org", services: [${ssh}] }\n  - { host: 192.0.2.0/24, services: [${ssh}] }`,
    ],
    ['nothing may be open, and it says so', '  - { host: a.example.org, unlisted: deny }'],
    [
      'an exception alone',
      '  - host: a.example.org\n    exceptions: [{ port: 80, owner: x, reason: y, expires: 2026-06-01 }]',
    ],
    [
      'a variable in the defaults',
      '  - { host: a.example.org, families: [4] }',
      'variables: { lan: 192.0.2.0/24 }\ndefaults: { services: [{ port: 22, exposure: restricted, from: [$lan] }] }',
    ],
  ];
  for (const [name, entries, more] of cases) t.same(lint(policyOf(entries, more)), [], name);
  t.end();
});

t.test('lint: an including file may overrule what it includes, and an included host outranks a group', async (t) => {
  const folder = t.testdir({
    'common.yaml': `version: 1\nhosts:\n  - { host: "*", services: [${ssh}] }\n  - { host: a.example.org, services: [${mysql}] }\n`,
    'site.yaml': `version: 1\nname: site\ninclude: common.yaml\nhosts:\n  - { host: "*", services: [{ port: 22, exposure: absent }] }\n  - { group: db, members: [a.example.org], services: [{ port: 3306, exposure: absent }] }\n`,
  });
  const file = join(folder, 'site.yaml');
  const [first, ...rest] = lint(await loadPolicy(file, 'site.yaml'));
  t.match(
    first,
    /^site\.yaml:6:5: no rule of db is ever reached: for the same hosts, a\.example\.org \(common\.yaml:4\)/,
  );
  t.same(rest, []);
});

t.test('properties: what lint calls unreached can be removed', (t) => {
  const range = fc.constantFrom('1', '2', '1-2', '1-3', '3-4', '1-6');
  const rule = fc.oneof(
    fc
      .tuple(range, fc.constantFrom('', ', family: 4', ', family: 6'))
      .map(([ports, more]) => `{ ports: "${ports}", exposure: absent${more} }`),
    fc.constantFrom('mysql', 'redis').map((service) => `{ service: ${service}, exposure: absent }`),
  );
  const rules = fc.uniqueArray(rule, { minLength: 1, maxLength: 3 }).map((list) => `[${list.join(', ')}]`);
  const place = fc.constantFrom('a.example.org', '"*.example.org"', '192.0.2.7', '192.0.2.0/24', '"*"');
  const entry = fc.oneof(
    fc.tuple(place, rules).map(([at, services]) => `  - { host: ${at}, services: ${services} }`),
    fc
      .tuple(fc.uniqueArray(place, { minLength: 1, maxLength: 3 }), rules, fc.integer({ min: 0, max: 99 }))
      .map(
        ([members, services, name]) =>
          `  - { group: g${name}, members: [${members.join(', ')}], services: ${services} }`,
      ),
  );
  let flagged = 0;
  fc.assert(
    fc.property(fc.array(entry, { minLength: 2, maxLength: 5 }), (entries) => {
      const policy = loadable(() => policyOf(entries.join('\n')));
      if (policy === undefined) return true;
      const found = new Set(unreachedEntries(policy).map((each) => each.entry));
      flagged += found.size;
      const kept = {
        ...policy,
        entries: policy.entries.map((each) => (found.has(each) ? { ...each, services: [] } : each)),
      };
      return decisions(policy) === decisions(kept);
    }),
    { numRuns: 2000 },
  );
  t.ok(flagged > 50, `${flagged} entries were called unreached`);
  t.end();
});

/** Undefined where the reader of policies refuses it. */
function loadable<T>(load: () => T): T | undefined {
  try {
    return load();
  } catch (error) {
    if (error instanceof ExposcanError) return undefined;
    throw error;
  }
}

/** What a policy decides for some hosts, without a word about who decides it. */
function decisions(policy: Policy): string {
  const resolver = hostResolver(policy);
  const hosts = ['a.example.org', 'b.example.org', 'c.example.net', '192.0.2.7', '192.0.2.8', '198.51.100.1'];
  const all = hosts.flatMap((text) =>
    ['192.0.2.7', '192.0.2.9', '198.51.100.2', '2001:db8::7'].map((address) => {
      const rules = resolver.resolve(parseTarget(text), parseAddress(address))?.rules(familyOf(address));
      const byPort = [1, 2, 3, 4, 5, 6, 7].map((port) => rules?.ruleAt(port)?.position);
      return [byPort, rules?.anywhere.map(({ position }) => position)];
    }),
  );
  return JSON.stringify(all);
}

const layered = `version: 1
name: layers
variables: { lan: [office, 192.0.2.0/24] }
defaults:
  maxAge: 12h
  services: [{ port: 25, exposure: absent }]
hosts:
  - host: "*"
    ports: 1-3000
    unlisted: review
    services:
      - { ports: 1-1024, exposure: absent }
      - { service: redis, exposure: local-only, severity: critical }
      - { port: 3000, exposure: public, family: 6 }
  - group: web
    members: ["*.example.org", 198.51.100.0/24]
    families: [4]
    services:
      - { ports: 20-30, exposure: local-only }
      - { port: 22, service: ssh, exposure: restricted, from: $lan, minVersion: "9.2p1", owner: igb, reason: ops, ticket: CHG-1 }
      - { service: ssh, exposure: absent }
  - host: "www.*.org"
    services: [{ port: 80, exposure: public, owner: }]
  - host: www.example.org
    services: [{ port: 3306, service: mysql, exposure: local-only, accept: closed }]
    exceptions:
      - { port: 8080, owner: igb, reason: migration, expires: 2026-06-01 }
      - { port: 8081, owner: igb, reason: migration, ticket: CHG-2, expires: 2026-05-01 }
  - host: 198.51.100.7
    services: [{ port: 443, service: https, exposure: public, tls: { minVersion: "1.2", daysToExpiry: 14 } }]
  - { host: 203.0.113.0/24, unlisted: deny }
`;
const layers = parsePolicy(layered, 'layers.yaml');
const explain = (name: string, port: number, policy = layers): Explanation =>
  explainPorts(policy, parseTarget(name), [port], now);
const familiesAt = (name: string, port: number) => explain(name, port).ports[0]?.families ?? [];
/** `rule (of its entry)`, and what loses against it. */
const brief = ({ rule, losing }: ExplainedFamily) => [
  rule === undefined ? 'unlisted' : `${rule.place.line} ${rule.text} (${rule.entry ?? 'defaults'})`,
  ...losing.map((each) => `${each.rule.place.line} ${each.why}`),
];

const distinct = (briefs: readonly (readonly string[])[]) =>
  briefs.filter((each, at) => JSON.stringify(each) !== JSON.stringify(briefs[at - 1]));

t.test('explain: which rule decides, which lose, and why', (t) => {
  const cases: [host: string, port: number, expected: readonly (readonly string[])[]][] = [
    [
      'www.example.org',
      22,
      [['20 22/tcp ssh restricted (web)', '19 larger-range', '21 without-port', '12 less-specific-entry']],
    ],
    ['www.example.org', 80, [['23 80/tcp public (www.*.org)', '12 less-specific-entry']]],
    ['www.example.org', 25, [['19 20-30/tcp local-only (web)', '12 less-specific-entry', '6 less-specific-entry']]],
    ['www.example.org', 3306, [['25 3306/tcp mysql local-only (www.example.org)']]],
    ['www.example.org', 3000, [['unlisted'], ['14 3000/tcp IPv6 public (*)']]],
    ['192.0.2.9', 3000, [['unlisted', '14 other-family']]],
    ['192.0.2.9', 25, [['12 1-1024/tcp absent (*)', '6 less-specific-entry']]],
    ['2001:db8::9', 3000, [['14 3000/tcp IPv6 public (*)']]],
    ['198.51.100.7', 443, [['30 443/tcp https public (198.51.100.7)', '12 less-specific-entry']]],
    ['www.example.org', 6379, [['unlisted']]],
  ];
  for (const [name, port, expected] of cases) {
    t.same(distinct(familiesAt(name, port).map(brief)), expected, `${name} ${port}`);
  }
  t.same(
    familiesAt('other.example.net', 25).map(({ families }) => families),
    [[4, 6]],
    'said once where both say the same',
  );
  t.same(
    familiesAt('www.example.org', 25).map(({ families, required }) => [families, required.value]),
    [
      [[4], true],
      [[6], false],
    ],
    'and apart where they differ in anything',
  );
  t.end();
});

t.test('explain: entries, settings, exceptions', (t) => {
  const named = explain('www.example.org', 8080);
  t.same(
    named.entries.map(({ name, specificity, member, yieldsFor }) => [name, specificity, member, yieldsFor]),
    [
      ['www.example.org', 'name', 'www.example.org', undefined],
      ['web', 'pattern', '*.example.org', 'less-specific'],
      ['www.*.org', 'pattern', 'www.*.org', 'fewer-letters'],
      ['*', 'any', '*', 'less-specific'],
    ],
  );
  t.same(named.defaults, [{ file: 'layers.yaml', line: 5, column: 3 }]);
  t.same(
    named.otherEntries.map(({ member, specificity }) => [member, specificity]),
    [
      ['198.51.100.7', 'address'],
      ['203.0.113.0/24', 'block'],
    ],
    'addresses of the name may have entries of their own, beyond those that speak of it anyway',
  );
  t.match(named.maxAge, { value: 12 * 3_600_000, statedAt: { line: 5 } });
  const [port] = named.ports;
  t.match(port, {
    unlisted: { value: 'deny', statedAt: undefined },
    observed: { value: 'required', statedAt: undefined },
    exception: { state: 'holds', expires: '2026-06-01', owner: 'igb' },
  });
  t.match(port?.families, [
    { families: [4], required: { value: true, statedAt: { line: 15 } } },
    { families: [6], required: { value: false, statedAt: { line: 15 } } },
  ]);
  t.match(explain('www.example.org', 8081).ports[0]?.exception, { state: 'lapsed', ticket: 'CHG-2' });

  const address = explain('198.51.100.7', 22);
  t.same(
    address.entries.map(({ name, specificity, yieldsFor }) => [name, specificity, yieldsFor]),
    [
      ['198.51.100.7', 'address', undefined],
      ['web', 'block', 'less-specific'],
      ['*', 'any', 'less-specific'],
    ],
  );
  t.same(
    address.otherEntries.map(({ member }) => member),
    ['*.example.org', 'www.*.org', 'www.example.org'],
    'a name may lead here',
  );

  const bare = parsePolicy('version: 1\nname: bare\nhosts: [{ host: a.example.org, maxAge: 30m }]\n', 'p.yaml');
  t.match(explain('a.example.org', 22, bare), {
    maxAge: { value: 1_800_000 },
    ports: [{ unlisted: { value: 'deny', statedAt: undefined }, observed: { value: 'required', statedAt: undefined } }],
  });
  t.same(explain('b.example.org', 22, bare).ports, [], 'nothing is declared of it');
  t.same(explain('b.example.org', 22, bare).entries, []);
  t.end();
});

t.test('explain: among entries of the very same hosts', async (t) => {
  const folder = t.testdir({
    'common.yaml': `version: 1\nhosts:\n  - { host: a.example.org, services: [${ssh}] }\n  - { host: 192.0.2.0/24, families: [4] }\n  - { host: 192.0.2.0/25, families: [4] }\n`,
    'site.yaml': `version: 1\nname: site\ninclude: common.yaml\nhosts:\n  - { group: one, members: [a.example.org], families: [4] }\n  - { group: two, members: [a.example.org], families: [4] }\n  - { host: a.example.org, families: [4] }\n`,
  });
  const policy = await loadPolicy(join(folder, 'site.yaml'), 'site.yaml');
  t.same(
    explain('a.example.org', 22, policy).entries.map(({ name, place, included, yieldsFor }) => [
      name,
      place.file,
      included,
      yieldsFor,
    ]),
    [
      ['a.example.org', 'site.yaml', 0, undefined],
      ['a.example.org', 'common.yaml', 1, 'included'],
      ['one', 'site.yaml', 0, 'group-after-host'],
      ['two', 'site.yaml', 0, 'later'],
    ],
  );
  t.same(
    explain('192.0.2.7', 22, policy).entries.map(({ name, yieldsFor }) => [name, yieldsFor]),
    [
      ['192.0.2.0/25', undefined],
      ['192.0.2.0/24', 'larger-block'],
    ],
  );
});

t.test('explain: what holds where a service is found on a port that no rule names', (t) => {
  const policy = policyOf(`  - host: a.example.org
    services:
      - { port: 3306, service: mysql, exposure: local-only }
      - { port: 22, service: ssh, exposure: public }
      - { port: 5432, service: postgresql, exposure: restricted, from: [office] }
      - { service: redis, exposure: absent }
      - { service: https, exposure: public }`);
  const conditionsAt = (port: number) =>
    explain('a.example.org', port, policy).ports[0]?.families[0]?.ifFound.map(
      ({ rule, services, vantages }) => `${services.join()} ${rule.place.line} ${vantages}`,
    );
  t.same(conditionsAt(3307), ['redis 9 all', 'https 10 all', 'mysql 6 all', 'postgresql 8 outside']);
  t.same(conditionsAt(22), [], 'a rule that names the port decides whatever is found');
  const byNumber = (port: number) => explain('a.example.org', port, policy).ports[0]?.families[0]?.byNumber?.text;
  t.equal(byNumber(6379), 'redis absent');
  t.equal(
    byNumber(3307),
    undefined,
    "a rule for a port is none for its service's other ports, unless it is read there",
  );

  // What is said is what is done.
  for (const [service, code] of [
    ['mysql', 'exposed'],
    ['redis', 'exposed'],
    ['https', 'open'],
    ['postgresql', 'exposed'],
    ['ssh', 'unlisted'],
  ] as const) {
    const snapshot = snapshotOf({
      targets: [{ target: 'a.example.org', addresses: [v4], noRecord: [6], errors: [] }],
      open: [openPort(v4, 3999, { service: { name: service, method: 'probed' } })],
    });
    const found = evaluate(policy, snapshot).findings.find(({ port }) => port === 3999);
    t.equal(found?.code, code, service);
  }
  t.end();
});

t.test('explain: what a person reads', (t) => {
  const text = (name: string, port: number, policy = layers, verbosity = 0) =>
    formatExplanation(explain(name, port, policy), { colour: false, width: 100, verbosity });
  const flat = (shown: string) => shown.replace(/\s+/g, ' ');
  const ruled = text('www.example.org', 22);
  for (const part of [
    'Port 22 of www.example.org on IPv4: restricted',
    'layers.yaml:20:9 22/tcp ssh restricted, of web',
    'it must be open to these, and to nobody else: office and 192.0.2.0/24',
    'ssh, version 9.2p1 or later',
    'its entry is the most specific of those that name the port; in its entry, its range',
    'loses       layers.yaml:19:9 20-30/tcp local-only, of web: in the same entry, its range of ports is larger',
    'it names no port, and a rule that does comes first',
    'not asked for on this family (families, layers.yaml:15:5)',
    'a snapshot older than 12 hours decides nothing (layers.yaml:5:3)',
    '3. www.*.org at layers.yaml:22:5: a pattern of names; less specific: this pattern has fewer letters',
    'group web at layers.yaml:15:5: a pattern of names, *.example.org',
    'Last, the defaults at layers.yaml:5:3',
    'Addresses of www.example.org may have entries of their own',
    '203.0.113.0/24 (layers.yaml:31:5) decides what the name does not, for addresses in it',
    '2. group web at layers.yaml:15:5: a pattern of names, *.example.org; less specific: a name outranks a pattern',
    '198.51.100.7 (layers.yaml:29:5) comes first for that address',
  ]) {
    t.ok(flat(ruled).includes(flat(part)), part);
  }
  t.match(text('www.example.org', 80), /blank +owner: until filled in, the rule cannot pass/);
  t.match(text('www.example.org', 8081), /exception +layers\.yaml:28:9 lapsed after 2026-05-01: it excuses nothing/);
  t.match(text('www.example.org', 3306), /proof +closed proves/);
  t.match(text('198.51.100.7', 443), /tls +required, version 1\.2 or later, certificate valid for 14 days more/);
  t.match(text('198.51.100.7', 443), /Scanned by a name, 198\.51\.100\.7 is what the policy says of that name, too/);
  t.match(text('www.example.org', 6379), /by number +6379 is redis's by its number/);
  const none = policyOf(
    `  - { host: a.example.org, services: [${ssh}] }\n  - { host: 192.0.2.0/24, services: [${ssh}] }`,
  );
  t.equal(
    text('b.example.org', 22, none),
    [
      'No entry of test (p.yaml) speaks of b.example.org: nothing is declared.',
      '',
      'Addresses of b.example.org may have entries of their own',
      '  192.0.2.0/24 (p.yaml:5) decides what the name does not, for addresses in it',
      '',
    ]
      .join('\n')
      .replace('(p.yaml:5)', '(p.yaml:5:5)'),
  );
  const hostile = parsePolicy(
    `version: 1\nname: "x\\e[2J"\nhosts: [{ host: a.example.org, services: [{ port: 1, exposure: absent, owner: "\\u202e", reason: "\\e]0;x" }] }]\n`,
    'p\u001b[2J.yaml',
  );
  for (const shown of [text('a.example.org', 1, hostile), text('b.example.org', 1, hostile)]) {
    t.notMatch(shown, /[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]/u, 'nothing in a policy drives the terminal');
  }
  t.end();
});

const validate = new Ajv2020({ allErrors: true }).compile(policyJsonSchema());

t.test('schema: what only the reader can know', (t) => {
  /** Relations between values, spellings of numbers and names, and what stands in other files. */
  const beyondSchema = new Set([
    'missing name',
    'a pattern of nothing',
    'a pattern with ** inside',
    'a pattern that is a regular expression',
    'octal address',
    'block with host bits',
    'block of 33 bits',
    'a host twice',
    'IPv6 of an IPv4 block',
    'ports beyond the last',
    'ports backwards',
    'ports by a mistyped name',
    'a review of nothing',
    'a service under another name',
    'a service mistyped',
    'a service that nothing can find',
    'from a broken block',
    'a version that cannot be compared',
    'two rules for one port',
    'two rules for a range of ports',
    'two rules for one service',
    'a rule outside what is scanned',
    'exception until no day',
    'two exceptions for one port',
    'an exception to what is allowed',
    'a group twice',
    'a member twice',
    'groups that contradict each other',
    'a rule that others shadow',
    'a rule for a family that the host does not have',
    'a variable that is not defined',
    'an include in a text',
  ]);
  let rejected = 0;
  for (const { name, text } of brokenPolicies) {
    const document = parseDocument(text, { logLevel: 'error' });
    if (document.errors.length + document.warnings.length > 0 || name.includes('alias')) continue;
    const isFine = validate(document.toJS());
    t.equal(isFine, beyondSchema.has(name), name);
    if (!isFine) rejected += 1;
  }
  t.ok(rejected > 50, `${rejected} are refused by the schema already`);
  t.end();
});

t.test('variables without a value, or whose name is none, are not passed over', (t) => {
  const head = 'version: 1\nname: x\nhosts: [{ host: "*", unlisted: deny }]\nvariables: ';
  for (const [text, message] of [
    ['{ lan }', /^p\.yaml:4:14: variables\.lan: expected the name of a vantage, an address, or a block.*found nothing/],
    ['{ [lan]: office }', /^p\.yaml:4:14: variables\.\?: expected a name before the colon, found a list/],
  ] as const) {
    t.throws(() => parsePolicy(`${head}${text}\n`, 'p.yaml'), { message });
    t.equal(validate(parse(`${head}${text}\n`)), false, text);
  }
  t.end();
});

t.test('schema: every policy that is shipped or shown', async (t) => {
  for (const name of await shippedPolicies()) {
    const path = join(project, 'policies', `${name}.yaml`);
    const text = readFileSync(path, 'utf8');
    t.equal(validate(parse(text)), true, name);
    const [, schema = ''] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text) ?? [];
    const found = resolve(dirname(path), schema);
    t.ok(existsSync(found), `${schema} is there`);
    t.same(JSON.parse(readFileSync(found, 'utf8')), policyJsonSchema(), 'and is the schema of policies');
  }
  for (const text of [layered, proposePolicy(snapshotOf({ open: [openPort(v4, 22)] }))]) {
    parsePolicy(text, 'p.yaml');
    t.equal(validate(parse(text)), true);
  }
  const readme = readFileSync(join(project, 'README.md'), 'utf8');
  for (const [, block = ''] of readme.matchAll(/^```yaml\n(.*?)^```/gms)) {
    if (!/^version: 1$/m.test(block) || /^notifiers:$/m.test(block)) continue;
    t.equal(validate(parse(block)), true, block.slice(0, 60));
  }
  const { exports } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as {
    exports: Record<string, unknown>;
  };
  t.equal(exports['./schema/policy.json'], './dist/schema/policy.json');
});

t.test('properties: the schema accepts whatever the reader accepts', (t) => {
  const odd = fc.constantFrom<unknown>(
    ...[
      null,
      '',
      ' ',
      'x',
      '*',
      'all',
      '$lan',
      'closed',
      'filtered',
      '1',
      '1.2',
      '22,80',
      '0d',
      '7d',
      '00001m',
      '2026-12-31',
    ],
    ...[
      0,
      1,
      1.2,
      1.3,
      4,
      6,
      22,
      65536,
      -1,
      true,
      false,
      [],
      {},
      [[]],
      [4, 4],
      ['closed'],
      ['closed', 'closed'],
      ['filtered', 'closed'],
    ],
    ...[
      [22, 'ssh'],
      { required: false },
      { minVersion: 1.2 },
      { daysToExpiry: 0 },
      'x'.repeat(101),
      'é'.repeat(499),
      ' a ',
    ],
  );
  const place = fc.constantFrom<object>(
    { port: 22 },
    { ports: 22, service: 'ssh' },
    { ports: '1-21' },
    { ports: [443, 'mysql'], family: 4 },
    { port: 80, family: 6 },
    { ports: 'common', family: 'both' },
    { service: 'mysql' },
  );
  const proof = { accept: fc.constantFrom<unknown>('closed', ['closed'], ['closed', 'filtered']) };
  const identity = {
    product: fc.constant('OpenSSH'),
    tls: fc.constantFrom<unknown>({}, { required: true }, { minVersion: '1.2' }, { minVersion: 1.3, daysToExpiry: 30 }),
  };
  const versioned = fc.constantFrom<object>(
    {},
    { product: 'OpenSSH', minVersion: '9.2p1' },
    { product: 'MariaDB', minVersion: ['1:9.2', '10.11.19-MariaDB'] },
  );
  const who = fc.record(
    {
      severity: fc.constantFrom('info', 'critical'),
      owner: fc.constantFrom(null, 'igb'),
      reason: fc.constantFrom(null, 'why'),
      ticket: fc.constant('CHG-1'),
    },
    { requiredKeys: [] },
  );
  const restricted = fc.record(
    {
      exposure: fc.constant('restricted'),
      from: fc.constantFrom<unknown>('office', ['office'], ['192.0.2.0/24', '2001:db8::/48']),
      ...identity,
      ...proof,
    },
    { requiredKeys: ['exposure', 'from'] },
  );
  const rule = fc
    .tuple(
      place,
      fc.oneof(
        fc.record({ exposure: fc.constant('public'), ...identity }, { requiredKeys: ['exposure'] }),
        fc.tuple(restricted, versioned).map(([one, other]) => ({ ...one, ...other })),
        fc.record({ exposure: fc.constantFrom('local-only', 'absent'), ...proof }, { requiredKeys: ['exposure'] }),
      ),
      who,
    )
    .map((parts): object => Object.assign({}, ...parts) as object);
  const exception = fc.record(
    {
      port: fc.constantFrom(80, 81),
      owner: fc.constant('igb'),
      reason: fc.constant('why'),
      ticket: fc.constant('CHG-1'),
      expires: fc.constant('2026-12-31'),
    },
    { requiredKeys: ['port', 'owner', 'reason', 'expires'] },
  );
  const settings = {
    ports: fc.constantFrom<unknown>('all', 'as-scanned', '1-65535', ['1-65535', 'mysql']),
    families: fc.constantFrom([4], [4, 6]),
    unlisted: fc.constantFrom('deny', 'deny', 'deny', 'review'),
    maxAge: fc.constantFrom('7d', '12h', '00030m'),
    services: fc.array(rule, { maxLength: 1 }),
  };
  const hostEntry = fc.record(
    {
      host: fc.constantFrom('a.example.org', '*', 'www-*.example.org', '**.example.org', 'bücher.example'),
      ...settings,
      exceptions: fc.array(exception, { maxLength: 1 }),
    },
    { requiredKeys: ['host'] },
  );
  const groupEntry = fc.record(
    {
      group: fc.constantFrom('web', 'db.1'),
      members: fc.constantFrom<unknown>('b.example.org', ['d.example.org', 'c.example.org']),
      ...settings,
    },
    { requiredKeys: ['group', 'members'] },
  );
  const document = fc.record(
    {
      version: fc.constant(1),
      name: fc.constant('test'),
      variables: fc.constantFrom({}, { lan: 'office' }, { lan: ['office', '192.0.2.0/24'] }),
      warnDays: fc.integer({ min: 0, max: 366 }),
      defaults: fc.record(settings, { requiredKeys: [] }),
      hosts: fc.array(fc.oneof(hostEntry, groupEntry), { minLength: 1, maxLength: 2 }),
    },
    { requiredKeys: ['version', 'name', 'hosts'] },
  );
  const changed = fc.tuple(document, fc.nat(1000), fc.option(odd, { nil: undefined })).map(([sound, at, value]) => {
    const places: { holder: Record<string, unknown>; key: string }[] = [];
    const walk = (node: unknown) => {
      if (typeof node !== 'object' || node === null) return;
      const holder = node as Record<string, unknown>;
      for (const [key, inner] of Object.entries(holder)) {
        places.push({ holder, key });
        walk(inner);
      }
    };
    const copy = structuredClone(sound);
    walk(copy);
    const place = value === undefined ? undefined : places[at % places.length];
    if (place !== undefined) place.holder[place.key] = value;
    return copy;
  });
  let accepted = 0;
  fc.assert(
    fc.property(changed, (value) => {
      const text = stringify(value, { aliasDuplicateObjects: false });
      if (loadable(() => parsePolicy(text, 'p.yaml')) === undefined) return true;
      accepted += 1;
      if (!validate(parse(text))) throw new Error(JSON.stringify(validate.errors?.slice(0, 3)));
      return true;
    }),
    { numRuns: 2000 },
  );
  t.ok(accepted > 300, `the reader accepted ${accepted}`);
  t.end();
});

t.test('every shipped policy is linted, explained and evaluated', async (t) => {
  for (const name of await shippedPolicies()) {
    const policy = await findPolicy(name);
    t.same(lint(policy), [], name);
    const explanation = explainPorts(policy, parseTarget(host), [22, 80, 3306, 9999], now);
    t.equal(explanation.entries.length, 1, name);
    t.equal(explanation.ports.length, 4);
    t.match(formatExplanation(explanation, { colour: false, width: 80 }), /Port 3306 of offsite7\.example\.org/);
    const risky = snapshotOf({
      open: [
        openPort(v4, 3306, { service: { name: 'mysql', product: 'MySQL', version: '5.1.73' }, said: storyGreeting }),
      ],
      notOpen: [closedPorts(v4, allBut('3306')), closedPorts(v6, '1-65535')],
    });
    // For database-server, MySQL is open to nobody outside its networks, and the internet is.
    t.equal(evaluate(policy, risky).verdict, 'fail', name);
    const exposed = evaluate(policy, risky).findings.find(({ port, outcome }) => port === 3306 && outcome === 'fail');
    t.match(exposed?.expected, name === 'database-server' ? /^restricted/ : /^(?:local-only$|not open)/, name);
  }
});

/** Runs the built program to its end. */
async function exposcan(cwd: string, ...args: readonly string[]) {
  const child = spawn(process.execPath, [join(project, 'bin/exposcan.js'), ...args], { cwd });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => (output[stream] += text));
  }
  await once(child, 'close');
  return { code: child.exitCode, ...output };
}

const justNow = new Date().toISOString();
const found = snapshotOf({
  startedAt: justNow,
  finishedAt: justNow,
  open: [v4, v6].flatMap((address) => [
    openPort(address, 22, { observedAt: justNow, service: { name: 'ssh', product: 'OpenSSH', version: '9.2p1' } }),
    openPort(address, 3306, {
      observedAt: justNow,
      service: { name: 'mysql', product: 'MySQL', version: '5.1.73' },
      said: storyGreeting,
    }),
  ]),
  notOpen: [v4, v6].map((address) => closedPorts(address, allBut('22,3306'), { observedAt: justNow })),
});

t.test('from a draft to a policy: blanks, then decisions, then the first failure', async (t) => {
  const draft = proposePolicy(found);
  const policy = parsePolicy(draft, 'draft.yaml');
  const problems = lintPolicy(policy, now);
  t.same(
    problems.map(({ message }) => message.replace(/ yet.*/, '')),
    ['22/tcp ssh public', '3306/tcp mysql local-only'].map(
      (rule) => `owner and reason are blank, so nobody has decided ${rule}`,
    ),
  );
  const lines = draft.split('\n');
  t.ok(
    problems.every(({ line }) => /^ *- port: (?:22|3306)/.test(lines[line - 1] ?? '')),
    'each at its rule',
  );
  const closed = {
    ...found,
    open: found.open.filter(({ port }) => port === 22),
    notOpen: [v4, v6].map((address) => closedPorts(address, allBut('22'), { observedAt: justNow })),
  };
  const unreviewed = evaluate(policy, closed);
  t.equal(unreviewed.verdict, 'indeterminate', 'all is as the draft says, and nobody has decided it');
  t.same(
    unreviewed.findings.filter(({ code }) => code === 'unreviewed').map(({ family, port }) => [family, port]),
    [
      [4, 22],
      [4, 3306],
      [6, 22],
      [6, 3306],
    ],
  );
  const filled = draft.replace(/owner:$/gm, 'owner: igb').replace(/reason:$/gm, 'reason: decided');
  const decided = parsePolicy(filled, 'draft.yaml');
  t.same(lint(decided), []);
  t.equal(evaluate(decided, closed).verdict, 'pass');
  const { verdict, findings } = evaluate(decided, found);
  t.equal(verdict, 'fail');
  t.same(
    findings.filter(({ outcome }) => outcome === 'fail').map(({ port, code, owner }) => [port, code, owner]),
    [
      [3306, 'exposed', 'igb'],
      [3306, 'exposed', 'igb'],
    ],
  );

  const cwd = t.testdir({ 'found.json': JSON.stringify(found) });
  const init = await exposcan(cwd, 'policy', 'init', '--snapshot', 'found.json', '-o', 'draft.yaml');
  t.equal(init.code, 0, init.stderr);
  const linted = await exposcan(cwd, 'policy', 'lint', 'draft.yaml');
  t.equal(linted.code, 2);
  t.match(
    linted.stdout,
    /^draft\.yaml:\d+:\d+: owner and reason are blank.*22\/tcp ssh public.*\n.*3306\/tcp mysql local-only.*\n$/,
  );
  const checked = await exposcan(cwd, 'check', '--policy', 'draft.yaml', '--snapshot', 'found.json', '--json');
  t.equal(checked.code, 1, 'the risky service fails from the first check on');
  t.match(checked.stdout, /"unreviewed"/);
});

t.test('exposcan policy', async (t) => {
  const many = Array.from({ length: 25 }, (_, at) => `  - { host: h${at}.example.org, unlisted: allow }\n`).join('');
  const cwd = t.testdir({
    policies: { 'site.yaml': `version: 1\nname: site\nhosts: [{ host: a.example.org, services: [${mysql}] }]\n` },
    'fine.yaml': `version: 1\nname: fine\ninclude: common.yaml\nhosts: [{ host: a.example.org, services: [${ssh}, ${mysql}] }]\n`,
    'common.yaml': 'version: 1\nhosts:\n  - host: "*"\n    services: [{ port: 1, exposure: absent, owner: }]\n',
    'also.yaml': `version: 1\nname: also\ninclude: common.yaml\n`,
    'many.yaml': `version: 1\nname: many\nhosts:\n${many}`,
    'syntax.yaml': 'version: [1\n',
    'escape.yaml': 'version: 1\nname: x\n"\\e[2J": 1\nhosts: [{ host: "*", unlisted: deny }]\n',
  });
  const run = (...args: string[]) => exposcan(cwd, 'policy', ...args);
  const cases: [args: string[], code: number, stdout: RegExp, stderr: RegExp][] = [
    [[], 2, /^$/, /Usage: exposcan policy[^]*init[^]*lint[^]*explain[^]*schema/],
    [['lnit'], 2, /^$/, /^exposcan: unknown command 'lnit'\n\(Did you mean/],
    [['explian', 'a'], 2, /^$/, /Did you mean explain\?/],
    [['--help'], 0, /Usage: exposcan policy /, /^$/],
    [['lint', '--help'], 0, /Usage: exposcan policy lint .*<file\.\.\.>[^]*Exit codes: 0 no problems/, /^$/],
    [['explain', '--help'], 0, /Usage: exposcan policy explain [^]*Exit codes/, /^$/],
    [['init', '--help'], 0, /Usage: exposcan policy init \[options\] TARGET/, /^$/],
    [['lint'], 2, /^$/, /missing required argument/],
    [['lint', 'baseline'], 0, /^baseline: no problems \(1 host or group, \d+ rules\)\n$/, /^$/],
    [['lint', 'many.yaml'], 2, /^(?:many\.yaml:\d+:\d+: hosts\[\d+\]\.unlisted: .*\n){25}$/, /^$/],
    [['lint', 'syntax.yaml'], 2, /^syntax\.yaml:\d+:\d+: /, /^$/],
    [['lint', 'escape.yaml'], 2, /^escape\.yaml:3:1: .*\\x1b\[2J/, /^$/],
    [
      ['lint', 'missing.yaml', 'fine.yaml', 'also.yaml', 'offsite7'],
      2,
      /^common\.yaml:4:16: owner is blank.*\noffsite7: no problems \(1 host or group, 7 rules\)\n$/,
      /^exposcan: The policy missing\.yaml cannot be used: there is no such file\.\n$/,
    ],
    [['explain', 'a.example.org'], 2, /^$/, /missing required argument 'port'/],
    [
      ['explain', 'a.example.org', '3306'],
      0,
      /^Port 3306 of a\.example\.org on IPv4 and IPv6: local-only\n/,
      /judging by policies\/site\.yaml/,
    ],
    [['explain', 'b.example.org', '3306'], 0, /^Port 3306 .*unlisted: review\n/, /baseline/],
    [['explain', 'b.example.org', '22', '--policy', 'policies/site.yaml'], 3, /nothing is declared/, /^$/],
    [['schema'], 0, /"\$id": "urn:exposcan:schema:policy:1"/, /^$/],
  ];
  const results = await Promise.all(cases.map(([args]) => run(...args)));
  for (const [at, [args, code, stdout, stderr]] of cases.entries()) {
    const name = args.join(' ');
    t.equal(results[at]?.code, code, name);
    t.match(results[at]?.stdout, stdout, name);
    t.match(results[at]?.stderr, stderr, name);
  }
  const usage: [host: string, port: string, flags: PolicyExplainFlags, message: RegExp][] = [
    ['192.0.2.0/24', '22', {}, /expected one name or address/],
    ['192.0.2.1-9', '22', {}, /expected one name or address/],
    ['010.0.0.1', '22', {}, /Write it in full: 8\.0\.0\.1/],
    ['a.example.org', '22-23', {}, /expected one port/],
    ['a.example.org', 'mysqll', {}, /Did you mean mysql\?/],
    ['a.example.org', '0', {}, /TCP ports run from 1 to 65535/],
    ['a.example.org', '22', { policy: 'missing.yaml' }, /missing\.yaml/],
  ];
  for (const [name, port, flags, message] of usage) {
    await t.rejects(runPolicyExplain(name, port, flags), { name: 'ExposcanError', message }, `${name} ${port}`);
  }
  const linted = await run('lint', '--json', 'missing.yaml', 'fine.yaml', 'also.yaml', 'baseline');
  t.equal(linted.code, 2);
  t.match(JSON.parse(linted.stdout), {
    format: 'exposcan-lint',
    version: 1,
    files: [
      { file: 'missing.yaml', ok: false, error: { code: 'ERR_FILE' } },
      { file: 'fine.yaml', ok: false },
      { file: 'also.yaml', ok: false },
      { file: 'baseline', ok: true },
    ],
    problems: [{ file: 'common.yaml', line: 4, column: 16, path: '', message: /^owner is blank/ }],
  });
  const explained = await run('explain', 'a.example.org', 'mysql', '--json', '--policy', 'fine.yaml');
  t.equal(explained.code, 0);
  t.match(JSON.parse(explained.stdout), {
    format: 'exposcan-explanation',
    policy: { name: 'fine', file: 'fine.yaml' },
    ports: [{ port: 3306, families: [{ families: [4, 6], rule: { place: { file: 'fine.yaml', line: 4 } } }] }],
  });
  const schema = await run('schema');
  t.same(JSON.parse(schema.stdout), policyJsonSchema());
});
