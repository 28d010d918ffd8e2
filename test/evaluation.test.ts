import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { policyForTargets } from '../src/policy/language/find-policy.js';
import { parseAddress } from '../src/model/address.js';
import { ExposcanError } from '../src/model/errors.js';
import { parseTarget, recordedTarget } from '../src/model/parse-target.js';
import { formatRanges, holdsPort, mergeRanges, parseRanges, rangesOf, subtractRanges } from '../src/model/ports.js';
import type { Finding, Severity, Snapshot } from '../src/model/snapshot.js';
import { effectiveRules } from '../src/policy/resolution/effective-rules.js';
import { evaluate } from '../src/policy/evaluation/evaluate.js';
import { loadPolicy, loadPolicyText } from '../src/policy/language/load-policy.js';
import { matchesPattern } from '../src/policy/resolution/name-pattern.js';
import type { Policy } from '../src/policy/policy.js';
import { parsePolicy } from '../src/policy/language/parse-policy.js';
import { selectHosts } from '../src/policy/resolution/only.js';
import { portsToScan } from '../src/policy/resolution/scan-scope.js';
import { hostResolver } from '../src/policy/resolution/resolved-host.js';
import { truthTableText } from '../src/policy/evaluation/truth-table-text.js';
import {
  closedPorts,
  filteredPorts,
  host,
  openPort,
  snapshotOf,
  unknownPorts,
  v4,
  v6,
  type OpenParts,
} from './fixtures/snapshots.js';

const dayMs = 24 * 60 * 60 * 1000;
/** When the fixtures' snapshots were finished. */
const seenAt = Date.parse('2026-01-01T00:00:22.000Z');

/** A policy of these hosts, each a line of flow style. */
function policyOf(hosts: readonly string[], head = '') {
  return parsePolicy(
    `version: 1\nname: test\n${head}hosts:\n${hosts.map((each) => `  - ${each}\n`).join('')}`,
    'p.yaml',
  );
}

const brief = ({ outcome, code, port, ports }: Finding) => `${outcome} ${code} ${port ?? ports ?? '-'}`;

const readme = new URL('../README.md', import.meta.url);
const [opening, ending] = ['<!-- truth table -->\n', '<!-- /truth table -->'];

/** The README before the table, the table, and the README after it. */
function readmeParts() {
  const text = readFileSync(readme, 'utf8');
  const [start, end] = [text.indexOf(opening) + opening.length, text.indexOf(ending)];
  return { before: text.slice(0, start), table: text.slice(start, end), after: text.slice(end) };
}

t.test('the truth table in the README is the one that judges', (t) => {
  const { before, table, after } = readmeParts();
  const made = `\n${truthTableText()}\n`;
  if (process.env['EXPOSCAN_WRITE_README'] === '1') writeFileSync(readme, before + made + after);
  else t.equal(table, made, 'else run this test with EXPOSCAN_WRITE_README=1');
  t.end();
});

/** One port of one address, in the state that a column of the table speaks of. */
type PortSeen = (address: string) => Partial<Pick<Snapshot, 'open' | 'notOpen' | 'unknown'>>;
interface Case {
  readonly seen: PortSeen;
  readonly accept?: '[closed]';
  readonly now?: Date;
  readonly asked?: string;
}

const port = 3306;
const open: PortSeen = (address) => ({ open: [openPort(address, port)] });
const silent: PortSeen = (address) => ({ notOpen: [filteredPorts(address, '3306')] });
/** By column: every way in which a port can come to be in it. */
const columnCases: readonly (readonly Case[])[] = [
  [{ seen: open }],
  (['reset', 'conn-refused'] as const).map((reason) => ({
    seen: (address: string) => ({ notOpen: [closedPorts(address, '3306', { reason })] }),
  })),
  (['no-response', 'admin-prohibited'] as const).map((reason) => ({
    seen: (address: string) => ({ notOpen: [filteredPorts(address, '3306', { reason })] }),
  })),
  [{ seen: silent, accept: '[closed]' }],
  [
    { seen: (address) => ({ unknown: [unknownPorts(address, '3306', 'ERR_NO_ROUTE')] }) },
    ...[open, silent].map((seen) => ({ seen, now: new Date(seenAt + 8 * dayMs) })),
    { seen: (address) => ({ notOpen: [closedPorts(address, '1')] }), asked: '1' },
  ],
];
const lastColumnCodes = ['unknown', 'stale', 'stale', 'not-covered'];

/** By row: what is declared, and the vantage that looks. */
const rowCases: readonly { exposures: readonly string[]; vantage?: Snapshot['vantage'] }[] = [
  { exposures: ['public'] },
  { exposures: ['local-only', 'absent'] },
  ...[
    { name: 'office', sources: [] },
    { name: 'internet', sources: ['198.51.100.1', '2001:db8:1::1'] },
  ].map((vantage) => ({
    exposures: ['restricted, from: [office]', 'restricted, from: [office, 203.0.113.0/24]'],
    vantage,
  })),
  {
    exposures: ["restricted, from: [203.0.113.0/24, '2001:db8:ffff::/48']"],
    vantage: { name: 'somewhere', sources: [] },
  },
  { exposures: ['restricted, from: [office]'], vantage: { name: 'office', sources: [] } },
];

t.test('every cell of the table in the README is what evaluation gives, in both families', (t) => {
  const lines = readmeParts().table.trim().split('\n').slice(2);
  t.equal(lines.length, rowCases.length);
  let judged = 0;
  for (const [row, line] of lines.entries()) {
    const [, , ...cells] = line.split('|').map((cell) => cell.trim());
    t.equal(cells.length, columnCases.length + 1, line);
    for (const exposure of rowCases[row]?.exposures ?? []) {
      for (const [column, cases] of columnCases.entries()) {
        const cell = cells[column] ?? '';
        const policyWith = (accept: string) =>
          policyOf([
            `{ host: ${host}, ports: '${port}', unlisted: review, services: [{ port: ${port}, exposure: ${exposure}${accept} }] }`,
          ]);
        if (cell === '–') {
          t.throws(() => policyWith(', accept: [closed]'), { code: 'ERR_POLICY_INVALID' }, 'a cell that cannot be');
          continue;
        }
        const outcome = cell.split(' ')[0] ?? '';
        const codes = [...cell.matchAll(/`([a-z-]+)`/g)].map(([, code]) => code ?? '');
        for (const [at, { seen, accept, now, asked }] of cases.entries()) {
          for (const [address, family] of [
            [v4, 4],
            [v6, 6],
          ] as const) {
            const code = codes.length === 1 ? codes[0] : lastColumnCodes[at];
            const name = `${line.split('|')[1]?.trim() ?? ''}: ${exposure}, IPv${family}, column ${column}, case ${at}`;
            const snapshot = snapshotOf({
              ...(rowCases[row]?.vantage === undefined ? {} : { vantage: rowCases[row].vantage }),
              asked: { ports: asked ?? String(port), families: [4, 6] },
              targets: [{ target: host, addresses: [address], noRecord: [family === 4 ? 6 : 4], errors: [] }],
              ...seen(address),
            });
            const found = evaluate(policyWith(accept === undefined ? '' : `, accept: ${accept}`), snapshot, {
              ...(now === undefined ? {} : { now }),
            });
            const mine = found.findings.filter((finding) => finding.family === family && finding.port === port);
            t.ok(codes.includes(code ?? '') || codes.length === 1, name);
            const isOther = row === lines.length - 1 || (row === lines.length - 2 && asked !== undefined);
            // The side that nobody stood on, and what was not scanned, have findings beside the rule's own.
            const own = mine.filter((finding) =>
              isOther ? finding.code === code : finding.code !== 'vantage-lacking',
            );
            t.same(
              [...new Set(own.map((finding) => `${finding.outcome} ${finding.code} ${finding.address ?? ''}`))],
              [`${outcome} ${code ?? ''} ${address}`],
              name,
            );
            const decided = outcome === 'fail' ? 'fail' : exposure.startsWith('restricted') ? undefined : outcome;
            if (decided !== undefined) t.equal(found.verdict, decided, name);
            else t.not(found.verdict, 'pass', `${name}: one side alone decides nothing`);
            judged += 1;
          }
        }
      }
    }
  }
  t.ok(judged > 120, `${judged} judged`);
  t.end();
});

const ports = [22, 80, 3306, 3307];
const scope = ports.join();
const sourcesOf = { internet: ['198.51.100.1', '2001:db8:1::1'], office: ['203.0.113.5'], unnamed: ['198.51.100.9'] };
const hourMs = 60 * 60 * 1000;

/** What one scan saw of one port: open with a service, or a word for what else. `missing`: nothing was recorded. */
type Sighted = OpenParts | 'reset' | 'refused' | 'filtered' | 'unknown' | 'missing';

/** One scan of the host, as tests make them. */
interface Scan {
  readonly vantage: keyof typeof sourcesOf;
  /** Minutes after the first moment of the fixtures. */
  readonly minutes: number;
  /** By address, then port. */
  readonly seen: Readonly<Record<string, readonly Sighted[]>>;
  /** What came of looking IPv6 up instead of its address. */
  readonly lookup?: 'failed' | 'none';
  readonly complete?: boolean;
}

function snapshotFrom({ vantage, minutes, seen, lookup, complete = true }: Scan): Snapshot {
  const time = new Date(seenAt + minutes * 60_000).toISOString();
  const addresses = Object.keys(seen).filter((address) => address !== v6 || lookup === undefined);
  const rows = addresses.flatMap((address) =>
    ports.map((each, index) => ({ address, each, sighted: seen[address]?.[index] ?? 'missing' })),
  );
  const common = { observedAt: time };
  return snapshotOf({
    vantage: { name: vantage, sources: [...sourcesOf[vantage]] },
    startedAt: time,
    finishedAt: time,
    complete,
    asked: { ports: scope, families: [4, 6] },
    targets: [
      {
        target: host,
        addresses,
        noRecord: lookup === 'none' ? [6] : [],
        errors: lookup === 'failed' ? [{ family: 6, code: 'ERR_LOOKUP_FAILED', message: 'SERVFAIL' }] : [],
      },
    ],
    open: rows.flatMap(({ address, each, sighted }) =>
      typeof sighted === 'object' ? [openPort(address, each, { ...common, ...sighted })] : [],
    ),
    notOpen: rows.flatMap(({ address, each, sighted }) => {
      if (sighted === 'filtered') return [filteredPorts(address, String(each), common)];
      if (sighted === 'reset')
        return [closedPorts(address, String(each), { ...common, reason: 'reset', method: 'syn' })];
      return sighted === 'refused' ? [closedPorts(address, String(each), common)] : [];
    }),
    unknown: rows.flatMap(({ address, each, sighted }) =>
      sighted === 'unknown' ? [unknownPorts(address, String(each), 'ERR_NO_ROUTE')] : [],
    ),
  });
}

