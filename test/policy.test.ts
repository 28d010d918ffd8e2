import fc from 'fast-check';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { ExposcanError } from '../src/model/errors.js';
import { countPorts, formatRanges, parseRanges, subtractRanges, type PortRange } from '../src/model/ports.js';
import { parsePolicy } from '../src/policy/language/parse-policy.js';
import { snapshotSchema, type Finding, type Snapshot } from '../src/model/snapshot.js';
import { evaluate } from '../src/policy/evaluation/evaluate.js';
import { findPolicy, policyForTargets } from '../src/policy/language/find-policy.js';
import { loadPolicy } from '../src/policy/language/load-policy.js';
import { maxPolicyBytes } from '../src/policy/language/policy-text.js';
import { shippedPolicies } from '../src/policy/language/shipped-policies.js';
import { namedPorts, portsToScan } from '../src/policy/resolution/scan-scope.js';
import { verdictOf } from '../src/model/verdict.js';
import { brokenPolicies } from './fixtures/policies/broken.js';

const at = '2026-01-01T00:00:00.000Z';
const v4 = '192.0.2.7';
const v6 = '2001:db8::7';
const host = 'offsite7.example.org';

type Service = Snapshot['open'][number]['service'];

/** What is seen at one address: open ports, and port lists that are closed, filtered or unknown. */
interface Seen {
  readonly open?: Readonly<Record<number, Service | string>>;
  readonly closed?: string;
  readonly filtered?: string;
  readonly unknown?: string;
  readonly code?: Snapshot['unknown'][number]['code'];
  readonly self?: boolean;
}

const probed = (name: string, product?: string, version?: string): Service => ({
  name,
  method: 'probed',
  ...(product === undefined ? {} : { product }),
  ...(version === undefined ? {} : { version }),
});
const guessed = (name: string): Service => ({ name, method: 'table' });

/** A snapshot in which every address accounts for every port asked for: what is not said is closed. */
function snapshotOf(addresses: Readonly<Record<string, Seen>>, overrides: Partial<Snapshot> = {}): Snapshot {
  const asked = overrides.asked ?? { ports: '1-65535', families: [4, 6] };
  const snapshot: Snapshot = {
    format: 'exposcan-snapshot',
    version: 1,
    tool: { name: 'exposcan', version: '0.1.0' },
    vantage: { name: 'internet', sources: ['198.51.100.1', '2001:db8:ffff::1'] },
    startedAt: at,
    finishedAt: at,
    complete: true,
    asked,
    targets: [{ target: host, addresses: Object.keys(addresses), noRecord: [], errors: [] }],
    controls: [],
    open: [],
    notOpen: [],
    unknown: [],
    notes: [],
    findings: [],
    policy: null,
    verdict: 'none',
    ...overrides,
  };
  for (const [address, seen] of Object.entries(addresses)) {
    const self = seen.self === true ? { self: true } : {};
    const method = 'connect';
    const open = Object.entries(seen.open ?? {});
    for (const [port, service] of open) {
      const named = typeof service === 'string' ? probed(service) : service;
      const entry = {
        address,
        port: Number(port),
        state: 'open',
        reason: 'conn-accepted',
        method,
        observedAt: at,
      } as const;
      snapshot.open.push({ ...entry, ...self, service: named });
    }
    const filtered = parseRanges(seen.filtered ?? '');
    const unknown = parseRanges(seen.unknown ?? '');
    const spoken = parseRanges([...open.map(([port]) => port), seen.filtered, seen.unknown].filter(Boolean).join(','));
    const closed =
      seen.closed === undefined ? subtractRanges(parseRanges(asked.ports), spoken) : parseRanges(seen.closed);
    const group = (ranges: PortRange[]) => ({ address, ports: formatRanges(ranges), count: countPorts(ranges) });
    const common = { method, observedAt: at, ...self } as const;
    if (closed.length > 0) {
      snapshot.notOpen.push({ ...group(closed), ...common, state: 'closed', reason: 'conn-refused' });
    }
    if (filtered.length > 0) {
      snapshot.notOpen.push({
        ...group(filtered),
        ...common,
        state: 'filtered',
        reason: 'no-response',
        missProbability: 0.001,
      });
    }
    if (unknown.length > 0) {
      snapshot.unknown.push({ ...group(unknown), code: seen.code ?? 'ERR_NO_ROUTE', message: 'no route to there' });
    }
  }
  return snapshot;
}

/** A policy for the story's host with these rules, in flow style. */
function policyOf(rules: readonly string[], keys = ''): ReturnType<typeof parsePolicy> {
  const services = rules.map((rule) => `      - ${rule}\n`).join('');
  return parsePolicy(
    `version: 1\nname: test\nhosts:\n  - host: ${host}\n${keys}    services:\n${services}`,
    'test.yaml',
  );
}

const review = '    unlisted: review\n';
const brief = (finding: Finding) =>
  `${finding.outcome} ${finding.code} ${finding.family ?? '-'} ${finding.port ?? finding.ports ?? '-'}`;
/** Without the summaries of what no rule names. */
const briefs = ({ findings }: { findings: readonly Finding[] }) =>
  findings.filter(({ code }) => code !== 'nothing-unlisted' && code !== 'none-found').map(brief);

t.test('policy documents: what is wrong is said with its place and advice', (t) => {
  for (const { name, text, says } of brokenPolicies) {
    try {
      parsePolicy(text, 'p.yaml');
      t.fail(`${name}: loads`);
    } catch (error) {
      t.type(error, ExposcanError, name);
      const message = error instanceof Error ? error.message : '';
      for (const part of says) t.match(message, part, `${name}: says ${part}`);
      t.match(error, { position: { file: 'p.yaml' } }, name);
    }
  }
  t.ok(brokenPolicies.length >= 25);
  t.end();
});

t.test('policy documents: all problems at once, in the order of the file, at most twenty shown', (t) => {
  const rules = Array.from({ length: 30 }, (_, index) => `{ port: ${index + 1}, exposure: hidden }`);
  try {
    policyOf(rules);
    t.fail('loads');
  } catch (error) {
    const lines = (error instanceof Error ? error.message : '').split('\n');
    t.equal(lines[0], 'test.yaml has 30 problems:');
    t.equal(lines.length, 22);
    t.match(lines[1], 'test.yaml:6:30: hosts[0].services[0].exposure');
    t.equal(lines[21], '… and 10 more.');
    t.match(error, { code: 'ERR_POLICY_INVALID', position: { line: 6, column: 30 } });
  }
  t.end();
});

t.test('policy documents: the example of the language loads as it is meant', (t) => {
  const policy = policyOf(
    [
      '{ port: 22,   service: ssh,   exposure: public, minVersion: "9.2p1" }',
      '{ ports: [80, "8000-8002", https], exposure: public, owner: igb }',
      '{ service: mysql, exposure: local-only, reason: only cacti on this host needs it, severity: critical }',
      "{ port: 6514, service: syslog-tls, exposure: restricted, from: [office, 192.0.2.0/24, '2001:db8::/32'] }",
    ],
    '    ports: all\n    families: [4, 6]\n    exceptions:\n      - { port: 8080, owner: igb, reason: vendor migration, ticket: CHG-12, expires: 2026-12-31 }\n',
  );
  const [entry] = policy.entries;
  t.match(entry, {
    unlisted: undefined,
    tls: undefined,
    families: [4, 6],
    ports: [{ first: 1, last: 65535 }],
    members: [{ pattern: { kind: 'name', name: host } }],
  });
  t.match(entry?.services[0], { minVersion: ['9.2p1'], exposure: 'public', position: { line: 10, column: 9 } });
  t.equal(formatRanges(entry?.services[1]?.ports ?? []), '80,443,8000-8002');
  t.same(entry?.services[2]?.ports, []);
  t.same(
    entry?.services[3]?.from.map(({ kind }) => kind),
    ['vantage', 'range', 'range'],
  );
  t.match(entry?.exceptions[0], { port: 8080, ticket: 'CHG-12', expires: '2026-12-31' });
  t.end();
});

t.test('policy documents: an anchor repeats a value, and is bounded', (t) => {
  const text = `version: 1
name: &n test
hosts:
  - { host: a.example.org, services: [{ port: 1, exposure: restricted, from: &f [office] }, { port: 2, exposure: restricted, from: *f }] }
`;
  t.same(parsePolicy(text, 'p.yaml').entries[0]?.services[1]?.from, [{ kind: 'vantage', name: 'office' }]);
  t.end();
});

t.test('policy documents: whatever the text, nothing but an ExposcanError is thrown', (t) => {
  const sound = `version: 1\nname: x\nhosts:\n  - host: "*"\n    services:\n      - { port: 22, service: ssh, exposure: public }\n`;
  const survives = (text: string) => {
    try {
      parsePolicy(text, 'p.yaml');
    } catch (error) {
      if (!(error instanceof ExposcanError)) throw error;
    }
  };
  const piece = fc.constantFrom(
    ...'version hosts - : { } [ ] , & * ! | > # " \' % @ ` ? ~ \t \n 1 4 .. /'.split(' '),
    '\n',
    '  ',
    '<<',
    '---',
    '\u0000',
    '\uFEFF',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      survives(pieces.join(''));
    }),
    { numRuns: 400 },
  );
  fc.assert(
    fc.property(fc.nat(sound.length), fc.nat(8), fc.string({ unit: 'binary', maxLength: 8 }), (start, length, text) => {
      survives(sound.slice(0, start) + text + sound.slice(start + length));
    }),
    { numRuns: 400 },
  );
  const value = fc.jsonValue({ maxDepth: 4 });
  fc.assert(
    fc.property(
      fc.record({
        version: fc.constant(1),
        name: value,
        hosts: fc.array(
          fc.dictionary(fc.constantFrom('host', 'ports', 'families', 'unlisted', 'services', 'exceptions'), value),
        ),
      }),
      (made) => {
        survives(JSON.stringify(made));
      },
    ),
    { numRuns: 400 },
  );
  for (const text of [
    '['.repeat(20_000),
    '{a: '.repeat(20_000),
    '- '.repeat(20_000),
    '? '.repeat(20_000),
    '!x '.repeat(20_000),
  ]) {
    t.throws(() => parsePolicy(text, 'p.yaml'), { code: 'ERR_POLICY_SYNTAX' });
  }
  t.end();
});

t.test('policy files: unreadable, huge, binary and empty ones are refused in words', async (t) => {
  const directory = t.testdir({
    'empty.yaml': '',
    'comment.yaml': '# nothing yet\n',
    'huge.yaml': '#'.repeat(maxPolicyBytes + 1),
    'nul.yaml': 'version: 1\0',
    'latin1.yaml': Buffer.from('name: caf\xe9', 'latin1'),
    'utf16.yaml': Buffer.from('\uFEFFversion: 1', 'utf16le'),
    folder: {},
  });
  const cases: [string, string, RegExp][] = [
    ['empty.yaml', 'ERR_POLICY_INVALID', /empty/],
    ['comment.yaml', 'ERR_POLICY_INVALID', /empty/],
    ['huge.yaml', 'ERR_FILE', /larger than 8388608 bytes/],
    ['nul.yaml', 'ERR_FILE', /0x00/],
    ['latin1.yaml', 'ERR_FILE', /not UTF-8/],
    ['utf16.yaml', 'ERR_FILE', /UTF-16/],
    ['folder', 'ERR_FILE', /directory/],
    ['missing.yaml', 'ERR_FILE', /no such file/],
  ];
  for (const [file, code, message] of cases) {
    await t.rejects(
      loadPolicy(join(directory, file)),
      { code, message, position: { file: join(directory, file) } },
      file,
    );
  }
  await t.rejects(loadPolicy('/dev/zero'), { code: 'ERR_FILE' }, 'an endless file is read no further than the limit');
});

t.test('truth table: exposure × state × family', (t) => {
  const shown: Record<string, Seen> = {
    open: { open: { 3306: 'mysql' } },
    closed: {},
    filtered: { filtered: '3306' },
    unknown: { unknown: '3306' },
  };
  const exposures = {
    public: { open: 'pass open', closed: 'fail missing', filtered: 'fail missing', unknown: 'indeterminate unknown' },
    'local-only': {
      open: 'fail exposed',
      closed: 'pass closed',
      filtered: 'pass filtered',
      unknown: 'indeterminate unknown',
    },
    absent: {
      open: 'fail exposed',
      closed: 'pass closed',
      filtered: 'pass filtered',
      unknown: 'indeterminate unknown',
    },
    'restricted, from: [office]': {
      open: 'fail exposed',
      closed: 'pass closed',
      filtered: 'pass filtered',
      unknown: 'indeterminate unknown',
    },
    'restricted, from: [internet]': {
      open: 'pass open',
      closed: 'fail missing',
      filtered: 'fail missing',
      unknown: 'indeterminate unknown',
    },
  };
  for (const [exposure, cells] of Object.entries(exposures)) {
    const policy = policyOf([`{ port: 3306, service: mysql, exposure: ${exposure} }`]);
    for (const [one, expectedOne] of Object.entries(cells)) {
      for (const [other, expectedOther] of Object.entries(cells)) {
        const found = evaluate(policy, snapshotOf({ [v4]: shown[one] ?? {}, [v6]: shown[other] ?? {} }));
        const cell = (family: number) =>
          found.findings
            .filter(
              (finding) =>
                finding.family === family && finding.code !== 'nothing-unlisted' && finding.code !== 'vantage-lacking',
            )
            .map(({ outcome, code }) => `${outcome} ${code}`);
        t.same([cell(4), cell(6)], [[expectedOne], [expectedOther]], `${exposure}: ${one} on IPv4, ${other} on IPv6`);
        const both = `${expectedOne} ${expectedOther}`;
        const decided = both.includes('fail')
          ? 'fail'
          : both.includes('indeterminate') || exposure.startsWith('restricted')
            ? 'indeterminate'
            : 'pass';
        t.equal(found.verdict, decided);
      }
    }
  }
  t.end();
});