const anyService = fc.constantFrom<OpenParts>(
  { service: { name: 'ssh', product: 'OpenSSH', version: '9.6p1' } },
  { service: { name: 'ssh', product: 'OpenSSH', version: '8.0' } },
  { service: { name: 'mysql', product: 'MySQL', version: '5.1.73' } },
  { service: { name: 'https', tunnel: 'tls' }, tls: { version: 'TLSv1.2' } },
  { service: { name: 'ssh', method: 'table' } },
  { service: { name: 'unknown', method: 'table' } },
);
/** Mostly what passes, so that there is something to lose. */
const anySighted = fc.oneof(
  { weight: 32, arbitrary: fc.constantFrom<Sighted>('reset', 'refused', 'filtered') },
  { weight: 4, arbitrary: anyService },
  { weight: 1, arbitrary: fc.constantFrom<Sighted>('unknown', 'missing') },
);
const anyRow = fc.tuple(...ports.map(() => anySighted));

/** Scans of one time, or of times up to some hours apart. */
const anyScan = (minutes: fc.Arbitrary<number>): fc.Arbitrary<Scan> =>
  fc
    .record({
      vantage: fc.constantFrom('internet' as const, 'internet' as const, 'office' as const, 'unnamed' as const),
      minutes,
      rows: fc.tuple(anyRow, anyRow),
      lookup: fc.oneof(
        { weight: 20, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.constantFrom('failed' as const, 'none' as const) },
      ),
      complete: fc.oneof({ weight: 20, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    })
    .map(({ rows: [one, other], lookup, ...rest }) => ({
      ...rest,
      seen: { [v4]: one, [v6]: other },
      ...(lookup === undefined ? {} : { lookup }),
    }));
const oneTime = anyScan(fc.nat(50));
const severalTimes = anyScan(fc.oneof(fc.nat(50), fc.nat(600), fc.nat(12 * 24 * 60)));

const anyRule = fc
  .record({
    place: fc.constantFrom(
      ...['port: 22', 'port: 22, service: ssh', 'port: 3306', 'ports: "22,80"', 'ports: [3306, 3307]', 'service: ssh'],
      ...['service: mysql', 'port: 80, family: 6', 'port: 3307, service: mysql, family: 4'],
    ),
    exposure: fc.constantFrom(
      ...['local-only', 'absent', 'local-only', 'absent', 'local-only, accept: [closed]', 'public'],
      'restricted, from: [office]',
      ...['restricted, from: [198.51.100.0/28, office]', 'restricted, from: [internet, unnamed, office]'],
      ...['public, product: OpenSSH', 'public, tls: { minVersion: "1.3" }', 'local-only, owner: , reason: '],
    ),
  })
  .map(({ place, exposure }) => `{ ${place}, exposure: ${exposure} }`);
const anyEntry = fc
  .record({
    who: fc.constantFrom(`host: ${host}`, "host: '*'", 'host: 192.0.2.0/24', 'group: g, members: ["*.example.org"]'),
    unlisted: fc.constantFrom('', ', unlisted: deny', ', unlisted: review'),
    families: fc.constantFrom('', '', ', families: [4]', ', families: [4, 6]'),
    rules: fc.array(anyRule, { minLength: 0, maxLength: 3 }),
    exception: fc.constantFrom('', '', ', exceptions: [{ port: 3307, owner: a, reason: b, expires: 2026-06-01 }]'),
  })
  .map(
    ({ who, unlisted, families, rules, exception }) =>
      `{ ${who}${unlisted}${families}${exception}, ports: '${scope}', services: [${rules.join(', ')}] }`,
  );

/** A policy that loads; `*` catches what no other entry speaks of, so that everything is judged. */
const anyPolicy = fc
  .uniqueArray(anyEntry, { minLength: 1, maxLength: 3, selector: (entry) => entry.split(',')[0] ?? '' })
  .map((entries) => {
    try {
      return policyOf(entries);
    } catch (error) {
      if (!(error instanceof ExposcanError)) throw error;
      return undefined;
    }
  })
  .filter((policy) => policy !== undefined);

const keyOf = (finding: Finding) => JSON.stringify(Object.entries(finding).sort(([a], [b]) => (a < b ? -1 : 1)));
const summary = ({ verdict, findings, warnings, disagreements }: ReturnType<typeof evaluate>) => ({
  verdict,
  findings: findings.map(keyOf).sort(),
  warnings: warnings.map((warning) => JSON.stringify(warning)).sort(),
  disagreements: disagreements.map((disagreement) => JSON.stringify(disagreement)).sort(),
});

t.test('properties: neither order, grouping nor repetition of snapshots matters, and sound input never throws', (t) => {
  fc.assert(
    fc.property(
      anyPolicy,
      fc.array(severalTimes, { minLength: 1, maxLength: 4 }),
      fc.array(fc.nat(3), { minLength: 1, maxLength: 5 }),
      fc.nat(1000),
      (policy, scans, again, turn) => {
        const snapshots = scans.map(snapshotFrom);
        const first = summary(evaluate(policy, snapshots));
        const turned = snapshots.map((_, at) => snapshots[(at + turn) % snapshots.length] ?? snapshotOf());
        const repeated = again.flatMap((at) => snapshots[at] ?? []).map((each) => structuredClone(each));
        assert.deepEqual(summary(evaluate(policy, turned.toReversed())), first);
        assert.deepEqual(summary(evaluate(policy, [...repeated, ...turned])), first);
      },
    ),
    { numRuns: 150 },
  );
  t.end();
});

const statesOf = (states: readonly Sighted[], index: number, to: Sighted) => states.with(index, to);
/** The scan with one port of one address seen otherwise. */
const withPort = (scan: Scan, address: string, index: number, to: Sighted): Scan => ({
  ...scan,
  seen: { ...scan.seen, [address]: statesOf(scan.seen[address] ?? [], index, to) },
});

const isLost = (sighted: Sighted | undefined) => sighted === 'unknown' || sighted === 'missing';

t.test('properties: what is not known passes nothing', (t) => {
  let passedBefore = 0;
  fc.assert(
    fc.property(
      anyPolicy,
      fc.array(oneTime, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(v4, v6),
      fc.nat(ports.length - 1),
      fc.constantFrom<Sighted>('unknown', 'missing'),
      (policy, scans, address, index, lost) => {
        const port = ports[index] ?? 0;
        const isJudged = (scan: Scan) => address === v4 || scan.lookup === undefined;
        fc.pre(scans.some(isJudged));
        const before = evaluate(policy, scans.map(snapshotFrom));
        const after = evaluate(
          policy,
          scans.map((scan) => snapshotFrom(withPort(scan, address, index, lost))),
        );
        const isAsked =
          before.findings.every(({ code }) => code !== 'no-rule') && !(address === v6 && onlyIpv4(policy));
        if (before.verdict === 'pass' && isAsked) passedBefore += 1;
        const ofPort = after.findings.filter((finding) => finding.address === address && finding.port === port);
        assert.deepEqual(
          ofPort.filter(({ outcome }) => outcome === 'pass'),
          [],
          'no finding of the port passes',
        );
        if (isAsked) assert.notEqual(after.verdict, 'pass', 'nor does the whole');
      },
    ),
    { numRuns: 400 },
  );
  t.ok(passedBefore > 4, `${passedBefore} passed before`);
  fc.assert(
    fc.property(
      anyPolicy,
      severalTimes,
      fc.array(severalTimes, { maxLength: 2 }),
      fc.constantFrom(v4, v6),
      fc.nat(ports.length - 1),
      (policy, scan, others, address, index) => {
        const isJudged = ({ lookup }: Scan) => address === v4 || lookup === undefined;
        fc.pre(isJudged(scan) && !(address === v6 && onlyIpv4(policy)));
        const blind = [withPort(scan, address, index, 'unknown'), ...others].map(snapshotFrom);
        const { verdict, findings } = evaluate(policy, blind);
        if (verdict !== 'pass' || findings.some(({ code }) => code === 'no-rule')) return;
        // That the name has no such address any more is seen, too.
        const saw = (other: Scan) =>
          (address === v6 && other.lookup === 'none') || !isLost(other.seen[address]?.[index]);
        const isSame = (other: Scan) => other.vantage === scan.vantage && other.minutes >= scan.minutes - 60;
        assert.ok(
          others.some((other) => isSame(other) && saw(other)),
          'only what the same place saw since may pass',
        );
      },
    ),
    { numRuns: 400 },
  );
  fc.assert(
    fc.property(anyPolicy, fc.array(oneTime, { minLength: 1, maxLength: 3 }), (policy, scans) => {
      const late = evaluate(policy, scans.map(snapshotFrom), { now: new Date(seenAt + 30 * dayMs) });
      assert.deepEqual(
        late.findings.filter(({ outcome }) => outcome !== 'indeterminate'),
        [],
        'what is too old decides nothing',
      );
      if (!onlyIpv4(policy)) {
        const unlooked = scans.map((scan): Scan => ({ ...scan, lookup: 'failed' }));
        assert.notEqual(evaluate(policy, unlooked.map(snapshotFrom)).verdict, 'pass', 'nor does a failed lookup');
      }
    }),
    { numRuns: 100 },
  );
  t.end();
});

function onlyIpv4(policy: Policy): boolean {
  return policy.entries.some(({ families }) => families?.includes(6) === false);
}

t.test('properties: more evidence of the same time makes no failure pass', (t) => {
  let failed = 0;
  fc.assert(
    fc.property(anyPolicy, fc.array(oneTime, { minLength: 1, maxLength: 2 }), oneTime, (policy, scans, more) => {
      const now = new Date(seenAt + hourMs);
      const before = evaluate(policy, scans.map(snapshotFrom), { now });
      fc.pre(before.verdict === 'fail');
      failed += 1;
      const after = evaluate(policy, [...scans, more].map(snapshotFrom), { now });
      assert.notEqual(after.verdict, 'pass', 'no failure is talked away');
      const kept = new Set(after.findings.filter(({ outcome }) => outcome === 'fail').map(brief));
      // That a service is nowhere at all is the one failure which a port that is found open puts in doubt.
      const lost = before.findings.filter(
        (finding) => finding.outcome === 'fail' && finding.port !== undefined && !kept.has(brief(finding)),
      );
      assert.deepEqual(lost, [], 'every failure of a port is still told');
    }),
    { numRuns: 400 },
  );
  t.ok(failed > 50, `${failed} failed before`);
  t.end();
});

t.test('one scan given twice, a lookup of two families that failed, a service found and not found', (t) => {
  const policy = policyOf(["{ host: '*' }"]);
  const failed = snapshotOf({
    targets: [
      {
        target: host,
        addresses: [],
        noRecord: [],
        errors: ([4, 6] as const).map((family) => ({ family, code: 'ERR_LOOKUP_FAILED', message: 'SERVFAIL' })),
      },
    ],
  });
  const later = { ...failed, finishedAt: '2026-01-01T00:00:23.000Z' };
  for (const given of [[failed], [failed, structuredClone(failed)], [failed, later]]) {
    t.same(
      evaluate(policy, given).findings.map(({ code, family }) => [code, family]),
      [
        ['family-not-observed', 4],
        ['family-not-observed', 6],
      ],
    );
  }
  const interrupted = { ...failed, complete: false };
  t.same(
    evaluate(policy, [failed, interrupted]).findings.length,
    evaluate(policy, [interrupted, failed]).findings.length,
    'that one of two was interrupted does not depend on their order',
  );
  const ssh = policyOf([
    `{ host: ${host}, ports: '${scope}', unlisted: review, services: [{ service: ssh, exposure: public }] }`,
  ]);
  const seen = (...row: Sighted[]) =>
    snapshotFrom({ vantage: 'internet', minutes: 0, lookup: 'none', seen: { [v4]: row } });
  const found = seen({ service: { name: 'ssh' } }, 'reset', 'reset', 'reset');
  const refused = seen('reset', 'reset', 'reset', 'reset');
  const other = seen({ service: { name: 'http' } }, 'reset', 'reset', 'reset');
  const moved = seen('reset', { service: { name: 'ssh' } }, 'reset', 'reset');
  t.equal(evaluate(ssh, found).verdict, 'pass');
  for (const [name, more] of [
    ['refused', refused],
    ['another service', other],
    ['on another port', moved],
  ] as const) {
    const { verdict, findings } = evaluate(ssh, [found, more]);
    t.equal(verdict, 'fail', name);
    t.match(findings[0], {
      code: 'missing',
      evidence: /ssh was found on port 22(,80)? from internet, and at about the same time it was not/,
    });
  }
  t.end();
});

t.test('a second scan of the same time that sees a forbidden port open fails what passed', (t) => {
  const policy = policyOf([`{ host: ${host}, services: [{ port: 3306, exposure: local-only }] }`]);
  const all = [v4, v6].map((address) => closedPorts(address, '1-65535'));
  const first = snapshotOf({ notOpen: all });
  const second = (name: string, sources: string[]) =>
    snapshotOf({
      vantage: { name, sources },
      open: [openPort(v6, 3306)],
      notOpen: [closedPorts(v4, '1-65535'), closedPorts(v6, '1-3305,3307-65535')],
    });
  t.equal(evaluate(policy, first).verdict, 'pass');
  for (const more of [second('internet', ['198.51.100.1', '2001:db8:1::1']), second('dmz', ['198.51.100.2'])]) {
    const judged = evaluate(policy, [first, more]);
    t.equal(judged.verdict, 'fail');
    t.match(judged.findings[0], { code: 'exposed', address: v6, port: 3306, vantage: more.vantage.name });
  }
  t.end();
});

/** What the policy declares for a port of an address of a target, and where that stands. */
function declared(policy: Policy, target: string, address: string, port: number): string {
  const read = parseAddress(address);
  const resolved = hostResolver(policy).resolve(recordedTarget(target), read);
  const rule = read === undefined ? undefined : resolved?.rules(read.family).ruleAt(port);
  return rule === undefined ? 'nothing' : `${rule.exposure} ${rule.position.file}:${rule.position.line}`;
}

t.test('which rule wins: the most specific host, then the most specific port', (t) => {
  const policy = parsePolicy(
    `version: 1
name: layers
defaults: { services: [{ ports: all, exposure: absent }, { port: 9, exposure: public }] }
hosts:
  - { group: web, members: [www.example.org, 192.0.2.0/24], services: [{ port: 443, exposure: public }, { ports: "80,8000-8100", exposure: absent }] }
  - { group: all, members: "*.example.org", services: [{ ports: "1-1000", exposure: local-only }] }
  - { host: www.example.org, services: [{ port: 80, exposure: public }, { port: 8080, exposure: public, family: 6 }] }
  - { host: "**.org", services: [{ port: 22, exposure: public }, { ports: "20-25", exposure: absent }] }
  - { host: 192.0.2.7, services: [{ ports: "1-100", exposure: absent }, { ports: "70-90", exposure: local-only }, { port: 80, exposure: public }] }
  - { host: 192.0.2.0/28, services: [{ port: 1, exposure: public }] }
`,
    'p.yaml',
  );
  const cases: readonly [target: string, address: string, port: number, says: string][] = [
    ['www.example.org', '198.51.100.1', 443, 'public p.yaml:5'],
    ['www.example.org', '198.51.100.1', 80, 'public p.yaml:7'],
    ['www.example.org', '198.51.100.1', 81, 'local-only p.yaml:6'],
    ['www.example.org', '198.51.100.1', 8080, 'absent p.yaml:5'],
    ['www.example.org', '2001:db8::1', 8080, 'public p.yaml:7'],
    ['mail.example.org', '198.51.100.2', 22, 'local-only p.yaml:6'],
    ['mail.sub.example.org', '198.51.100.2', 22, 'public p.yaml:8'],
    ['mail.sub.example.org', '198.51.100.2', 23, 'absent p.yaml:8'],
    ['mail.sub.example.org', '198.51.100.2', 9, 'public p.yaml:3'],
    ['mail.sub.example.org', '198.51.100.2', 10, 'absent p.yaml:3'],
    ['www.example.org', '192.0.2.7', 80, 'public p.yaml:9'],
    ['www.example.org', '192.0.2.7', 75, 'local-only p.yaml:9'],
    ['www.example.org', '192.0.2.7', 1, 'absent p.yaml:9'],
    ['www.example.org', '192.0.2.7', 443, 'public p.yaml:5'],
    ['198.51.100.0/24', '198.51.100.9', 80, 'nothing'],
    ['192.0.2.9', '192.0.2.9', 1, 'public p.yaml:10'],
    ['192.0.2.9', '192.0.2.9', 80, 'absent p.yaml:5'],
  ];
  for (const [target, address, at, says] of cases)
    t.equal(declared(policy, target, address, at), says, `${target} ${address} ${at}`);
  const settings = parsePolicy(
    `version: 1
name: settings
defaults: { unlisted: review, maxAge: 3d, families: [4], services: [{ port: 22, exposure: public }] }
hosts:
  - { host: a.example.org, unlisted: deny }
  - { group: g, members: [a.example.org, b.example.org], ports: '22', maxAge: 12h }
`,
    'p.yaml',
  );
  const of = (name: string) => hostResolver(settings).resolve(recordedTarget(name), undefined);
  t.match(of('a.example.org'), {
    name: 'a.example.org',
    unlisted: 'deny',
    ports: [{ first: 22, last: 22 }],
    families: [4],
  });
  t.equal(of('a.example.org')?.maxAge, dayMs / 2);
  t.match(of('a.example.org')?.statedAt('families'), { line: 3 });
  t.match(of('a.example.org')?.statedAt('ports'), { line: 6 });
  t.match(of('b.example.org'), { name: 'g', unlisted: 'review' });
  t.equal(of('c.example.org'), undefined, 'defaults alone speak of nobody');
  t.end();
});

t.test(
  'properties: every port has the rule of the first layer that names it, and there of the narrowest range',
  (t) => {
    const range = fc
      .tuple(fc.integer({ min: 1, max: 40 }), fc.nat(12))
      .map(([first, more]) => ({ first, last: first + more }));
    const [plain] =
      policyOf([`{ host: ${host}, services: [{ port: 1, exposure: absent }] }`]).entries[0]?.services ?? [];
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.array(range, { minLength: 1, maxLength: 4 }), { maxLength: 4 }), { maxLength: 3 }),
        (made) => {
          if (plain === undefined) return false;
          const layers = made.map((rules) => rules.map((ranges) => ({ ...plain, ports: mergeRanges(ranges) })));
          const effective = effectiveRules(layers);
          const expected = (port: number) => {
            const spans = layers.flatMap((rules, layer) =>
              rules.flatMap((rule) => rule.ports.map(({ first, last }) => ({ layer, rule, first, last }))),
            );
            const holding = spans.filter(({ first, last }) => first <= port && port <= last);
            return holding.sort((a, b) => a.layer - b.layer || a.last - a.first - (b.last - b.first))[0]?.rule;
          };
          assert.deepEqual(
            effective.map(({ rule }) => rule),
            layers.flat(),
          );
          for (let port = 1; port <= 54; port++) {
            const deciding = effective.filter(({ ports: own }) => holdsPort(own, port)).map(({ rule }) => rule);
            const wanted = expected(port);
            assert.ok(deciding.length === (wanted === undefined ? 0 : 1) && deciding[0] === wanted);
          }
          return true;
        },
      ),
      { numRuns: 300 },
    );
    t.pass();
    t.end();
  },
);

t.test('patterns of names', (t) => {
  const long = `${'a'.repeat(63)}.`.repeat(3);
  const cases: readonly [pattern: string, yes: readonly string[], no: readonly string[]][] = [
    ['*.example.org', ['www.example.org'], ['example.org', 'a.b.example.org', 'example.org.', 'wwwexample.org']],
    ['**.example.org', ['www.example.org', 'a.b.example.org', `${long}example.org`], ['example.org', 'xexample.org']],
    ['web-*.example.org', ['web-1.example.org', 'web-.example.org'], ['web.example.org', 'web-1.x.example.org']],
    ['*-db-*.example.org', ['a-db-1.example.org', 'x-db-db-y.example.org'], ['db-1.example.org', 'a-db.example.org']],
    ['a*a.example.org', ['aa.example.org', 'aba.example.org'], ['a.example.org']],
    ['**.*.example.org', ['a.b.example.org'], ['b.example.org']],
  ];
  for (const [pattern, yes, no] of cases) {
    for (const name of yes) t.ok(matchesPattern(pattern.split('.'), name), `${pattern} ${name}`);
    for (const name of no) t.notOk(matchesPattern(pattern.split('.'), name), `${pattern} ${name}`);
  }
  const stars = `${'*a'.repeat(31)}*.example.org`;
  t.notOk(matchesPattern(stars.split('.'), `${'a'.repeat(30)}${'b'.repeat(33)}.example.org`), 'and ends soon');
  const specific = policyOf([
    '{ host: "*.example.org", services: [{ port: 1, exposure: public }] }',
    '{ host: "web-*.example.org", services: [{ port: 1, exposure: absent }] }',
    '{ host: "**.example.org", services: [{ port: 1, exposure: local-only }] }',
  ]);
  t.match(declared(specific, 'WEB-1.example.org.', v4, 1), /^absent/);
  t.match(declared(specific, 'www.example.org', v4, 1), /^public/);
  t.match(declared(specific, 'a.b.example.org', v4, 1), /^local-only/);
  for (const bad of [
    '**',
    'a.**.org',
    '*.*',
    '***.org',
    'a**.org',
    '.*',
    '*.',
    '*.exa mple.org',
    `${'a'.repeat(64)}*.org`,
    '*\\x1b[2J.org',
  ]) {
    t.throws(
      () => policyOf([`{ host: "${bad}" }`]),
      { code: 'ERR_POLICY_INVALID', message: /is no pattern of host names/ },
      bad,
    );
  }
  t.end();
});