t.test('findings say what was expected, what was seen, when, from where, and what to do', (t) => {
  const snapshot = snapshotOf({
    [v4]: { open: { 3306: probed('mysql', 'MySQL', '5.1.73') } },
    [v6]: { filtered: '3306' },
  });
  const [open] = snapshot.open;
  if (open !== undefined)
    open.banner = {
      base64: Buffer.from('4\0\0\0\n5.1.73\0\x1b[2J').toString('base64'),
      text: 'forged',
      truncated: false,
    };
  const policy = policyOf([
    '{ port: 3306, service: mysql, exposure: local-only, owner: igb, reason: cacti, ticket: CHG-1 }',
  ]);
  const { findings, verdict } = evaluate(policy, snapshot);
  t.equal(verdict, 'fail');
  t.match(findings[0], {
    rule: 'test.yaml:6 3306/tcp mysql local-only',
    outcome: 'fail',
    code: 'exposed',
    host,
    address: v4,
    family: 4,
    port: 3306,
    service: 'mysql',
    expected: 'local-only',
    actual: 'open',
    severity: 'high',
    owner: 'igb',
    reason: 'cacti (CHG-1)',
  });
  t.equal(
    findings[0]?.evidence,
    String.raw`open (conn-accepted): mysql MySQL 5.1.73; banner "4\x00\x00\x00\n5.1.73\x00\x1b[2J"; ${at} from internet`,
  );
  t.match(findings[0]?.remedy, /bind-address = 127\.0\.0\.1.*\[mysqld\].*restart.*run exposcan again/);
  const filtered = findings.find(({ code }) => code === 'filtered');
  t.match(filtered, { outcome: 'pass', family: 6, actual: 'filtered', severity: 'info', owner: 'igb' });
  t.match(filtered?.evidence, 'filtered (no-response), not refused: one firewall rule away from exposure');
  const refused = evaluate(policy, snapshotOf({ [v4]: {}, [v6]: {} })).findings.find(({ code }) => code === 'closed');
  t.equal(refused?.evidence, `refused (conn-refused); ${at} from internet`);
  const unknown = evaluate(policy, snapshotOf({ [v4]: {}, [v6]: { unknown: '3306' } })).findings[0];
  t.match(unknown, {
    outcome: 'indeterminate',
    code: 'unknown',
    evidence: 'ERR_NO_ROUTE: no route to there (from internet)',
  });
  t.end();
});

t.test('the service that answers', (t) => {
  const cases: [string, string, Service | string, string][] = [
    ['another probed service', '{ port: 443, service: https, exposure: public }', 'ssh', 'fail wrong-service'],
    ['http where https belongs', '{ port: 443, service: https, exposure: public }', 'http', 'fail wrong-service'],
    ['https where http belongs', '{ port: 443, service: http, exposure: public }', 'https', 'fail wrong-service'],
    [
      'an unidentified one breaks nothing',
      '{ port: 443, service: https, exposure: public }',
      guessed('https'),
      'pass open',
    ],
    [
      'nor does one guessed to be another',
      '{ port: 443, service: ssh, exposure: public }',
      guessed('https'),
      'pass open',
    ],
    ['submission is SMTP', '{ port: 443, service: submission, exposure: public }', 'smtp', 'pass open'],
    [
      'an HTTP API says no more than http',
      '{ port: 443, service: elasticsearch, exposure: public }',
      'http',
      'pass open',
    ],
    [
      'a carrier proves no version',
      '{ port: 443, service: elasticsearch, exposure: public, minVersion: "8" }',
      probed('http', 'nginx', '1.2'),
      'indeterminate unidentified',
    ],
    ['no service in the rule', '{ port: 443, exposure: public }', 'ssh', 'pass open'],
    [
      'recent enough',
      '{ port: 443, service: ssh, exposure: public, minVersion: "9.2p1" }',
      probed('ssh', 'OpenSSH', '9.6p1'),
      'pass open',
    ],
    [
      'too old',
      '{ port: 443, service: ssh, exposure: public, minVersion: "9.2p1" }',
      probed('ssh', 'OpenSSH', '8.9p1'),
      'fail too-old',
    ],
    [
      'no version seen',
      '{ port: 443, service: ssh, exposure: public, minVersion: "9.2p1" }',
      probed('ssh', 'OpenSSH'),
      'indeterminate version-unknown',
    ],
    [
      'version cannot be compared',
      '{ port: 443, service: ssh, exposure: public, minVersion: "9.2p1" }',
      probed('ssh', 'OpenSSH', 'for_Windows'),
      'indeterminate version-unknown',
    ],
    [
      'unidentified, so no version',
      '{ port: 443, service: ssh, exposure: public, minVersion: "9" }',
      guessed('ssh'),
      'indeterminate unidentified',
    ],
    [
      'the product',
      '{ port: 443, service: ssh, product: openssh, exposure: public }',
      probed('ssh', 'OpenSSH'),
      'pass open',
    ],
    [
      'another product',
      '{ port: 443, service: ssh, product: OpenSSH, exposure: public }',
      probed('ssh', 'dropbear'),
      'fail wrong-product',
    ],
    [
      'product unseen',
      '{ port: 443, service: ssh, product: OpenSSH, exposure: public }',
      'ssh',
      'indeterminate unidentified',
    ],
    [
      'local-only is broken by whatever answers',
      '{ port: 443, service: mysql, exposure: local-only }',
      'ssh',
      'fail exposed',
    ],
  ];
  for (const [name, rule, service, expected] of cases) {
    const found = evaluate(policyOf([rule]), snapshotOf({ [v4]: { open: { 443: service } } }, noIpv6()));
    t.same(briefs(found), [`${expected} 4 443`], name);
  }
  t.end();
});

/** The name has IPv4 addresses only, and the lookup says so. */
function noIpv6(): Partial<Snapshot> {
  return { targets: [{ target: host, addresses: [v4], noRecord: [6], errors: [] }] };
}