t.test('included files', async (t) => {
  const rule = (exposure: string) => `services: [{ port: 22, exposure: ${exposure} }]`;
  const file = (rest: string) => `version: 1\n${rest}`;
  const chain = (length: number) =>
    Object.fromEntries(
      Array.from({ length }, (_, at) => [
        `deep${at}.yaml`,
        file(at === length - 1 ? 'hosts: [{ host: deep.example.org }]\n' : `include: deep${at + 1}.yaml\n`),
      ]),
    );
  const directory = t.testdir({
    'main.yaml': file(
      `name: main\ninclude: [parts/a.yaml, ./parts/../parts/b.yaml]\nhosts: [{ host: x.example.org, ${rule('public')} }]\n`,
    ),
    parts: {
      'a.yaml': file(
        `include: base.yaml\nhosts: [{ host: x.example.org, ${rule('absent')} }, { host: y.example.org, ${rule('absent')} }]\n`,
      ),
      'b.yaml': file('include: base.yaml\n'),
      'base.yaml': file(
        `variables: { office: [198.51.100.0/24] }\ndefaults: { ${rule('local-only')} }\nhosts: [{ host: y.example.org, ${rule('public')} }, { host: z.example.org }]\n`,
      ),
    },
    'uses.yaml': file(
      'name: uses\ninclude: parts/base.yaml\nhosts: [{ host: v.example.org, services: [{ port: 1, exposure: restricted, from: [$office, dmz] }] }]\n',
    ),
    'shipped.yaml': file('name: shipped\ninclude: baseline\n'),
    'loop1.yaml': file('name: loop\ninclude: loop2.yaml\n'),
    'loop2.yaml': file('include: loop3.yaml\n'),
    'loop3.yaml': file('include: [./loop2.yaml]\n'),
    'self.yaml': file('name: self\ninclude: self.yaml\n'),
    'gone.yaml': file('name: gone\ninclude: parts/gone.yaml\n'),
    'twice.yaml': file('name: twice\ninclude: [parts/base.yaml, parts/base.yaml]\n'),
    'broken.yaml': file('name: broken\ninclude: parts/broken.yaml\n'),
    'wide.yaml': file(`name: wide\ninclude: [${Array.from({ length: 60 }, (_, at) => `w${at}.yaml`).join(', ')}]\n`),
    ...Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`w${at}.yaml`, file('include: parts/base.yaml\n')])),
    'deepest.yaml': file('name: deepest\ninclude: deep0.yaml\n'),
    ...chain(17),
    'deep-enough.yaml': file('name: deep\ninclude: deep2.yaml\n'),
  });
  await writeFile(join(directory, 'parts', 'broken.yaml'), 'version: 1\nhosts: [{ host: 7 }]\n');
  const load = (name: string) => loadPolicy(join(directory, name), name);
  const main = await load('main.yaml');
  t.same(main.files, ['main.yaml', 'parts/a.yaml', 'parts/b.yaml', 'parts/base.yaml'], 'each once, in a diamond too');
  t.equal(declared(main, 'x.example.org', v4, 22), 'public main.yaml:4', 'the including file overrules');
  t.equal(declared(main, 'y.example.org', v4, 22), 'absent parts/a.yaml:3', 'and so does one that is nearer');
  t.equal(declared(main, 'z.example.org', v4, 22), 'local-only parts/base.yaml:3');
  t.same((await load('uses.yaml')).entries[0]?.services[0]?.from, [
    { kind: 'range', range: { family: 4, first: 0xc6336400n, last: 0xc63364ffn }, text: '198.51.100.0/24' },
    { kind: 'vantage', name: 'dmz' },
  ]);
  t.same((await load('shipped.yaml')).files, ['shipped.yaml', 'baseline.yaml']);
  t.equal((await load('deep-enough.yaml')).files.length, 16);
  const refused: readonly [file: string, message: RegExp][] = [
    [
      'loop1.yaml',
      /loop3\.yaml:2:11: include\[0\]: this goes in a circle: loop2\.yaml includes loop3\.yaml includes loop2\.yaml\./,
    ],
    ['self.yaml', /goes in a circle: self\.yaml includes self\.yaml/],
    [
      'gone.yaml',
      /gone\.yaml:3:10: include: The policy parts\/gone\.yaml cannot be used: there is no such file\..*relative to/,
    ],
    ['twice.yaml', /is included already/],
    ['broken.yaml', /parts\/broken\.yaml:2:17: hosts\[0\]\.host: expected a host name/],
    ['wide.yaml', /at most 100 files/],
    ['deepest.yaml', /at most 16 deep/],
  ];
  for (const [name, message] of refused) {
    await t.rejects(load(name), { name: 'ExposcanError', code: 'ERR_POLICY_INVALID', message }, name);
  }
  const hostile = [
    '/dev/zero',
    '/proc/self/mem',
    '..',
    '\\0',
    'a\\e[2Jb',
    'x'.repeat(900),
    'file:///etc/passwd',
    '~/x',
    '/dev/null',
  ];
  for (const path of hostile) {
    await writeFile(join(directory, 'hostile.yaml'), file(`name: hostile\ninclude: "${path}"\n`));
    const error: unknown = await load('hostile.yaml').catch((cause: unknown) => cause);
    t.type(error, ExposcanError, path);
    t.notMatch(error instanceof Error ? error.message : '', /[\0-\x09\x0b-\x1f]/, 'and nothing that drives a terminal');
  }
  t.throws(() => policyOf(['{ host: a.example.org }'], 'include: x.yaml\n'), {
    message: /given as text cannot include/,
  });
  const shared = t.testdir({
    'all.yaml': file('name: all\ninclude: [sources.yaml, hosts.yaml]\n'),
    'sources.yaml': file('variables: { office: [office] }\ndefaults: { maxAge: 1d }\n'),
    'hosts.yaml': file(
      'hosts: [{ host: z.example.org, services: [{ port: 22, exposure: restricted, from: $office }] }]\n',
    ),
    elsewhere: { 'nobody.yaml': file('name: nobody\ninclude: ../sources.yaml\n'), 'empty.yaml': file('name: empty\n') },
  });
  const all = await loadPolicy(join(shared, 'all.yaml'));
  t.match(all.entries[0]?.services[0]?.from, [{ kind: 'vantage', name: 'office' }], 'a file of variables alone');
  t.match(all.defaults[0], { maxAge: 86_400_000 });
  t.equal(
    (await policyForTargets(shared, ['z.example.org']))?.name,
    'all',
    'found, though it names hosts by inclusion only',
  );
  await t.rejects(loadPolicy(join(shared, 'elsewhere/empty.yaml')), { message: /the key hosts is missing/ });
  await t.rejects(loadPolicy(join(shared, 'elsewhere/nobody.yaml')), {
    message: /neither this file nor what it includes names a host/,
  });
  const strict = t.testdir({
    'mine.yaml': file(`name: mine\ninclude: baseline\nhosts: [{ host: x.example.org, ${rule('public')} }]\n`),
    'loose.yaml': file(
      `name: loose\nhosts: [{ host: x.example.org, ${rule('public')} }, { host: '*', ports: '22,80', unlisted: review, maxAge: 90d, ${rule('absent')}, exceptions: [{ port: 80, owner: o, reason: r, expires: 2099-01-01 }] }]\n`,
    ),
  });
  for (const name of ['mine.yaml', 'loose.yaml']) {
    const own = hostResolver(await loadPolicy(join(strict, name))).resolve(parseTarget('x.example.org'), undefined);
    t.match(
      own,
      { unlisted: 'deny', maxAge: 7 * 86_400_000, ports: [{ first: 1, last: 65535 }] },
      `${name}: * loosens nothing`,
    );
    t.equal(own?.exceptionAt(80), undefined);
    t.equal(own?.rules(4).ruleAt(22)?.exposure, 'public');
  }
  const mine = hostResolver(await loadPolicy(join(strict, 'mine.yaml'))).resolve(
    parseTarget('x.example.org'),
    undefined,
  );
  t.ok(
    mine?.rules(4).anywhere.some(({ service }) => service === 'mysql'),
    'and its rules hold',
  );
  const loose = await loadPolicy(join(strict, 'loose.yaml'));
  t.equal(formatRanges(portsToScan(loose, ['x.example.org']) ?? []), '1-65535');
  t.equal(formatRanges(portsToScan(loose, ['y.example.org']) ?? []), '22,80');
});