t.test('ports that no rule names', (t) => {
  const mysql = '{ port: 3306, service: mysql, exposure: local-only }';
  const cases: [string, string[], string, Readonly<Record<number, Service | string>>, string[]][] = [
    [
      'deny',
      ['{ port: 22, exposure: public }'],
      '',
      { 22: 'ssh', 8080: 'http' },
      ['fail unlisted 4 8080', 'pass open 4 22'],
    ],
    [
      'review',
      ['{ port: 22, exposure: public }'],
      review,
      { 22: 'ssh', 8080: 'http' },
      ['pass open 4 22', 'pass review 4 8080'],
    ],
    ['MySQL elsewhere is MySQL', [mysql], review, { 3307: 'mysql' }, ['fail exposed 4 3307', 'pass closed 4 3306']],
    [
      'unless a rule names that port',
      [mysql, '{ port: 3307, service: mysql, exposure: public }'],
      '',
      { 3307: 'mysql' },
      ['pass closed 4 3306', 'pass open 4 3307'],
    ],
    [
      'leave for one port is none for another',
      ['{ port: 22, service: ssh, exposure: public }'],
      '',
      { 22: 'ssh', 2222: 'ssh' },
      ['fail unlisted 4 2222', 'pass open 4 22'],
    ],
    [
      'a restriction elsewhere keeps the outside out',
      ['{ port: 22, service: ssh, exposure: restricted, from: [office] }'],
      review,
      { 2222: 'ssh' },
      ['fail exposed 4 2222', 'indeterminate vantage-lacking 4 22', 'pass closed 4 22'],
    ],
    [
      'and is no leave inside',
      ['{ port: 22, service: ssh, exposure: restricted, from: [internet] }'],
      '',
      { 22: 'ssh', 2222: 'ssh' },
      ['fail unlisted 4 2222', 'indeterminate vantage-lacking 4 22', 'pass open 4 22'],
    ],
    [
      'by service alone',
      ['{ service: redis, exposure: local-only }'],
      review,
      { 7777: 'redis' },
      ['fail exposed 4 7777'],
    ],
    [
      'by service alone, none found',
      ['{ service: redis, exposure: local-only }'],
      review,
      { 22: 'ssh' },
      ['pass review 4 22'],
    ],
    [
      'an open port that is a service’s by number',
      ['{ service: rndc, exposure: local-only }'],
      review,
      { 953: guessed('rndc') },
      ['fail exposed 4 953'],
    ],
    [
      'an HTTP API on its own port',
      ['{ service: docker, exposure: local-only }'],
      review,
      { 2375: 'http', 80: 'http' },
      ['fail exposed 4 2375', 'pass review 4 80'],
    ],
    [
      'another service proved there',
      ['{ service: mysql, exposure: local-only }'],
      review,
      { 3306: 'ssh' },
      ['pass review 4 3306'],
    ],
    [
      'one that did not say what it is',
      ['{ service: mysql, exposure: local-only }'],
      review,
      { 13306: guessed('unknown'), 80: 'http' },
      ['indeterminate unidentified 4 13306', 'pass review 4 80', 'pass review 4 13306'],
    ],
    ['public wherever it is found', ['{ service: ssh, exposure: public }'], '', { 2222: 'ssh' }, ['pass open 4 2222']],
    ['public and found nowhere', ['{ service: ssh, exposure: public }'], '', {}, ['fail missing 4 -']],
    [
      'public and perhaps found',
      ['{ service: ssh, exposure: public }'],
      '',
      { 22: guessed('ssh') },
      ['indeterminate unidentified 4 22', 'indeterminate unidentified 4 -'],
    ],
  ];
  for (const [name, rules, keys, open, expected] of cases) {
    t.same(briefs(evaluate(policyOf(rules, keys), snapshotOf({ [v4]: { open } }, noIpv6()))), expected, name);
  }
  const dockerTls = snapshotOf({ [v4]: { open: { 2376: 'https' } } }, noIpv6());
  const tlsRule = policyOf(['{ service: docker-s, exposure: local-only }'], review);
  t.same(briefs(evaluate(tlsRule, dockerTls)), ['fail exposed 4 2376'], 'an HTTPS API on its own port');
  t.match(evaluate(tlsRule, dockerTls).findings[0], { service: 'docker-s', severity: 'critical', remedy: /dockerd/ });
  const empty = parsePolicy(`version: 1\nname: shut\nhosts: [{ host: ${host} }]\n`, 'p.yaml');
  t.same(
    evaluate(empty, snapshotOf({ [v4]: {} }, noIpv6())).findings.map(brief),
    ['pass nothing-unlisted 4 -'],
    'a host that must be shut',
  );
  t.equal(evaluate(empty, snapshotOf({ [v4]: {} }, noIpv6())).verdict, 'pass');
  t.end();
});

t.test('what was not observed', (t) => {
  const policy = policyOf(['{ port: 22, exposure: public }', '{ port: 3306, service: mysql, exposure: local-only }']);
  const good = { [v4]: { open: { 22: 'ssh' } }, [v6]: { open: { 22: 'ssh' } } };
  t.equal(evaluate(policy, snapshotOf(good)).verdict, 'pass', 'a sound snapshot passes');
  const target = { target: host, addresses: [v4], noRecord: [], errors: [] };
  const only4 = { [v4]: { open: { 22: 'ssh' } } };
  const error = (code: 'ERR_FAMILY_NOT_SCANNED' | 'ERR_LOOKUP_FAILED' | 'ERR_EXCLUDED', family?: 4 | 6) => ({
    targets: [{ ...target, errors: [{ code, message: 'said so', ...(family === undefined ? {} : { family }) }] }],
  });
  const cases: [string, Snapshot, string[]][] = [
    [
      'ports asked for are too few',
      snapshotOf(only4, { ...noIpv6(), asked: { ports: '1-1000', families: [4, 6] } }),
      ['indeterminate not-covered 4 1001-65535', 'pass open 4 22'],
    ],
    [
      'ports lost',
      snapshotOf({ [v4]: { open: { 22: 'ssh' }, closed: '1-21,23-3305,3307-65535' } }, noIpv6()),
      ['indeterminate not-covered 4 3306', 'pass open 4 22'],
    ],
    [
      'one finding for the unlisted unknown',
      snapshotOf({ [v4]: { open: { 22: 'ssh' }, unknown: '1-21,5000,6000-7000' } }, noIpv6()),
      ['indeterminate unknown 4 1-21,5000,6000-7000', 'pass open 4 22', 'pass closed 4 3306'],
    ],
    [
      '-4',
      snapshotOf(only4, error('ERR_FAMILY_NOT_SCANNED', 6)),
      ['indeterminate family-not-observed 6 -', 'pass open 4 22', 'pass closed 4 3306'],
    ],
    [
      'a lookup that failed',
      snapshotOf(only4, error('ERR_LOOKUP_FAILED', 6)),
      ['indeterminate family-not-observed 6 -', 'pass open 4 22', 'pass closed 4 3306'],
    ],
    [
      'an address left out',
      snapshotOf(good, {
        targets: [{ ...target, addresses: [v4, v6], errors: [{ code: 'ERR_EXCLUDED', message: 'x' }] }],
      }),
      [
        'indeterminate address-excluded - -',
        'pass open 4 22',
        'pass closed 4 3306',
        'pass open 6 22',
        'pass closed 6 3306',
      ],
    ],
    [
      'a family left out',
      snapshotOf(only4, error('ERR_EXCLUDED', 6)),
      ['indeterminate address-excluded 6 -', 'pass open 4 22', 'pass closed 4 3306'],
    ],
    [
      'nothing said about IPv6',
      snapshotOf(only4),
      ['indeterminate family-not-observed 6 -', 'pass open 4 22', 'pass closed 4 3306'],
    ],
    [
      'no such name',
      snapshotOf(
        {},
        { targets: [{ ...target, addresses: [], errors: [{ code: 'ERR_NAME_NOT_FOUND', message: 'x' }] }] },
      ),
      ['indeterminate not-observed - -'],
    ],
    [
      'a name without addresses',
      snapshotOf({}, { targets: [{ ...target, addresses: [], noRecord: [4, 6] }] }),
      ['indeterminate not-observed - -'],
    ],
    ['no target at all', snapshotOf({}, { targets: [] }), ['indeterminate not-observed - -']],
    [
      'interrupted',
      snapshotOf(good, { complete: false }),
      ['indeterminate incomplete - -', 'pass open 4 22', 'pass closed 4 3306', 'pass open 6 22', 'pass closed 6 3306'],
    ],
    [
      'another host',
      snapshotOf(good, { targets: [{ ...target, target: 'www.example.org', addresses: [v4, v6] }] }),
      ['indeterminate no-rule - -'],
    ],
    [
      'an address of no target',
      snapshotOf(good, { targets: [] }),
      ['indeterminate no-rule - -', 'indeterminate no-rule - -'],
    ],
    [
      'an address with no observation',
      snapshotOf({ [v4]: { closed: '' } }, noIpv6()),
      ['indeterminate not-covered 4 1-65535'],
    ],
    [
      'every port accepts',
      snapshotOf({ [v4]: { open: { 22: 'ssh' }, unknown: '1-21,23-65535', code: 'ERR_ACCEPTS_EVERYTHING' } }, noIpv6()),
      ['indeterminate unknown 4 3306', 'indeterminate unknown 4 1-21,23-3305,3307-65535', 'pass open 4 22'],
    ],
  ];
  for (const [name, snapshot, expected] of cases) {
    const found = evaluate(policy, snapshot);
    t.same(briefs(found), expected, name);
    t.equal(found.verdict, 'indeterminate', name);
  }
  t.equal(
    evaluate(policy, snapshotOf({ [v4]: { open: { 22: 'ssh', 3306: 'mysql' } } }, { complete: false })).verdict,
    'fail',
    'a deviation outranks what is missing',
  );
  t.end();
});