t.test('variables', (t) => {
  const from = (text: string, head: string) =>
    policyOf([`{ host: ${host}, services: [{ port: 1, exposure: restricted, from: ${text} }] }`], head);
  const office = 'variables: { office: [hq, 198.51.100.0/24], spare: 203.0.113.9 }\n';
  t.same(
    from('[$office, dmz]', office).entries[0]?.services[0]?.from.map((source) =>
      source.kind === 'range' ? source.text : source.name,
    ),
    ['hq', '198.51.100.0/24', 'dmz'],
  );
  t.match(from('$spare', office).unusedVariables, [{ name: 'office', position: { line: 3 } }]);
  const broken: readonly [text: string, head: string, message: RegExp][] = [
    ['$ofice', office, /variable "\$ofice" is not defined\. Did you mean office\?/],
    ['$x', '', /Define it under variables/],
    ['$a', 'variables: { a: [$b], b: [hq] }\n', /holds vantages and blocks, and no other variable/],
    ['$a', 'variables: { a: [] }\n', /names nobody/],
    ['$a', 'variables: { 1a: [hq], a: hq }\n', /"1a" is no name of a variable/],
    ['$a', 'variables: [hq]\n', /expected variables: a mapping/],
    ['$a', 'variables: { a: 10.0.0.1/8 }\n', /host bits/],
  ];
  for (const [text, head, message] of broken)
    t.throws(() => from(text, head), { code: 'ERR_POLICY_INVALID', message }, text);
  t.end();
});

/** The findings of one open port on IPv4, by one rule. */
function judgeOpenPort(rule: string, parts: OpenParts, now?: Date): string[] {
  const policy = policyOf([`{ host: ${host}, ports: '443', unlisted: review, maxAge: 9999d, services: [${rule}] }`]);
  const snapshot = snapshotOf({
    asked: { ports: '443', families: [4, 6] },
    targets: [{ target: host, addresses: [v4], noRecord: [6], errors: [] }],
    open: [openPort(v4, 443, parts)],
  });
  return evaluate(policy, snapshot, now === undefined ? {} : { now }).findings.map(
    ({ outcome, code }) => `${outcome} ${code}`,
  );
}

t.test('what is asked of an open port: TLS, and versions of several lines', (t) => {
  const https = { name: 'https', tunnel: 'tls' } as const;
  const ends = (day: string, from = '2025-01-01') => ({
    version: 'TLSv1.2',
    certificate: {
      ...{ subject: 'CN=a', issuer: 'CN=b', sans: [], selfSigned: false, fingerprint256: 'AA' },
      ...{ validFrom: `${from}T00:00:00.000Z`, validTo: `${day}T00:00:00.000Z` },
    },
  });
  const tls = (demand: string) => `{ port: 443, exposure: public, tls: ${demand} }`;
  const versions = (...least: string[]) =>
    `{ port: 443, service: ssh, exposure: public, minVersion: [${least.map((each) => `"${each}"`).join(', ')}] }`;
  const openssh = (version: string, banner: string) => ({
    service: { name: 'ssh', product: 'OpenSSH', version },
    said: `SSH-2.0-${banner}\r\n`,
  });
  const bookworm = openssh('9.2p1', 'OpenSSH_9.2p1 Debian-2+deb12u3');
  const cases: readonly [name: string, rule: string, parts: OpenParts, expected: string][] = [
    ['TLS', tls('{}'), { service: https, tls: { version: 'TLSv1.3' } }, 'pass open'],
    ['upgraded', tls('{ required: true }'), { service: { name: 'smtp' }, tls: { version: 'TLSv1.3' } }, 'pass open'],
    ['clear text', tls('{ required: true }'), { service: { name: 'http' } }, 'fail tls-missing'],
    [
      'clear text, which may be',
      tls('{ required: false, minVersion: "1.2" }'),
      { service: { name: 'smtp' } },
      'pass open',
    ],
    ['nothing learnt', tls('{}'), { service: { name: 'unknown', method: 'table' } }, 'indeterminate tls-unknown'],
    ['TLS of which no more is known', tls('{}'), { service: https }, 'indeterminate tls-unknown'],
    ['new enough', tls('{ minVersion: "1.2" }'), { service: https, tls: { version: 'TLSv1.2' } }, 'pass open'],
    ['too old', tls('{ minVersion: 1.3 }'), { service: https, tls: { version: 'TLSv1.2' } }, 'fail tls-too-old'],
    [
      '1.0 by its old name',
      tls('{ minVersion: "1.1" }'),
      { service: https, tls: { version: 'TLSv1' } },
      'fail tls-too-old',
    ],
    [
      'no version at all',
      tls('{ minVersion: "1.0" }'),
      { service: https, tls: { version: 'SSLv3' } },
      'indeterminate tls-unknown',
    ],
    ['valid for long', tls('{ daysToExpiry: 30 }'), { service: https, tls: ends('2026-02-15') }, 'pass open'],
    ['for as long as asked', tls('{ daysToExpiry: 30 }'), { service: https, tls: ends('2026-02-09') }, 'pass open'],
    [
      'not for long',
      tls('{ daysToExpiry: 30 }'),
      { service: https, tls: ends('2026-02-08') },
      'fail certificate-expiring',
    ],
    ['expired', tls('{ daysToExpiry: 0 }'), { service: https, tls: ends('2026-01-09') }, 'fail certificate-expiring'],
    [
      'not yet',
      tls('{ daysToExpiry: 30 }'),
      { service: https, tls: ends('2026-12-01', '2026-02-01') },
      'fail certificate-not-yet-valid',
    ],
    [
      'a date that is none',
      tls('{ daysToExpiry: 0 }'),
      { service: https, tls: ends('soon') },
      'indeterminate tls-unknown',
    ],
    [
      'no certificate',
      tls('{ daysToExpiry: 0 }'),
      { service: https, tls: { version: 'TLSv1.3' } },
      'indeterminate tls-unknown',
    ],
    [
      'a failure outranks a doubt',
      `{ port: 443, service: https, product: nginx, exposure: public, tls: { minVersion: "1.3" } }`,
      { service: https, tls: ends('2027-01-01') },
      'fail tls-too-old',
    ],
    [
      'another service',
      `{ port: 443, service: https, exposure: public, tls: {} }`,
      { service: { name: 'ssh' } },
      'fail wrong-service',
    ],
    ['its own line', versions('9.2p1-2+deb12u3', '9.9p1'), bookworm, 'pass open'],
    ['its own line, too old', versions('9.2p1-2+deb12u10', '9.9p1'), bookworm, 'fail too-old'],
    ['none of the lines', versions('9.9p1', '10.0p1'), openssh('8.0', 'OpenSSH_8.0'), 'fail too-old'],
    ['beyond the least of them', versions('9.2p1', '9.9p1'), openssh('9.9p2', 'OpenSSH_9.9p2'), 'pass open'],
  ];
  for (const [name, rule, parts, expected] of cases) {
    t.same(judgeOpenPort(rule, parts, new Date('2026-01-10T00:00:00Z')), [expected], name);
  }
  t.end();
});

t.test('a rule for one family says nothing of the other', (t) => {
  const policy = policyOf([
    `{ host: ${host}, ports: '22', services: [{ port: 22, exposure: public, family: 4 }, { port: 22, exposure: absent, family: 6 }] }`,
  ]);
  const seen = (open4: boolean, open6: boolean) =>
    snapshotOf({
      asked: { ports: '22', families: [4, 6] },
      open: [...(open4 ? [openPort(v4, 22)] : []), ...(open6 ? [openPort(v6, 22)] : [])],
      notOpen: [...(open4 ? [] : [closedPorts(v4, '22')]), ...(open6 ? [] : [closedPorts(v6, '22')])],
    });
  const judged = (...open: [boolean, boolean]) => evaluate(policy, seen(...open)).findings.map(brief);
  t.same(judged(true, false), ['pass open 22', 'pass closed 22']);
  t.same(judged(false, true), ['fail exposed 22', 'fail missing 22']);
  t.same(evaluate(policy, seen(true, false)).disagreements, [], 'and what is declared to differ is no disagreement');
  const only4 = policyOf([`{ host: ${host}, ports: '22', services: [{ port: 22, exposure: public, family: 4 }] }`]);
  t.same(evaluate(only4, seen(true, true)).findings.map(brief).slice(0, 2), ['fail unlisted 22', 'pass open 22']);
  t.end();
});

t.test('age: what is too old or from the future decides nothing', (t) => {
  const entry = (maxAge: string) => `{ host: ${host}, services: [{ port: 22, exposure: public }]${maxAge} }`;
  const whole = snapshotOf({
    open: [v4, v6].map((address) => openPort(address, 22)),
    notOpen: [v4, v6].map((address) => closedPorts(address, '1-21,23-65535')),
  });
  const at = (policy: Policy, days: number) => evaluate(policy, whole, { now: new Date(seenAt + days * dayMs) });
  for (const [maxAge, lasts, ends] of [
    ['', 7, 7.001],
    [', maxAge: 12h', 0.5, 0.51],
    [', maxAge: 30d', 30, 30.1],
  ] as const) {
    const policy = policyOf([entry(maxAge)]);
    t.equal(at(policy, lasts).verdict, 'pass', `${maxAge} ${lasts}`);
    const late = at(policy, ends);
    t.equal(late.verdict, 'indeterminate', `${maxAge} ${ends}`);
    t.same([...new Set(late.findings.map(({ code }) => code))], ['stale'], 'and that is all it says');
    t.match(late.findings[0]?.evidence, /ago, and the policy asks for no more than .* \(maxAge\)$/);
  }
  const policy = policyOf([entry('')]);
  t.equal(at(policy, -0.04).verdict, 'pass', 'clocks differ by minutes');
  t.match(at(policy, -1), {
    verdict: 'indeterminate',
    findings: [{ code: 'stale', evidence: /in the future: a clock is wrong/ }],
  });
  t.equal(at(policy, NaN).verdict, 'indeterminate');
  const each = policyOf([entry(', maxAge: 1d'), "{ host: '*', maxAge: 30d }"]);
  const two = snapshotOf({
    ...whole,
    targets: [...whole.targets, { target: '192.0.2.9', addresses: ['192.0.2.9'], noRecord: [], errors: [] }],
    notOpen: [...whole.notOpen, closedPorts('192.0.2.9', '1-65535')],
  });
  t.same(
    evaluate(each, two, { now: new Date(seenAt + 2 * dayMs) }).findings.map(
      ({ outcome, host: of }) => `${outcome} ${of ?? ''}`,
    ),
    [...Array.from({ length: 4 }, () => `indeterminate ${host}`), 'pass 192.0.2.9'],
    'each host has its own',
  );
  t.end();
});

t.test('exceptions that will soon end are warned about', (t) => {
  const policy = (head: string) =>
    policyOf(
      [
        `{ host: ${host}, maxAge: 9999d, exceptions: [{ port: 8080, owner: igb, reason: move, expires: 2026-03-20 }] }`,
        '{ host: b.example.org }',
      ],
      head,
    );
  const warned = (now: string, head = '') =>
    evaluate(policy(head), snapshotOf(), { now: new Date(now) }).warnings.map(
      ({ code, message }) => `${code} ${message}`,
    );
  t.same(warned('2026-03-06T23:59:59Z'), []);
  t.match(warned('2026-03-07T00:00:00Z'), [
    /^exception-expiring the exception for port 8080 \(p\.yaml:4\) ends in 14 days, on 2026-03-20$/,
  ]);
  t.match(warned('2026-03-20T12:00:00Z'), [/ends today/]);
  t.same(warned('2026-03-21T00:00:00Z'), [], 'a lapsed one is a finding');
  t.same(warned('2026-03-07T00:00:00Z', 'warnDays: 3\n'), []);
  t.match(warned('2026-01-01T00:00:00Z', 'warnDays: 90\n'), [/in 79 days/]);
  t.end();
});

t.test('blanks and severity', (t) => {
  const snapshot = snapshotOf({
    asked: { ports: '22,80', families: [4] },
    targets: [{ target: host, addresses: [v4], noRecord: [6], errors: [] }],
    open: [openPort(v4, 22), openPort(v4, 80)],
  });
  const judge = (rules: string, severity?: Severity) =>
    evaluate(policyOf([`{ host: ${host}, ports: '22,80', unlisted: review, services: [${rules}] }`]), snapshot, {
      ...(severity === undefined ? {} : { severity }),
    });
  const blank = judge('{ port: 22, exposure: public, owner: , reason: }, { port: 80, exposure: public, owner: igb }');
  t.same(blank.findings.map(brief), ['indeterminate unreviewed 22', 'pass open 80']);
  t.match(blank.findings[0]?.evidence, "the rule's owner and reason are blank, so nobody has decided it yet");
  t.equal(blank.verdict, 'indeterminate');
  t.equal(judge('{ port: 22, exposure: absent, owner: }').verdict, 'fail', 'a blank excuses nothing');
  const rules = '{ port: 22, exposure: absent, severity: low }, { port: 80, exposure: public }';
  t.match(judge(rules), { verdict: 'fail', findings: [{ severity: 'low' }] });
  t.equal(judge(rules).findings[0]?.counted, undefined);
  t.equal(judge(rules, 'low').verdict, 'fail');
  t.match(judge(rules, 'medium'), {
    verdict: 'pass',
    findings: [{ outcome: 'fail', counted: false }, { outcome: 'pass' }],
  });
  t.equal(
    judge('{ port: 22, exposure: absent, severity: critical }, { port: 80, exposure: public }', 'critical').verdict,
    'fail',
  );
  const unknown = snapshotOf({
    ...snapshot,
    open: [openPort(v4, 80)],
    unknown: [unknownPorts(v4, '22', 'ERR_NO_ROUTE')],
  });
  const policy = policyOf([
    `{ host: ${host}, ports: '22,80', services: [{ port: 22, exposure: absent, severity: info }, { port: 80, exposure: public }] }`,
  ]);
  t.equal(
    evaluate(policy, unknown, { severity: 'critical' }).verdict,
    'indeterminate',
    'what is unknown always counts',
  );
  t.end();
});

/** A scan of one IPv4 address from somewhere; what is not open is refused. */
function lookFrom(vantage: Snapshot['vantage'], open: readonly number[], parts: Partial<Snapshot> = {}): Snapshot {
  const asked = parts.asked ?? { ports: scope, families: [4, 6] };
  const rest = formatRanges(subtractRanges(parseRanges(asked.ports), rangesOf(open)));
  return snapshotOf({
    vantage,
    asked,
    targets: [{ target: host, addresses: [v4], noRecord: [6], errors: [] }],
    open: open.map((each) => openPort(v4, each)),
    notOpen: rest === '' ? [] : [closedPorts(v4, rest)],
    ...parts,
  });
}

const office = { name: 'office', sources: ['203.0.113.5'] };
const internet = { name: 'internet', sources: ['198.51.100.1'] };

t.test('a restriction is decided from both of its sides', (t) => {
  const policy = policyOf([
    `{ host: ${host}, ports: '${scope}', services: [{ port: 22, exposure: public }, { port: 3306, exposure: restricted, from: [office] }] }`,
  ]);
  const inside = lookFrom(office, [22, 3306]);
  const outside = lookFrom(internet, [22]);
  const both = evaluate(policy, [inside, outside]);
  t.equal(both.verdict, 'pass');
  t.same(
    both.findings.filter(({ port }) => port === 3306).map((finding) => `${brief(finding)} ${finding.vantage ?? ''}`),
    ['pass closed 3306 internet', 'pass open 3306 office'],
  );
  t.same(both.disagreements, [], 'what is declared to differ is no disagreement');
  const lacking: readonly [Snapshot, RegExp][] = [
    [inside, /^seen from office only, not from outside; a vantage outside office is lacking$/],
    [outside, /^seen from internet only, not from inside; a vantage inside office is lacking$/],
  ];
  for (const [alone, says] of lacking) {
    const { verdict, findings } = evaluate(policy, alone);
    t.equal(verdict, 'indeterminate');
    t.match(
      findings.filter(({ code }) => code === 'vantage-lacking'),
      [{ port: 3306, evidence: says }],
    );
    t.equal(findings.find(({ code }) => code === 'vantage-lacking')?.vantage, undefined, 'it is no vantage’s finding');
  }
  t.match(evaluate(policy, [lookFrom(office, [22]), outside]), {
    verdict: 'fail',
    findings: [{ code: 'missing', vantage: 'office' }],
  });
  t.match(evaluate(policy, [inside, lookFrom(internet, [22, 3306])]), {
    verdict: 'fail',
    findings: [{ code: 'exposed', vantage: 'internet' }],
  });
  const narrow = lookFrom(office, [22], { asked: { ports: '22', families: [4, 6] } });
  t.match(
    evaluate(policy, [narrow, outside]).findings.filter(({ outcome }) => outcome !== 'pass'),
    [{ code: 'vantage-lacking', port: 3306, evidence: /^from inside, these ports were not scanned/ }],
  );
  t.end();
});

t.test('where vantages, families and addresses disagree, it is said', (t) => {
  const policy = policyOf([
    `{ host: ${host}, ports: '${scope}', unlisted: review, services: [{ port: 80, exposure: restricted, from: [office] }] }`,
  ]);
  t.same(evaluate(policy, [lookFrom(office, [22, 80, 3306]), lookFrom(internet, [80])]).disagreements, [
    { kind: 'vantage', host: `${host} ${v4}`, ports: '22,3306', open: ['office'], notOpen: ['internet'] },
  ]);
  const among = (addresses: string[], open: string[]) =>
    evaluate(
      policy,
      snapshotOf({
        asked: { ports: '22', families: [4, 6] },
        targets: [{ target: host, addresses, noRecord: [], errors: [] }],
        open: open.map((address) => openPort(address, 22)),
        notOpen: addresses.filter((address) => !open.includes(address)).map((address) => closedPorts(address, '22')),
      }),
    ).disagreements;
  const other = '192.0.2.8';
  t.match(among([v4, v6], [v6]), [{ kind: 'family', ports: '22', open: [v6], notOpen: [v4], vantage: 'internet' }]);
  t.match(among([v4, other], [v4]), [{ kind: 'address', open: [v4], notOpen: [other] }]);
  t.match(among([v4, other, v6], [v4]), [{ kind: 'address', notOpen: [other, v6] }]);
  t.same(among([v4, v6], [v4, v6]), []);
  t.same(among([v4, v6], []), []);
  const unseen = snapshotOf({
    asked: { ports: '22', families: [4, 6] },
    open: [openPort(v4, 22)],
    unknown: [unknownPorts(v6, '22', 'ERR_NO_ROUTE')],
  });
  t.same(evaluate(policy, unseen).disagreements, [], 'what was not seen disagrees with nothing');
  t.end();
});

t.test('vantages without a name are told apart by where they send from', (t) => {
  const policy = policyOf([`{ host: ${host}, ports: '${scope}', services: [{ port: 22, exposure: public }] }`]);
  const unnamed = (source: string, open: number[]) => lookFrom({ name: 'unnamed', sources: [source] }, open);
  const same = evaluate(policy, [unnamed('198.51.100.1', [22]), unnamed('198.51.100.1', [])]);
  t.equal(same.verdict, 'fail');
  t.same(same.disagreements, [], 'one place that changes its mind is no two places');
  const apart = evaluate(policy, [unnamed('198.51.100.1', [22]), unnamed('198.51.100.2', [])]);
  t.match(apart.findings[0], { code: 'missing', vantage: 'unnamed (198.51.100.2)' });
  t.match(apart.disagreements, [
    { kind: 'vantage', open: ['unnamed (198.51.100.1)'], notOpen: ['unnamed (198.51.100.2)'] },
  ]);
  t.end();
});