t.test('as-scanned asks for no more ports, but for those that it has rules for', (t) => {
  const policy = policyOf(
    ['{ port: 22, exposure: public }', '{ port: 40000, exposure: local-only }'],
    '    ports: as-scanned\n',
  );
  const narrow = { ...noIpv6(), asked: { ports: '22,81', families: [4, 6] as [4, 6] } };
  const judged = evaluate(policy, snapshotOf({ [v4]: { open: { 22: 'ssh' } } }, narrow));
  t.equal(judged.verdict, 'indeterminate', 'a rule whose port was left out is not kept');
  t.same(briefs(judged), ['indeterminate not-covered 4 40000', 'pass open 4 22']);
  t.end();
});

t.test('targets are read here as the scan reads them', (t) => {
  const policy = (...hosts: string[]) =>
    parsePolicy(`version: 1\nname: x\nhosts:\n${hosts.map((entry) => `  - ${entry}\n`).join('')}`, 'p.yaml');
  const closed = (target: string, errors: Snapshot['targets'][number]['errors'] = []) =>
    snapshotOf(
      { [v4]: {} },
      { targets: [{ target, addresses: [v4], noRecord: errors.length === 0 ? [6] : [], errors }] },
    );
  const any = policy("{ host: '*' }");
  for (const name of ['192.0.2.1-static.example.org', '192.0.2.7-2.example.org', 'offsite7.example.org']) {
    const failed = closed(name, [{ family: 6, code: 'ERR_LOOKUP_FAILED', message: 'x' }]);
    t.match(evaluate(any, failed), {
      verdict: 'indeterminate',
      findings: [{ code: 'family-not-observed', family: 6 }],
    });
    t.equal(evaluate(any, closed(name)).verdict, 'pass', `${name} is a name`);
  }
  for (const target of ['192.0.2.7', '192.0.2.1-9', '192.0.2.1-192.0.2.9', '192.0.2.0/28']) {
    t.equal(evaluate(any, closed(target)).verdict, 'pass', `${target} has no other family`);
    t.equal(
      evaluate(any, { ...closed(target), targets: [{ target, addresses: [v4], noRecord: [], errors: [] }] }).verdict,
      'pass',
    );
  }
  const bookshop = policy(
    '{ host: xn--bcher-kva.example, unlisted: review, services: [{ port: 22, exposure: public }] }',
  );
  for (const target of ['bücher.example', 'BÜCHER.example.', 'XN--BCHER-KVA.example']) {
    t.match(evaluate(bookshop, closed(target)).findings[0], { code: 'missing', port: 22 }, target);
  }
  t.equal(policy('{ host: bücher.example }').entries[0]?.members[0]?.pattern.kind, 'name');
  t.match(policy('{ host: bücher.example }').entries[0]?.members[0]?.pattern, { name: 'xn--bcher-kva.example' });
  t.throws(() => policy('{ host: 192.0.2.1-9 }'), { message: /hosts\[0\]\.host: "192\.0\.2\.1-9" is a range/ });
  t.end();
});

t.test('the ports to scan are those that decide every target', (t) => {
  const policy = (text: string) => parsePolicy(`version: 1\nname: x\nhosts:\n${text}`, 'p.yaml');
  const hosts = policy(
    [
      `  - { host: ${host}, ports: '22', services: [{ port: 22, exposure: public }] }`,
      "  - { host: 192.0.2.5, ports: '25' }",
      "  - { host: 198.51.100.0/24, ports: '80' }",
      "  - { host: '*', ports: '443', services: [{ port: 443, exposure: public }] }",
    ].join('\n'),
  );
  const cases: readonly [targets: string[], ports: string, named: string][] = [
    [[host], '22,443', '22,443'],
    [['OFFSITE7.example.org.'], '22,443', '22,443'],
    [['www.example.org'], '443', '443'],
    [[host, 'www.example.org'], '22,443', '22,443'],
    [['192.0.2.5'], '25,443', '443'],
    [['192.0.2.1-9'], '25,443', '443'],
    [['192.0.2.6-9'], '443', '443'],
    [['192.0.2.5', '198.51.100.7'], '25,80,443', '443'],
    [['198.51.100.0/25'], '80,443', '443'],
    [['198.51.0.0/16'], '80,443', '443'],
  ];
  for (const [targets, ports, named] of cases) {
    t.equal(formatRanges(portsToScan(hosts, targets) ?? []), ports, targets.join(' '));
    t.equal(formatRanges(namedPorts(hosts, targets)), named, targets.join(' '));
  }
  const open = policy(`  - { host: ${host}, ports: '22' }\n  - { host: '*', ports: as-scanned }\n`);
  t.equal(portsToScan(open, [host, 'www.example.org']), undefined, 'what one target leaves open is open');
  t.equal(formatRanges(portsToScan(open, [host]) ?? []), '22');
  t.end();
});

t.test('a family that the policy does not ask for counts only where something is open', (t) => {
  const policy = policyOf(
    ['{ port: 22, exposure: public }', '{ port: 3306, exposure: local-only }'],
    '    families: [4]\n',
  );
  const v4Good = { open: { 22: 'ssh' } };
  t.equal(evaluate(policy, snapshotOf({ [v4]: v4Good, [v6]: { unknown: '1-65535' } })).verdict, 'pass');
  t.equal(evaluate(policy, snapshotOf({ [v4]: v4Good })).verdict, 'pass');
  t.same(briefs(evaluate(policy, snapshotOf({ [v4]: v4Good, [v6]: { open: { 3306: 'mysql' } } }))).slice(0, 1), [
    'fail exposed 6 3306',
  ]);
  t.equal(
    evaluate(
      policy,
      snapshotOf({ [v6]: v4Good }, { targets: [{ target: v6, addresses: [v6], noRecord: [], errors: [] }] }),
    ).verdict,
    'indeterminate',
    'no entry speaks of this address',
  );
  t.end();
});