t.test('a later scan of another time from the same place tells how things are now', (t) => {
  const policy = policyOf([
    `{ host: ${host}, ports: '22,3306', services: [{ port: 22, exposure: public }, { port: 3306, exposure: local-only }] }`,
  ]);
  const asked = { ports: '22,3306', families: [4, 6] as [4, 6] };
  const at = (minutes: number, open: number[], parts: Partial<Snapshot> = {}, vantage = internet) => {
    const time = new Date(seenAt + minutes * 60_000).toISOString();
    return lookFrom(vantage, open, { asked, startedAt: time, finishedAt: time, ...parts });
  };
  t.equal(evaluate(policy, [at(0, [22, 3306]), at(61, [22])]).verdict, 'pass', 'mended since');
  t.equal(evaluate(policy, [at(0, [22]), at(61, [22, 3306])]).verdict, 'fail', 'broken since');
  t.equal(evaluate(policy, [at(0, [22, 3306]), at(60, [22])]).verdict, 'fail', 'of one time');
  t.equal(evaluate(policy, [at(0, [22, 3306]), at(61, [22], {}, office)]).verdict, 'fail', 'of another place');
  const blind = at(61, [22], { notOpen: [], unknown: [unknownPorts(v4, '3306', 'ERR_NO_ROUTE')] });
  t.equal(evaluate(policy, [at(0, [22, 3306]), blind]).verdict, 'indeterminate', 'not seen since is not mended since');
  t.equal(evaluate(policy, [at(0, [22]), blind]).verdict, 'indeterminate', 'nor as it was');
  const narrow = at(61, [22], { asked: { ports: '22', families: [4, 6] }, notOpen: [] });
  t.equal(evaluate(policy, [at(0, [22, 3306]), narrow]).verdict, 'fail', 'nor is not looked at since');
  const elsewhere = at(61, [], {
    targets: [{ target: host, addresses: ['192.0.2.8'], noRecord: [6], errors: [] }],
    open: [openPort('192.0.2.8', 22)],
    notOpen: [closedPorts('192.0.2.8', '3306')],
  });
  t.equal(evaluate(policy, [at(0, [22, 3306]), elsewhere]).verdict, 'pass', 'the name has moved since');
  t.end();
});

t.test('the basis of a finding is what was seen, whatever was expected', (t) => {
  const cases: readonly [PortSeen, string][] = [
    [open, 'answer'],
    [(address) => ({ notOpen: [closedPorts(address, '3306', { reason: 'reset', method: 'syn' })] }), 'reset'],
    [(address) => ({ notOpen: [closedPorts(address, '3306')] }), 'refusal'],
    [silent, 'silence'],
    [(address) => ({ notOpen: [filteredPorts(address, '3306', { reason: 'admin-prohibited' })] }), 'firewall'],
    [(address) => ({ notOpen: [filteredPorts(address, '3306', { reason: 'host-unreachable' })] }), 'firewall'],
    [(address) => ({ unknown: [unknownPorts(address, '3306', 'ERR_LOSSY')] }), 'none'],
  ];
  for (const exposure of ['public', 'local-only', 'absent, accept: [closed]']) {
    const policy = policyOf([
      `{ host: ${host}, ports: '3306', unlisted: review, services: [{ port: 3306, exposure: ${exposure} }] }`,
    ]);
    for (const [seen, basis] of cases) {
      const { findings } = evaluate(
        policy,
        snapshotOf({
          asked: { ports: '3306', families: [4, 6] },
          targets: [{ target: host, addresses: [v4], noRecord: [6], errors: [] }],
          ...seen(v4),
        }),
      );
      t.same(
        findings.map((finding) => finding.basis),
        [basis],
        `${exposure} ${basis}`,
      );
    }
  }
  t.end();
});

/** A sound policy with every part of the language in it. */
const sound = `version: 1
name: everything
include: parts/base.yaml
warnDays: 30
variables: { office: [hq, 198.51.100.0/24], dmz: 2001:db8::/32 }
defaults:
  ports: all
  families: [4, 6]
  maxAge: 7d
  services: &shared
    - { port: 22, service: ssh, exposure: public, minVersion: ["9.2p1-2+deb12u3", "9.9p1"], owner: ops, reason: login }
    - { service: redis, exposure: absent, severity: critical }
hosts:
  - host: offsite7.example.org
    unlisted: review
    services:
      - { port: 443, service: https, exposure: public, tls: { minVersion: "1.2", daysToExpiry: 20 }, product: nginx }
      - { ports: "3306,5000-5010", exposure: restricted, from: [$office, $dmz, vpn], accept: [closed], family: 4 }
    exceptions: [{ port: 8080, owner: igb, reason: move, ticket: CHG-1, expires: 2026-12-31 }]
  - group: web
    members: ["*.example.org", 192.0.2.0/24, 2001:db8::7]
    services: *shared
`;