t.test('which host entry decides: address, then name, then the smallest block, then *', (t) => {
  const entry = (pattern: string, port: number) =>
    `  - { host: '${pattern}', unlisted: review, services: [{ port: ${port}, exposure: public }] }\n`;
  const patterns = ['*', '192.0.2.0/24', '192.0.2.0/28', host, v4, '2001:db8::/32'];
  const policy = parsePolicy(
    `version: 1\nname: x\nhosts:\n${patterns.map((pattern, index) => entry(pattern, index + 1)).join('')}`,
    'p.yaml',
  );
  const decides = (target: string, address: string) => {
    const snapshot = snapshotOf(
      { [address]: {} },
      { targets: [{ target, addresses: [address], noRecord: [4, 6], errors: [] }] },
    );
    const port = evaluate(policy, snapshot).findings.find(({ code }) => code === 'missing')?.port ?? 0;
    return patterns[port - 1];
  };
  t.equal(decides(host, v4), v4);
  t.equal(decides('OFFSITE7.example.org.', '192.0.2.8'), host);
  t.equal(decides('www.example.org', '192.0.2.8'), '192.0.2.0/28');
  t.equal(decides('192.0.2.0/24', '192.0.2.200'), '192.0.2.0/24');
  t.equal(decides('198.51.100.1-9', '198.51.100.1'), '*');
  t.equal(decides(v6, v6), '2001:db8::/32');
  t.end();
});

t.test('one is not called many', (t) => {
  const policy = policyOf(
    ['{ port: 22, exposure: public }', '{ service: redis, exposure: public }'],
    "    ports: '22,80'\n",
  );
  const evidence = (snapshot: Snapshot) =>
    evaluate(policy, snapshot)
      .findings.map((finding) => finding.evidence)
      .join('\n');
  const asked = { ports: '22', families: [4, 6] } satisfies Snapshot['asked'];
  const few = evidence(snapshotOf({ [v4]: {} }, { ...noIpv6(), asked }));
  t.match(few, /^1 port that the policy needs was not scanned on 192\.0\.2\.7/m);
  t.match(few, /not found on any of 1 observed port from internet, but nothing is known of 1 port$/m);
  t.match(evidence(snapshotOf({ [v4]: {} }, noIpv6())), /^1 port observed from internet;/m);
  const other = { targets: [{ target: 'www.example.org', addresses: [v4], noRecord: [], errors: [] }] };
  t.match(evidence(snapshotOf({ [v4]: {} }, other)), 'the policy test does not speak of 1 address of www.example.org');
  t.end();
});

t.test('addresses of one target and targets of one address', (t) => {
  const text = 'version: 1\nname: x\nhosts: [{ host: 192.0.2.0/24, services: [{ port: 22, exposure: public }] }]\n';
  const policy = parsePolicy(text, 'p.yaml');
  const seen = { [v4]: { open: { 22: 'ssh' } }, [v6]: { open: { 22: 'ssh' } } };
  t.same(
    briefs(evaluate(policy, snapshotOf(seen))),
    ['indeterminate no-rule - -', 'pass open 4 22'],
    'one address has no rule',
  );
  const targets = [v4, '192.0.2.0/28'].map((target) => ({ target, addresses: [v4], noRecord: [], errors: [] }));
  const twice = snapshotOf({ [v4]: { open: { 22: 'ssh' } } }, { targets });
  t.same(briefs(evaluate(policy, twice)), ['pass open 4 22'], 'judged once');
  t.equal(evaluate(policy, twice).verdict, 'pass');
  t.equal(verdictOf([]), 'indeterminate', 'nothing decided is nothing proved');
  const spelt = snapshotOf({ '2001:DB8::7': {} });
  t.throws(() => evaluate(policy, spelt), { code: 'ERR_SNAPSHOT_INVALID' });
  t.end();
});

t.test('restricted: which side a vantage stands on', (t) => {
  const rule = (from: string) => policyOf([`{ port: 22, exposure: restricted, from: ${from} }`]);
  const seenFrom = (sources: string[], name = 'internet') =>
    snapshotOf({ [v4]: { open: { 22: 'ssh' } } }, { ...noIpv6(), vantage: { name, sources } });
  const cases: [string, string, Snapshot, string[]][] = [
    ['by name', '[office]', seenFrom([], 'office'), ['indeterminate vantage-lacking 4 22', 'pass open 4 22']],
    [
      'by address',
      '[192.0.2.0/24]',
      seenFrom(['192.0.2.99']),
      ['indeterminate vantage-lacking 4 22', 'pass open 4 22'],
    ],
    [
      'the other family does not count',
      '[192.0.2.0/24]',
      seenFrom(['198.51.100.1', '2001:db8::1']),
      ['fail exposed 4 22', 'indeterminate vantage-lacking 4 22'],
    ],
    ['no source known', '[192.0.2.0/24]', seenFrom([]), ['indeterminate vantage-unclear 4 22']],
    [
      'on both sides',
      '[192.0.2.0/24]',
      seenFrom(['192.0.2.1', '198.51.100.1']),
      ['indeterminate vantage-unclear 4 22'],
    ],
  ];
  for (const [name, from, snapshot, expected] of cases) t.same(briefs(evaluate(rule(from), snapshot)), expected, name);
  const lacking = evaluate(rule('[office]'), seenFrom(['198.51.100.1'])).findings.find(
    ({ code }) => code === 'vantage-lacking',
  );
  t.match(lacking?.evidence, 'a vantage inside office is lacking');
  t.end();
});

t.test('exceptions', (t) => {
  const exception =
    '    maxAge: 9999d\n    exceptions: [{ port: 8080, owner: igb, reason: vendor migration, ticket: CHG-12, expires: 2026-01-31 }]\n';
  const rules = ['{ port: 22, exposure: public }'];
  const snapshot = snapshotOf({ [v4]: { open: { 22: 'ssh', 8080: 'http' } } }, noIpv6());
  const judge = (now: string, keys = exception) => evaluate(policyOf(rules, keys), snapshot, { now: new Date(now) });
  t.equal(judge('2026-01-31T23:59:59Z').verdict, 'pass');
  t.match(
    judge('2026-01-31T23:59:59Z').findings.find(({ code }) => code === 'excepted'),
    { owner: 'igb', reason: 'vendor migration (CHG-12)', port: 8080 },
  );
  t.match(judge('2026-02-01T00:00:00Z').findings[0], { outcome: 'fail', code: 'exception-expired', port: 8080 });
  t.match(
    judge('2026-02-01T00:00:00Z', exception + review).findings[0],
    { outcome: 'fail', code: 'exception-expired' },
    'also under review',
  );
  t.equal(judge('not a time').verdict, 'indeterminate', 'a clock that cannot be read decides nothing');
  t.equal(
    evaluate(policyOf(rules, exception), snapshotOf({ [v4]: { open: { 22: 'ssh' } } }, noIpv6()), {
      now: new Date('2027-01-01'),
    }).verdict,
    'pass',
    'a lapsed one for a closed port harms nothing',
  );
  t.equal(
    evaluate(policyOf(rules, exception), snapshotOf({ [v4]: { open: { 22: 'ssh' }, unknown: '8080' } }, noIpv6()))
      .verdict,
    'indeterminate',
    'it makes nothing known',
  );
  t.end();
});

t.test('seen from itself', (t) => {
  const policy = policyOf(['{ port: 22, exposure: public }', '{ port: 3306, service: mysql, exposure: local-only }']);
  const snapshot = snapshotOf({ [v4]: { self: true, open: { 22: 'ssh', 3306: 'mysql', 8080: 'http' } } }, noIpv6());
  const asked = evaluate(policy, snapshot);
  t.equal(asked.verdict, 'indeterminate');
  t.ok(asked.findings.every(({ outcome }) => outcome === 'indeterminate'));
  const flagged = asked.findings.filter(({ code }) => code === 'would-be-exposed').map(({ port }) => port);
  t.same(flagged, [3306, 8080]);
  t.equal(
    evaluate(policy, snapshotOf({ [v4]: { self: true, open: { 22: 'ssh' } } }, noIpv6())).verdict,
    'indeterminate',
    'not even when nothing would be flagged',
  );
  t.equal(evaluate(policy, snapshot, { explicit: false }).verdict, 'none');
  const mixed = snapshotOf({ [v4]: { self: true, open: { 3306: 'mysql' } }, [v6]: { open: { 22: 'ssh' } } });
  t.equal(evaluate(policy, mixed, { explicit: false }).verdict, 'indeterminate', 'not all that was asked can pass');
  const exposed = snapshotOf({ [v4]: { self: true }, [v6]: { open: { 3306: 'mysql' } } });
  t.equal(evaluate(policy, exposed, { explicit: false }).verdict, 'fail', 'what the outside sees fails');
  t.equal(evaluate(policy, mixed).verdict, 'indeterminate');
  t.end();
});

const service = fc.constantFrom<Service>(
  probed('ssh', 'OpenSSH', '9.2p1'),
  probed('mysql', 'MySQL', '5.1.73'),
  probed('http'),
  guessed('ssh'),
  guessed('unknown'),
);
const ports = [22, 80, 3306, 3307, 9999];
/** Mostly what passes, so that there is something to lose. */
const state = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom('closed', 'filtered') },
  { weight: 1, arbitrary: fc.constant('unknown') },
  { weight: 3, arbitrary: service },
);
const seenAt = fc.tuple(...ports.map(() => state));
const rule = fc.record({
  place: fc.constantFrom(
    'port: 22',
    'port: 3306',
    'ports: "22,80"',
    'service: ssh',
    'service: mysql',
    'port: 22, service: ssh',
    'port: 3307, service: mysql',
  ),
  exposure: fc.constantFrom(
    'local-only',
    'local-only',
    'absent',
    'absent',
    'public',
    'local-only',
    'absent',
    'restricted, from: [internet]',
    'restricted, from: [198.51.100.0/24]',
    'public, product: OpenSSH',
  ),
});
const policyText = fc.record({
  unlisted: fc.constantFrom('deny', 'review'),
  scope: fc.constantFrom('as-scanned', 'as-scanned', 'all', '"22,80,3306,3307,9999"'),
  rules: fc.array(rule, { minLength: 1, maxLength: 3 }),
  exception: fc.constantFrom('', '    exceptions: [{ port: 9999, owner: a, reason: b, expires: 2026-06-01 }]\n'),
});

/** The snapshot of two addresses whose five ports are as given, of those asked for. */
function smallSnapshot(states: readonly (readonly (string | Service)[])[]): Snapshot {
  const seen = states.map((row): Seen => {
    const having = (wanted: string) => ports.filter((_, index) => row[index] === wanted).join(',');
    const open = Object.fromEntries(
      ports.flatMap((port, index) => {
        const found = row[index];
        return typeof found === 'object' ? [[port, found]] : [];
      }),
    );
    return { open, closed: having('closed'), filtered: having('filtered'), unknown: having('unknown') };
  });
  return snapshotOf(
    { [v4]: seen[0] ?? {}, [v6]: seen[1] ?? {} },
    { asked: { ports: ports.join(','), families: [4, 6] } },
  );
}

t.test('properties: unknown never becomes a pass', (t) => {
  let judged = 0;
  let passed = 0;
  fc.assert(
    fc.property(
      policyText,
      seenAt,
      seenAt,
      fc.nat(1),
      fc.nat(ports.length - 1),
      ({ unlisted, scope, rules, exception }, one, two, which, index) => {
        const text = rules.map(({ place, exposure }) => `{ ${place}, exposure: ${exposure} }`);
        let policy;
        try {
          policy = policyOf(text, `    unlisted: ${unlisted}\n    ports: ${scope}\n${exception}`);
        } catch (error) {
          fc.pre(!(error instanceof ExposcanError));
          throw error;
        }
        const states = [[...one], [...two]];
        const before = evaluate(policy, smallSnapshot(states));
        const row = states[which] ?? [];
        row[index] = 'unknown';
        const after = evaluate(policy, smallSnapshot(states));
        judged += 1;
        if (before.verdict === 'pass') passed += 1;
        // Losing sight of an endpoint proves nothing, so nothing that did not pass may pass because of it,
        // and a policy that looks at the endpoint at all cannot go on passing.
        if (after.verdict === 'pass') return false;
        // Nor may it make new failures: what was not seen accuses nobody.
        const fails = (findings: readonly Finding[]) => findings.filter(({ outcome }) => outcome === 'fail').length;
        return fails(after.findings) <= fails(before.findings);
      },
    ),
    { numRuns: 1000 },
  );
  t.ok(judged > 250 && passed > 10, `${judged} judged, ${passed} passed before`);
  t.end();
});

t.test('properties: the verdict follows from the findings, and they are in order', (t) => {
  fc.assert(
    fc.property(policyText, seenAt, seenAt, ({ unlisted, scope, rules }, one, two) => {
      const [first] = rules;
      const policy = policyOf(
        [
          `{ ${first?.place ?? ''}, exposure: ${first?.exposure.includes('product') === true ? 'public' : (first?.exposure ?? '')} }`,
        ],
        `    unlisted: ${unlisted}\n    ports: ${scope}\n`,
      );
      const { verdict, findings } = evaluate(policy, smallSnapshot([one, two]));
      const ranks = findings.map(({ outcome }) => ['fail', 'indeterminate', 'pass'].indexOf(outcome));
      const sorted = ranks.every((rank, index) => index === 0 || rank >= (ranks[index - 1] ?? 0));
      return sorted && verdict === (['fail', 'indeterminate', 'pass'][ranks[0] ?? 1] ?? '');
    }),
    { numRuns: 500 },
  );
  t.end();
});

t.test('findings fit the snapshot document', async (t) => {
  const snapshot = snapshotOf({
    [v4]: { open: { 3306: 'mysql', 22: 'ssh' }, filtered: '80-90', unknown: '443' },
    [v6]: { self: true, open: { 1: 'ssh' } },
  });
  for (const name of await shippedPolicies()) {
    const { findings, verdict } = evaluate(await findPolicy(name), snapshot);
    t.doesNotThrow(() => snapshotSchema.parse({ ...snapshot, findings, verdict }), name);
  }
});