t.test('mutated policies: nothing but an ExposcanError is thrown', async (t) => {
  const directory = t.testdir({ parts: { 'base.yaml': 'version: 1\nhosts: [{ host: base.example.org }]\n' } });
  const file = join(directory, 'fuzzed.yaml');
  t.equal((await loadPolicyText(sound, file)).entries.length, 3, 'as it is, it loads');
  let [loaded, refused] = [0, 0];
  const survives = async (text: string) => {
    try {
      const policy = await loadPolicyText(text, file);
      loaded += 1;
      evaluate(policy, [lookFrom(internet, [22, 3306]), lookFrom(office, [22])]);
    } catch (error) {
      if (!(error instanceof ExposcanError)) throw error;
      refused += 1;
      assert.doesNotMatch(error.message, /[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/, 'which is printable');
      assert.ok(error.message.length < 20_000);
    }
  };
  const hostile = fc.constantFrom(
    ...[
      '99999999999999999999',
      '1e400',
      '-1',
      '0x16',
      '.nan',
      '.inf',
      '1_000',
      '2026-13-45',
      'null',
      '~',
      'true',
      '"',
      "'",
    ],
    ...['&a', '*a', '*shared', '*nobody', '<<: *shared', '!!binary x', '!!js/function x', '__proto__', 'constructor'],
    ...[
      '\0',
      '\x1b[2J',
      '\u202e',
      '\ufeff',
      '\ud800',
      '\u2028',
      '\t',
      '---\n',
      '...\n',
      '%YAML 1.1\n',
      '|',
      '>-',
      '? ',
      '[[[[',
      '{{{{',
    ],
    ...[
      '*.*',
      '**',
      '0.0.0.0/0',
      '::/0',
      '010.0.0.1',
      'xn--',
      'a'.repeat(300),
      '-'.repeat(80),
      '$',
      '$office',
      '../../etc/passwd',
    ],
  );
  const place = fc.nat(sound.length);
  const lines = sound.split('\n');
  const mutation = fc.oneof(
    fc.record({ at: place, cut: fc.nat(6), put: fc.oneof(hostile, fc.string({ unit: 'binary', maxLength: 4 })) }).map(
      ({ at, cut, put }) =>
        (text: string) =>
          text.slice(0, at) + put + text.slice(at + cut),
    ),
    fc.tuple(fc.nat(lines.length - 1), fc.nat(lines.length - 1)).map(([one, other]) => (text: string) => {
      const all = text.split('\n');
      return all
        .with(one % all.length, all[other % all.length] ?? '')
        .with(other % all.length, all[one % all.length] ?? '')
        .join('\n');
    }),
    fc.tuple(place, fc.nat(255)).map(([at, byte]) => (text: string) => {
      const bytes = Buffer.from(text);
      bytes[at % bytes.length] = byte;
      return bytes.toString('utf8');
    }),
    fc.tuple(fc.nat(lines.length - 1), hostile).map(([at, value]) => (text: string) => {
      const all = text.split('\n');
      // The value of a key, or of one in a flow mapping, becomes another.
      return all
        .with(
          at % all.length,
          (all[at % all.length] ?? '').replace(/: [^,{}\[\]]+/, () => `: ${value}`),
        )
        .join('\n');
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
      await survives(mutations.reduce((text, mutate) => mutate(text), sound));
    }),
    { numRuns: 600 },
  );
  t.ok(loaded > 8 && refused > 100, `${loaded} loaded, ${refused} refused`);
});

t.test('policies that were made to exhaust the reader end soon', (t) => {
  const head = 'version: 1\nname: x\n';
  const odd = Array.from({ length: 32_768 }, (_, at) => 2 * at + 1).join();
  const rules = (count: number, rule: (at: number) => string) =>
    Array.from({ length: count }, (_, at) => rule(at)).join(', ');
  const host = (name: string, services: string) => `  - { host: ${name}, services: [${services}] }\n`;
  const group = (name: string, members: string, services: string) =>
    `  - { group: ${name}, members: [${members}], services: [${services}] }\n`;
  const members = Array.from({ length: 3000 }, (_, at) => `h${at}.example.org`).join(', ');
  const cases: Readonly<Record<string, string>> = {
    nested: `${head}hosts: ${'[{ host: '.repeat(5000)}`,
    'aliases of aliases': `${head}a: &a [x, x]\n${Array.from({ length: 40 }, (_, at) => `b${at}: &b${at} [${`*${at === 0 ? 'a' : `b${at - 1}`}, `.repeat(9)}]\n`).join('')}`,
    'an alias of itself': `${head}hosts: &a [*a, { host: a.example.org, services: *a }]\n`,
    'ports cut finely, overlapping': `${head}hosts:\n${host('a.example.org', `{ ports: "${odd}", exposure: absent }, { ports: all, exposure: absent }`)}`,
    'many fine lists': `${head}hosts:\n${host(
      'a.example.org',
      rules(6, () => `{ ports: "${odd}", exposure: absent }`),
    )}`,
    'many rules for one port': `${head}hosts:\n${host(
      'a.example.org',
      rules(3000, () => '{ port: 22, exposure: absent }'),
    )}`,
    'many shadowed rules': `${head}hosts:\n${host(
      'a.example.org',
      rules(1500, (at) => `{ ports: "${at + 1}-${at + 2000}", exposure: absent }`),
    )}`,
    'groups of the same hosts': `${head}hosts:\n${['a', 'b', 'c']
      .map((name) =>
        group(
          name,
          members,
          rules(50, (at) => `{ port: ${at + 1}, exposure: absent }`),
        ),
      )
      .join('')}`,
    'groups that contradict each other': `${head}hosts:\n${['absent', 'public', 'local-only']
      .map((exposure, at) =>
        group(
          `g${at}`,
          members,
          rules(50, (port) => `{ port: ${port + 1}, exposure: ${exposure} }`),
        ),
      )
      .join('')}`,
    'a number without end': `${head}hosts: [{ host: a.example.org, services: [{ port: ${'9'.repeat(100_000)}, exposure: public }] }]\n`,
    'a name without end': `${head}hosts: [{ host: "${'a.'.repeat(500_000)}" }]\n`,
    'a pattern of stars': `${head}hosts: [{ host: "${'*a'.repeat(100_000)}" }]\n`,
  };
  for (const [name, text] of Object.entries(cases)) {
    const startedAt = process.cpuUsage();
    try {
      const policy = parsePolicy(text, 'p.yaml');
      evaluate(
        policy,
        lookFrom(internet, [22], {
          targets: [{ target: 'a.example.org', addresses: [v4], noRecord: [6], errors: [] }],
        }),
      );
    } catch (error) {
      if (!(error instanceof ExposcanError)) throw error;
    }
    t.comment(`${name}: ${Math.round(process.cpuUsage(startedAt).user / 1000)} ms of CPU`);
    t.pass(name);
  }
  t.end();
});

t.test('what must not pass', (t) => {
  const name = "'a.example.org'";
  const target = (text: string, addresses: readonly string[], parts: Partial<Snapshot['targets'][number]> = {}) => ({
    target: text,
    addresses: [...addresses],
    noRecord: [6 as const],
    errors: [],
    ...parts,
  });
  /** One IPv4 address of the name: these ports are open with these services, the rest of what was asked is closed. */
  const seen = (open: Readonly<Record<number, string>>, parts: Partial<Snapshot> = {}) => {
    const asked = parts.asked ?? { ports: '1-65535', families: [4, 6] };
    const ports = subtractRanges(parseRanges(asked.ports), rangesOf(Object.keys(open).map(Number)));
    return snapshotOf({
      asked,
      targets: [target('a.example.org', [v4])],
      open: Object.entries(open).map(([at, service]) =>
        openPort(v4, Number(at), { service: { name: service, method: 'probed' } }),
      ),
      notOpen: ports.length === 0 ? [] : [closedPorts(v4, formatRanges(ports))],
      ...parts,
    });
  };
  const later = (minutes: number) => new Date(seenAt + minutes * 60_000).toISOString();
  const office = { name: 'office', sources: ['203.0.113.5'] };
  const only22 = { asked: { ports: '22', families: [4 as const, 6 as const] } };

  const banned = policyOf([
    `{ host: ${name}, services: [{ service: ssh, exposure: absent }] }`,
    `{ group: all, members: [${name}], services: [{ port: 22, service: ssh, exposure: public }] }`,
  ]);
  t.match(
    evaluate(banned, seen({ 22: 'ssh' })),
    { verdict: 'fail', findings: [{ code: 'exposed', port: 22 }] },
    "a host's own rule about a service outranks a group's about its port",
  );

  const restricted = policyOf([
    `{ host: ${name}, services: [{ service: postgresql, exposure: restricted, from: [office] }] }`,
  ]);
  const inside = seen({ 5432: 'postgresql' }, { vantage: office });
  t.match(
    evaluate(restricted, [inside, seen({}, only22)]),
    { verdict: 'indeterminate' },
    'the outside looked at one port',
  );
  t.equal(evaluate(restricted, [inside, seen({})]).verdict, 'pass');

  const block = { complete: false, targets: [target('192.0.2.0/24', [v4])] };
  const other = seen(
    {},
    {
      targets: [target('a.example.org', ['192.0.2.9'])],
      notOpen: [closedPorts('192.0.2.9', '1-65535')],
      startedAt: later(1),
      finishedAt: later(2),
    },
  );
  const all = policyOf(["{ host: '*', services: [{ port: 22, exposure: absent }] }"]);
  t.equal(
    evaluate(all, [seen({}, block), other]).verdict,
    'indeterminate',
    'an interrupted scan is not made good by another',
  );
  t.equal(evaluate(all, [seen({}, { ...block, targets: [] }), other]).verdict, 'indeterminate');
  const again = seen({}, { targets: block.targets, startedAt: later(1), finishedAt: later(2) });
  t.equal(evaluate(all, [seen({}, block), again]).verdict, 'pass', 'but by one of the same');

  const strict = policyOf([`{ host: ${name}, services: [{ service: redis, exposure: absent, accept: [closed] }] }`]);
  const silent = seen({}, { notOpen: [filteredPorts(v4, '1-65535')] });
  t.match(
    evaluate(strict, silent),
    { verdict: 'indeterminate', findings: [{ code: 'not-proved' }] },
    'silence is no refusal',
  );
  t.equal(evaluate(strict, seen({})).verdict, 'pass');

  const blank = policyOf([`{ host: ${name}, services: [{ service: redis, exposure: absent, owner: , reason: }] }`]);
  t.match(evaluate(blank, seen({})), { verdict: 'indeterminate', findings: [{ code: 'unreviewed' }] });

  const onIpv6 = policyOf([`{ host: ${name}, services: [{ port: 443, exposure: public, family: 6 }] }`]);
  t.match(
    evaluate(onIpv6, seen({})),
    { verdict: 'indeterminate', findings: [{ code: 'family-not-observed', family: 6 }] },
    'what is to be open on IPv6 needs an address',
  );

  const local = policyOf([`{ host: ${name}, maxAge: 1d, services: [{ port: 3306, exposure: local-only }] }`]);
  const long = seen(
    {},
    { startedAt: later(-4000), notOpen: [closedPorts(v4, '1-65535', { observedAt: later(-3000) })] },
  );
  t.match(evaluate(local, long), { verdict: 'indeterminate', findings: [{ code: 'stale' }] }, 'a scan that took days');

  const nameless = { vantage: { name: 'unnamed', sources: ['10.0.0.5'] } };
  const one = seen({ 3306: 'mysql' }, nameless);
  const two = seen({}, { ...nameless, startedAt: later(120), finishedAt: later(121) });
  t.equal(evaluate(local, [one, two]).verdict, 'fail', 'two machines without a name may share a private address');
  const blind = seen(
    {},
    {
      ...nameless,
      startedAt: later(120),
      finishedAt: later(121),
      notOpen: [],
      unknown: [unknownPorts(v4, '1-65535', 'ERR_NO_ROUTE')],
    },
  );
  t.equal(
    evaluate(local, [seen({}, nameless), blind]).verdict,
    'indeterminate',
    'nor sees one what the other could not',
  );
  t.equal(
    evaluate(local, [seen({ 3306: 'mysql' }), seen({}, { startedAt: later(120), finishedAt: later(121) })]).verdict,
    'pass',
    'one with a name tells how things are now',
  );
  t.equal(
    evaluate(local, [
      seen({ 3306: 'mysql' }),
      seen({}, { startedAt: later(9999), finishedAt: later(1), notOpen: [closedPorts(v4, '1-65535')] }),
    ]).verdict,
    'fail',
    'a scan that ended before it began is no later one',
  );

  const excused = policyOf([
    `{ host: ${name}, services: [{ port: 22, service: ssh, exposure: public }], exceptions: [{ port: 22, owner: o, reason: r, expires: 2099-01-01 }] }`,
  ]);
  t.match(evaluate(excused, seen({ 22: 'redis' })), { verdict: 'fail', findings: [{ code: 'wrong-service' }] });

  const carried: [rule: string, seen: string, verdict: string][] = [
    ['http', 'cockpit', 'pass'],
    ['http', 'docker', 'fail'],
    ['http', 'node-inspector', 'fail'],
    ['http', 'pgbouncer', 'fail'],
    ['postgresql', 'pgbouncer', 'pass'],
    ['redis', 'redis-sentinel', 'pass'],
    ['https', 'cockpit', 'fail'],
  ];
  for (const [rule, service, verdict] of carried) {
    const policy = policyOf([`{ host: ${name}, services: [{ port: 9000, service: ${rule}, exposure: public }] }`]);
    t.equal(evaluate(policy, seen({ 9000: service })).verdict, verdict, `a rule for ${rule}, and ${service} answers`);
  }
  t.throws(() => policyOf([`{ host: ${name}, services: [{ port: 22, exposure: restricted, from: [unnamed] }] }`]), {
    message: /unnamed is what every vantage without a name is called/,
  });
  t.end();
});

t.test('a group that is picked out keeps what it catches without naming it', (t) => {
  const policy = policyOf([
    "{ group: web, members: [www.example.org, 'web-*.example.org', 198.0.0.0/8], services: [] }",
  ]);
  const seen = snapshotOf({
    targets: [
      { target: 'web-1.example.org', addresses: [v4], noRecord: [], errors: [] },
      { target: 'db.example.org', addresses: [v6], noRecord: [], errors: [] },
      { target: '198.51.100.7', addresses: ['198.51.100.7'], noRecord: [], errors: [] },
    ],
    open: [openPort(v4, 3306), openPort(v6, 3306), openPort('198.51.100.7', 3306)],
  });
  const narrowed = selectHosts(policy, ['web']).narrow(seen);
  t.same(
    narrowed.targets.map((each) => each.target),
    ['web-1.example.org', '198.51.100.7'],
  );
  t.same(
    narrowed.open.map(({ address }) => address),
    [v4, '198.51.100.7'],
  );
  t.end();
});