t.test('shipped policies', async (t) => {
  t.same(await shippedPolicies(), ['baseline', 'database-server', 'mail-server', 'offsite7', 'web-server']);
  const story = { 22: probed('ssh', 'OpenSSH', '9.2p1'), 53: 'domain', 443: 'https' };
  const both = (open: Readonly<Record<number, Service | string>>, rest: Seen = {}) =>
    snapshotOf({ [v4]: { ...rest, open }, [v6]: { ...rest, open } });
  const verdicts = async (name: string, snapshot: Snapshot) => {
    const { verdict, findings } = evaluate(await findPolicy(name), snapshot);
    return [verdict, ...findings.filter(({ outcome }) => outcome === 'fail').map(brief)];
  };
  t.same(await verdicts('offsite7', both({ ...story, 3306: probed('mysql', 'MySQL', '5.1.73') })), [
    'fail',
    'fail exposed 4 3306',
    'fail exposed 6 3306',
  ]);
  t.same(await verdicts('offsite7', both(story)), ['pass']);
  t.same(await verdicts('offsite7', both(story, { filtered: '3306' })), ['pass']);
  t.same(await verdicts('offsite7', both({ 22: 'ssh', 53: 'domain' })), [
    'fail',
    'fail missing 4 443',
    'fail missing 6 443',
  ]);
  t.same(await verdicts('offsite7', snapshotOf({ [v4]: { open: story }, [v6]: { unknown: '1-65535' } })), [
    'indeterminate',
  ]);
  t.same(
    await verdicts(
      'offsite7',
      snapshotOf({
        [v4]: { unknown: '1-65535', code: 'ERR_NEVER_ANSWERED' },
        [v6]: { unknown: '1-65535', code: 'ERR_NEVER_ANSWERED' },
      }),
    ),
    ['indeterminate'],
  );
  t.same(await verdicts('baseline', both({ 22: 'ssh', 3307: 'mysql', 8080: 'http', 2375: 'http' })), [
    'fail',
    'fail exposed 4 2375',
    'fail exposed 6 2375',
    'fail exposed 4 3307',
    'fail exposed 6 3307',
  ]);
  t.same(await verdicts('baseline', both({ 22: 'ssh', 443: 'https' })), ['pass']);
  t.same(
    await verdicts(
      'baseline',
      snapshotOf({ [v4]: { open: { 80: 'http' } } }, { ...noIpv6(), asked: { ports: '80', families: [4, 6] } }),
    ),
    ['pass'],
    'as scanned',
  );
  t.same(await verdicts('baseline', snapshotOf({ [v4]: { open: { 80: 'http' }, unknown: '81' } }, noIpv6())), [
    'indeterminate',
  ]);
  t.same(await verdicts('web-server', both({ 22: 'ssh', 80: 'http', 443: 'https' })), ['pass']);
  t.same(await verdicts('web-server', both({ 22: 'ssh', 80: 'http', 443: 'https', 9000: guessed('fastcgi') })), [
    'fail',
    'fail exposed 4 9000',
    'fail exposed 6 9000',
  ]);
  t.same(await verdicts('mail-server', both({ 22: 'ssh', 25: 'smtp', 465: 'smtps', 587: 'smtp', 993: 'imaps' })), [
    'pass',
  ]);
  t.same(await verdicts('mail-server', both({ 22: 'ssh', 25: 'smtp', 465: 'smtps', 587: 'smtp' })), [
    'fail',
    'fail missing 4 993',
    'fail missing 6 993',
  ]);
  t.same(await verdicts('database-server', both({})), ['indeterminate'], 'the inside is not seen');
  t.same(await verdicts('database-server', both({ 3306: 'mysql' })), [
    'fail',
    'fail exposed 4 3306',
    'fail exposed 6 3306',
  ]);
});

t.test('finding a policy', async (t) => {
  t.match(await findPolicy('baseline'), { name: 'baseline', file: 'baseline.yaml' });
  await t.rejects(findPolicy('ofsite7'), { code: 'ERR_FILE', message: /Did you mean offsite7\?/ });
  await t.rejects(findPolicy('./baseline'), { code: 'ERR_FILE' });
  const text = (name: string, hosts: string[]) =>
    `version: 1\nname: ${name}\nhosts:\n${hosts.map((entry) => `  - host: '${entry}'\n`).join('')}`;
  const directory = t.testdir({
    'one.yaml': text('one', [host, '192.0.2.0/24']),
    'two.yml': text('two', ['www.example.org']),
    'all.yaml': text('all', ['www.example.org', host]),
    'any.yaml': text('any', ['*']),
    'foreign.yaml': 'apiVersion: v1\nkind: Pod\n',
    'notes.txt': 'hosts:',
  });
  const chosen = async (...targets: string[]) => (await policyForTargets(directory, targets))?.name;
  t.equal(await chosen('192.0.2.0/28'), 'one');
  t.equal(await chosen('192.0.0.0/16'), 'one');
  t.equal(await chosen('198.51.100.1'), undefined);
  t.equal(await chosen(host, 'www.example.org'), 'all');
  await t.rejects(chosen(host), { code: 'ERR_POLICY_INVALID', message: /Several policies.*--policy/ });
  t.equal(await policyForTargets(join(directory, 'nowhere'), [host]), undefined);
  await mkdir(join(directory, 'broken'));
  await writeFile(join(directory, 'broken', 'mine.yaml'), 'version: 1\nhosts: 7\n');
  await t.rejects(
    policyForTargets(join(directory, 'broken'), [host]),
    { code: 'ERR_POLICY_INVALID' },
    'declared intent is not passed over',
  );
  for (const [name, content] of [
    ['huge', Buffer.alloc(maxPolicyBytes + 1, '#')],
    ['binary', Buffer.from([0x7f, 0x45, 0x4c, 0x46])],
  ] as const) {
    await mkdir(join(directory, name));
    await writeFile(join(directory, name, 'theirs.yaml'), content);
    await t.rejects(
      policyForTargets(join(directory, name), [host]),
      { code: 'ERR_FILE', message: new RegExp(`${name}/theirs\\.yaml cannot be used: .*--policy`) },
      `${name}: whether it declares anything cannot be told`,
    );
  }
});

t.test('10,000 addresses and ports that alternate are judged without going through every pair', async (t) => {
  const addresses = Object.fromEntries(
    Array.from(
      { length: 10_000 },
      (_, index) => [`2001:db8::${(index + 1).toString(16)}`, { open: { 22: 'ssh' } }] as const,
    ),
  );
  const many = snapshotOf(addresses, {
    targets: [{ target: '2001:db8::/64', addresses: Object.keys(addresses), noRecord: [], errors: [] }],
  });
  const { findings, verdict } = evaluate(await findPolicy('baseline'), many);
  t.equal(verdict, 'pass');
  t.equal(findings.length, 20_000);
  const odd = Array.from({ length: 32_768 }, (_, index) => 2 * index + 1).join(',');
  const striped = evaluate(
    policyOf(['{ port: 22, exposure: local-only }', '{ port: 23, exposure: local-only }']),
    snapshotOf({ [v4]: { filtered: odd } }, noIpv6()),
  );
  t.same(briefs(striped), ['pass closed 4 22', 'pass filtered 4 23']);
});
