import fc from 'fast-check';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { concludeReconciliation } from '../src/inside/conclude.js';
import { parseListing } from '../src/inside/parse-listing.js';
import { reconcile } from '../src/inside/reconcile.js';
import { selectHost } from '../src/inside/select-host.js';
import { parseAddress, type Address } from '../src/model/address.js';
import type { DeclaredAbsence } from '../src/model/declared-absence.js';
import type { BoundTo, Listener, Listing } from '../src/model/listener.js';
import {
  reconciliationJsonSchema,
  reconciliationSchema,
  type JoinedEntry,
  type Reconciliation,
} from '../src/model/reconciliation.js';
import type { Finding, Snapshot } from '../src/model/snapshot.js';
import { formatRanges } from '../src/model/ports.js';
import { declaredAbsences } from '../src/policy/resolution/declared-absences.js';
import { parsePolicy } from '../src/policy/language/parse-policy.js';
import { runProgram } from '../src/net/run-program.js';
import { formatReconciliation } from '../src/report/reconcile-table.js';
import { jsonText } from '../src/report/json.js';
import {
  closedPorts,
  filteredPorts,
  findingOf,
  host,
  openPort,
  selfScan,
  snapshotOf,
  storyClosed,
  storyFailing,
  storyFiltered,
  unknownPorts,
  v4,
  v6,
} from './fixtures/snapshots.js';
import { startBind } from './lab/daemons/bind.js';
import { startMariaDb } from './lab/daemons/mariadb.js';
import { startNginx } from './lab/daemons/nginx.js';
import { startOpenSsh } from './lab/daemons/openssh.js';
import { setFirewall } from './lab/firewall.js';
import { createLab, hostAddresses as labAddresses } from './lab/lab.js';
import { labOptions } from './lab/requirements.js';
import { runExposcan, scanJson } from './lab/scan.js';
import './fixtures/own-state.js';

const port = 3306;
const any: BoundTo = { kind: 'any' };
const loopback: BoundTo = { kind: 'loopback' };

function addressOf(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`${text} is not an address`);
  return address;
}

const at = (text: string): BoundTo => ({ kind: 'address', address: addressOf(text) });

function listener(parts: Partial<Listener> = {}): Listener {
  return { bound: any, families: [4, 6], maybeFamilies: [], port, line: 1, ...parts };
}

function listingOf(listeners: readonly Listener[], parts: Partial<Listing> = {}): Listing {
  return { formats: ['ss'], listeners, unread: [], partial: false, ...parts };
}

type Seen = 'open' | 'closed' | 'filtered' | 'unknown' | 'not asked';

/** What the scan saw of the one port, on the IPv4 and on the IPv6 address. */
function seenAs(on4: Seen, on6: Seen = on4): Snapshot {
  const seen = [
    { address: v4, state: on4 },
    { address: v6, state: on6 },
  ];
  const of = (state: Seen) => seen.filter((one) => one.state === state).map(({ address }) => address);
  const isAsked = on4 !== 'not asked';
  const others = isAsked ? '22' : '22-23';
  return snapshotOf({
    asked: { ports: isAsked ? `22,${port}` : others, families: [4, 6] },
    open: of('open').map((address) => openPort(address, port, { service: { name: 'mysql', product: 'MySQL' } })),
    notOpen: [
      ...of('closed').map((address) => closedPorts(address, String(port))),
      ...of('filtered').map((address) => filteredPorts(address, String(port))),
      ...seen.map(({ address }) => closedPorts(address, others)),
    ],
    unknown: of('unknown').map((address) => unknownPorts(address, String(port), 'ERR_NO_ROUTE')),
  });
}

/** `exposed 4,6`, with `?` where it is not certain. */
function told(entries: readonly JoinedEntry[]): string[] {
  return entries.map(({ kind, families, certain }) => `${kind} ${families.join()}${certain ? '' : '?'}`).sort();
}

function remedyFor(service: string | undefined, at: number): string {
  return `Bind ${service ?? 'it'} on ${at}.`;
}

function conclude(
  listing: Listing,
  snapshot: Snapshot,
  findings: readonly Finding[] = snapshot.findings,
  absences: readonly DeclaredAbsence[] = [],
) {
  return concludeReconciliation(listing, snapshot, {
    tool: { name: 'exposcan', version: '0.1.0' },
    madeAt: new Date('2026-01-01T00:10:00.000Z'),
    policy: { name: 'offsite7', file: 'policies/offsite7.yaml' },
    findings,
    absences,
    remedyFor,
  });
}

t.test('every binding, by what the outside saw', (t) => {
  const eth0: BoundTo = { kind: 'interface', interface: 'eth0' };
  const name = (text: string, truncated = false): BoundTo => ({ kind: 'name', name: text, truncated });
  const four = { families: [4] } as const;
  const six = { families: [6] } as const;
  const states = ['open', 'closed', 'filtered', 'unknown', 'not asked'] as const;
  const rows: readonly [what: string, parts: Partial<Listener>, ...expected: string[]][] = [
    ['every address', {}, 'exposed 4,6', 'wide-refused 4,6', 'wide-filtered 4,6', 'unknown 4,6', 'not-scanned 4,6'],
    [
      'every IPv4 address',
      four,
      'exposed 4; no-listener 6',
      'wide-refused 4',
      'wide-filtered 4',
      'unknown 4',
      'not-scanned 4',
    ],
    [
      'every IPv6 address',
      six,
      'exposed 6; no-listener 4',
      'wide-refused 6',
      'wide-filtered 6',
      'unknown 6',
      'not-scanned 6',
    ],
    [
      'every IPv6 address, and IPv4 perhaps',
      { families: [6], maybeFamilies: [4] },
      'exposed 4?; exposed 6',
      'wide-refused 4?; wide-refused 6',
      'wide-filtered 4?; wide-filtered 6',
      'unknown 4?; unknown 6',
      'not-scanned 4?; not-scanned 6',
    ],
    [
      'loopback',
      { ...four, bound: loopback },
      'local-but-open 4,6',
      'local-proven 4,6',
      'local-filtered 4,6',
      'unknown 4,6',
      'not-scanned 4,6',
    ],
    [
      'a device that is loopback',
      { ...four, bound: { kind: 'interface', interface: 'lo' } },
      'local-but-open 4,6',
      'local-proven 4,6',
      'local-filtered 4,6',
      'unknown 4,6',
      'not-scanned 4,6',
    ],
    [
      'a scanned address',
      { ...four, bound: at(v4) },
      'exposed 4; no-listener 6',
      'wide-refused 4',
      'wide-filtered 4',
      'unknown 4',
      'not-scanned 4',
    ],
    [
      'an address that nobody scanned',
      { ...four, bound: at('172.17.0.1') },
      'no-listener 4,6; not-scanned 4',
      'not-scanned 4',
      'not-scanned 4',
      'not-scanned 4',
      'not-scanned 4',
    ],
    [
      'a device',
      { ...four, bound: eth0 },
      'exposed 4?; no-listener 6',
      'not-scanned 4',
      'wide-filtered 4?',
      'unknown 4?',
      'not-scanned 4?',
    ],
    [
      "the target's name",
      { ...four, bound: name(host) },
      'exposed 4; no-listener 6',
      'wide-refused 4',
      'wide-filtered 4',
      'unknown 4',
      'not-scanned 4',
    ],
    [
      "the target's first label",
      { ...four, bound: name('OFFSITE7') },
      'exposed 4; no-listener 6',
      'wide-refused 4',
      'wide-filtered 4',
      'unknown 4',
      'not-scanned 4',
    ],
    [
      "the target's name, cut off",
      { ...four, bound: name('offsite7.exampl', true) },
      'exposed 4; no-listener 6',
      'wide-refused 4',
      'wide-filtered 4',
      'unknown 4',
      'not-scanned 4',
    ],
    [
      'another name that begins alike',
      { ...four, bound: name('offsite7.exampl') },
      'no-listener 4,6; unknown 4?',
      'unknown 4?',
      'unknown 4?',
      'unknown 4?',
      'unknown 4?',
    ],
    ['localhost', { ...four, bound: name('localhost') }, 'local-but-open 4,6', 'local-proven 4,6'],
  ];
  for (const [what, parts, ...expected] of rows) {
    for (const [index, kinds] of expected.entries()) {
      const state = states[index] ?? 'open';
      const entries = reconcile(listingOf([listener(parts)]), seenAs(state));
      t.equal(told(entries).join('; '), kinds, `${what}, ${state}`);
    }
  }
  t.end();
});

t.test('the families of one host, each by itself', (t) => {
  const wide = listingOf([listener()]);
  const local = listingOf([listener({ bound: loopback, families: [4] })]);
  const cases: readonly [what: string, listing: Listing, snapshot: Snapshot, kinds: string][] = [
    ['refused on IPv4, open on IPv6', wide, seenAs('closed', 'open'), 'exposed 6; wide-refused 4'],
    ['filtered on IPv4, open on IPv6', wide, seenAs('filtered', 'open'), 'exposed 6; wide-filtered 4'],
    ['refused on IPv4, unknown on IPv6', wide, seenAs('closed', 'unknown'), 'unknown 6; wide-refused 4'],
    ['loopback: refused, open', local, seenAs('closed', 'open'), 'local-but-open 6; local-refused 4'],
    ['loopback: refused, filtered', local, seenAs('closed', 'filtered'), 'local-filtered 6; local-refused 4'],
    ['loopback: refused, unknown', local, seenAs('closed', 'unknown'), 'local-refused 4; unknown 6'],
  ];
  for (const [what, listing, snapshot, kinds] of cases)
    t.equal(told(reconcile(listing, snapshot)).join('; '), kinds, what);

  const narrow = (target: Partial<Snapshot['targets'][number]>): Snapshot =>
    snapshotOf({
      asked: { ports: String(port), families: [4, 6] },
      targets: [{ target: host, addresses: [v4], noRecord: [], errors: [], ...target }],
      notOpen: [closedPorts(v4, String(port))],
    });
  const failed = (code: 'ERR_LOOKUP_FAILED' | 'ERR_FAMILY_NOT_SCANNED', family?: 6) =>
    narrow({ errors: [{ ...(family === undefined ? {} : { family }), code, message: 'made for a test' }] });
  const excluded = narrow({ errors: [{ family: 4, code: 'ERR_EXCLUDED', message: '' }], noRecord: [6] });
  const gaps: readonly [what: string, snapshot: Snapshot, wide: string, local: string][] = [
    ['one address, by number', narrow({ target: v4 }), 'not-scanned 6; wide-refused 4', 'local-refused 4'],
    ['no IPv6 record', narrow({ noRecord: [6] }), 'not-scanned 6; wide-refused 4', 'local-proven 4'],
    ['-4', failed('ERR_FAMILY_NOT_SCANNED', 6), 'not-scanned 6; wide-refused 4', 'local-refused 4'],
    ['a failed lookup', failed('ERR_LOOKUP_FAILED', 6), 'unknown 6; wide-refused 4', 'local-refused 4'],
    ['a failed lookup of both', failed('ERR_LOOKUP_FAILED'), 'unknown 4; unknown 6; wide-refused 4', 'local-refused 4'],
    ['an excluded address', excluded, 'not-scanned 4; not-scanned 6; wide-refused 4', 'local-refused 4'],
  ];
  for (const [what, snapshot, onWide, onLocal] of gaps) {
    t.equal(told(reconcile(wide, snapshot)).join('; '), onWide, `${what}: bound wide`);
    t.equal(told(reconcile(local, snapshot)).join('; '), onLocal, `${what}: bound to loopback`);
  }
  t.end();
});

t.test('listeners that are one thing, and several on one port', (t) => {
  const listeners = [
    listener({ families: [4], process: 'mysqld', pid: 787, line: 3 }),
    listener({ families: [6], process: 'mysqld', pid: 787, line: 4 }),
    listener({ families: [4], line: 9 }),
    listener({ families: [4, 6], container: { name: 'db', port: 3306 }, line: 20 }),
    listener({ bound: loopback, families: [4], line: 30, process: 'other', pid: 9 }),
  ];
  const entries = reconcile(listingOf(listeners), seenAs('open'));
  t.same(told(entries), ['exposed 4,6', 'local-beside-wide 4,6']);
  t.match(entries[0]?.listener, {
    bound: 'any',
    processes: [{ name: 'mysqld', pid: 787 }],
    container: { name: 'db', port: 3306 },
    lines: [3, 4, 9, 20],
  });
  t.match(entries[0]?.text, 'mysqld (pid 787), published by container db (its port 3306), listens on every address');

  const workers = [1, 2, 3, 4, 5, 6].map((pid) => listener({ process: 'nginx', pid, user: 'www-data' }));
  t.match(reconcile(listingOf(workers), seenAs('open')), [
    { text: /^nginx \(pid 1, 2, 3, 4 and 2 more\) listens/, listener: { user: 'www-data' } },
  ]);

  const apart = [
    listener({ families: [4], process: 'a' }),
    listener({ families: [6], process: 'b' }),
    listener({ families: [6], pid: 5 }),
  ];
  t.same(
    reconcile(listingOf(apart), seenAs('open')).map(({ listener: one, families }) => [one?.processes, families]),
    [
      [[{ name: 'a' }], [4]],
      [[{ name: 'b' }, { pid: 5 }], [6]],
    ],
  );

  // What is only possible is not said of what is surely another's.
  const dual = listener({ families: [6], maybeFamilies: [4], process: 'six' });
  const four = listener({ families: [4], process: 'four' });
  t.same(told(reconcile(listingOf([dual, four]), seenAs('open'))), ['exposed 4', 'exposed 6']);
  t.same(told(reconcile(listingOf([dual]), seenAs('closed', 'open'))), ['exposed 6', 'wide-refused 4?']);
  // In one family it listens for sure, so two refusals do not fit; one does.
  const either = listener({ families: [], maybeFamilies: [4, 6] });
  t.same(told(reconcile(listingOf([either]), seenAs('closed'))), ['wide-refused 4,6']);
  t.same(told(reconcile(listingOf([either]), seenAs('closed', 'filtered'))), ['wide-filtered 6?', 'wide-refused 4?']);
  // Nor does what may listen there as well take anything from a refusal.
  const local = listener({ bound: loopback, families: [4], process: 'local' });
  t.ok(told(reconcile(listingOf([dual, local]), seenAs('closed', 'open'))).includes('local-refused 4'));
  t.end();
});

t.test('several addresses of a family: which one a name or a device means, nobody can tell', (t) => {
  const two = '192.0.2.8';
  const snapshot = snapshotOf({
    asked: { ports: String(port), families: [4, 6] },
    targets: [{ target: host, addresses: [v4, two], noRecord: [6], errors: [] }],
    open: [openPort(v4, port)],
    notOpen: [closedPorts(two, String(port))],
  });
  const joined = (bound: BoundTo) => told(reconcile(listingOf([listener({ bound, families: [4] })]), snapshot));
  t.same(joined({ kind: 'name', name: host, truncated: false }), ['exposed 4?', 'wide-refused 4?']);
  t.same(joined({ kind: 'interface', interface: 'eth0' }), ['exposed 4?', 'wide-refused 4?']);
  t.same(joined(at(v4)), ['exposed 4']);
  t.same(joined(at(two)), ['no-listener 4', 'wide-refused 4']);
  t.end();
});

t.test('no listener inside', (t) => {
  const none = reconcile(listingOf([]), seenAs('open'));
  t.match(none, [{ kind: 'no-listener', certain: true, port, families: [4, 6], text: /nothing inside listens there/ }]);
  t.match(none[0]?.text, /forwarded container port/);
  const behind = reconcile(
    listingOf([listener({ bound: at('10.0.0.5'), families: [4], process: 'nginx' })]),
    seenAs('open'),
  );
  t.match(
    behind.find(({ kind }) => kind === 'no-listener')?.text,
    /nginx has the port on 10\.0\.0\.5, where an address translation may lead/,
  );
  const unread = [{ line: 3, text: 'tcp ?', why: 'made for a test' }];
  for (const parts of [{ partial: true }, { unread }]) {
    t.match(reconcile(listingOf([], parts), seenAs('open')), [
      { kind: 'no-listener', certain: false, text: /not in this listing, which is not whole/ },
    ]);
    t.match(reconcile(listingOf([listener({ bound: loopback })], parts), seenAs('open')), [
      { kind: 'local-but-open', certain: false, text: /or a listener that is missing from this listing/ },
    ]);
    t.match(
      reconcile(listingOf([listener({ bound: loopback })], parts), seenAs('closed')),
      [{ kind: 'local-proven', certain: true }],
      'what was refused is refused, whatever else listens',
    );
  }
  t.end();
});

t.test('a scan of the host by itself proves nothing', (t) => {
  const entries = reconcile(listingOf([listener({ bound: loopback }), listener({ port: 99 })]), selfScan());
  t.same([...new Set(told(entries))], ['seen-from-itself 4,6']);
  t.match(entries[0]?.text, /shows what listens and not what is exposed/);
  t.match(reconcile(listingOf([]), selfScan()), [{ kind: 'seen-from-itself' }]);
  t.end();
});

t.test('links, devices and names that lead nowhere: what to do', (t) => {
  const cases: readonly [bound: BoundTo, text: RegExp, remedy: RegExp][] = [
    [at('172.17.0.1'), /172\.17\.0\.1, which nobody scanned/, /exposcan 172\.17\.0\.1 --ports 3306/],
    [at('2001:db8::99'), /which nobody scanned/, /\[2001:db8::99\]:3306/],
    [at('169.254.1.1'), /only its own link reaches/, /exposcan 169\.254\.1\.1/],
    [at('fe80::1'), /only its own link reaches/, /exposcan fe80::1/],
    [{ kind: 'interface', interface: 'virbr0' }, /every IPv4 address of virbr0/, /ip address show/],
    [{ kind: 'name', name: 'elsewhere', truncated: false }, /take the listing with numbers/, /in numbers/],
    [{ kind: 'name', name: 'fe80::f05d:d4f', truncated: true }, /has cut off/, /netstat -ltnpW/],
  ];
  for (const [bound, text, remedy] of cases) {
    const [entry] = conclude(listingOf([listener({ bound, families: [4] })]), seenAs('closed')).entries;
    t.match(entry?.text, text);
    t.match(entry?.remedy, remedy);
    t.equal(entry?.outcome, 'indeterminate');
  }
  t.end();
});

const places = [
  { address: v4, family: 4 },
  { address: v6, family: 6 },
] as const;

/** The same finding on both addresses. */
function findingsOf(parts: Partial<Finding>): Finding[] {
  return places.map((place) => findingOf({ ...place, severity: 'info', ...parts }));
}

const exposed = findingsOf({ remedy: 'Somehow.', severity: 'high' });
const declaredPublic = findingsOf({ outcome: 'pass', code: 'open', expected: 'public' });
const missing = findingsOf({ outcome: 'fail', code: 'missing', expected: 'public', remedy: 'Start it.' });
const review = findingsOf({ outcome: 'pass', code: 'review', expected: 'reported for review' });
const closed = findingsOf({ outcome: 'pass', code: 'closed', actual: 'closed' });
const filtered = findingsOf({ outcome: 'pass', code: 'filtered', actual: 'filtered' });
const undecided = findingsOf({ outcome: 'indeterminate', code: 'unknown', actual: 'unknown' });
const rest: Finding[] = places.map((place) => {
  const base = findingOf({ ...place, outcome: 'pass', code: 'nothing-unlisted', expected: 'not open' });
  delete base.port;
  return base;
});

t.test('what an entry comes to, by what the policy says of the outside', (t) => {
  const wide = listener({ process: 'mysqld', pid: 787 });
  const local = listener({ bound: loopback, families: [4] });
  const other = listener({ bound: at('172.17.0.1'), families: [4] });
  const nameless = listener({ bound: { kind: 'name', name: 'elsewhere', truncated: true } });
  const perhaps = listener({ families: [6], maybeFamilies: [4] });
  type Row = [what: string, one: Listener | undefined, seen: Snapshot, by: Finding[], outcome: string, whole?: string];
  const rows: readonly Row[] = [
    ['exposed, and should not be', wide, seenAs('open'), exposed, 'fail'],
    ['public, and declared so', wide, seenAs('open'), declaredPublic, 'pass'],
    ['public, for review', wide, seenAs('open'), review, 'pass'],
    ['open, and nothing is said of it', wide, seenAs('open'), [], 'indeterminate'],
    ['filtered, as declared', wide, seenAs('filtered'), filtered, 'pass'],
    ['filtered, and declared public', wide, seenAs('filtered'), missing, 'fail'],
    ['filtered, and not listed', wide, seenAs('filtered'), rest, 'pass'],
    ['filtered, and nothing is said of it', wide, seenAs('filtered'), [], 'none', 'indeterminate'],
    ['bound wide, refused, as declared', wide, seenAs('closed'), closed, 'indeterminate'],
    ['bound wide, refused, not listed', wide, seenAs('closed'), rest, 'indeterminate'],
    ['perhaps bound wide, refused', perhaps, seenAs('closed', 'filtered'), closed, 'pass'],
    ['loopback, refused', local, seenAs('closed'), closed, 'pass'],
    ['loopback, refused, not listed', local, seenAs('closed'), rest, 'pass'],
    ['loopback, declared public', local, seenAs('closed'), missing, 'fail'],
    ['loopback, filtered', local, seenAs('filtered'), filtered, 'pass'],
    ['loopback, open, as declared public', local, seenAs('open'), declaredPublic, 'indeterminate'],
    ['loopback, open, exposed', local, seenAs('open'), exposed, 'fail'],
    ['no listener, declared public', undefined, seenAs('open'), declaredPublic, 'indeterminate'],
    ['no listener, exposed', undefined, seenAs('open'), exposed, 'fail'],
    ['elsewhere, where the port is public', other, seenAs('closed'), declaredPublic, 'pass'],
    ['elsewhere, where the port is for review', other, seenAs('closed'), review, 'pass'],
    ['elsewhere, where the port is kept', other, seenAs('closed'), closed, 'indeterminate'],
    ['elsewhere, and not listed', other, seenAs('closed'), rest, 'indeterminate'],
    [
      'elsewhere, where the port is public on one family only',
      other,
      seenAs('closed'),
      [...declaredPublic.slice(0, 1), ...closed.slice(1)],
      'indeterminate',
    ],
    ['a name that says nothing, where the port is public', nameless, seenAs('closed'), declaredPublic, 'pass'],
    ['a name that says nothing', nameless, seenAs('closed'), closed, 'indeterminate'],
    ['unknown', wide, seenAs('unknown'), undecided, 'indeterminate'],
    ['unknown, whatever is said of it', wide, seenAs('unknown'), closed, 'indeterminate'],
    ['loopback, unknown, whatever is said of it', local, seenAs('unknown'), rest, 'indeterminate'],
    ['a port that was not asked for', local, seenAs('not asked'), rest, 'indeterminate'],
  ];
  for (const [what, one, seen, by, outcome, whole = outcome] of rows) {
    const result = conclude(listingOf(one === undefined ? [] : [one]), seen, by);
    t.equal(result.entries[0]?.outcome, outcome, what);
    t.equal(result.outcome, whole, `${what}: the whole`);
  }
  t.end();
});

t.test('the whole passes only where both views are whole', (t) => {
  const local = listingOf([listener({ bound: loopback, families: [4] })]);
  const by = [...closed, ...rest];
  t.equal(conclude(local, seenAs('closed'), by).outcome, 'pass');
  const unread = [{ line: 3, text: 'tcp ?', why: 'made for a test' }];
  t.equal(conclude({ ...local, partial: true }, seenAs('closed'), by).outcome, 'indeterminate', 'a partial listing');
  t.equal(conclude({ ...local, unread }, seenAs('closed'), by).outcome, 'indeterminate', 'an unread line');
  t.equal(conclude(local, { ...seenAs('closed'), complete: false }, by).outcome, 'indeterminate', 'a scan cut short');
  t.equal(conclude(local, seenAs('closed'), []).outcome, 'indeterminate', 'no policy');
  t.equal(conclude(local, seenAs('closed'), [...by, ...undecided.slice(0, 1)]).outcome, 'indeterminate');
  const family = findingOf({ outcome: 'indeterminate', code: 'family-not-observed' });
  delete family.address;
  t.equal(conclude(local, seenAs('closed'), [...by, family]).outcome, 'indeterminate', 'a family that was left out');
  const minor: Finding = { ...family, counted: false };
  t.equal(conclude(local, seenAs('closed'), [...by, minor]).outcome, 'pass', 'what does not count is reported only');
  t.equal(
    conclude({ ...local, partial: true }, seenAs('open'), exposed).outcome,
    'fail',
    'a deviation outranks a doubt',
  );
  t.end();
});

t.test('declared absent: the listing decides', (t) => {
  const absence: DeclaredAbsence = {
    rule: 'offsite7.yaml:20 3306/tcp mysql absent',
    host,
    service: 'mysql',
    families: [4, 6],
    ports: [{ first: port, last: port }],
    isByName: false,
    severity: 'high',
    owner: 'igb',
    reason: undefined,
  };
  const codes = (listing: Listing, parts: Partial<DeclaredAbsence> = {}) => {
    const { findings, outcome } = conclude(listing, seenAs('closed'), closed, [{ ...absence, ...parts }]);
    return [...findings.map(({ code }) => code), outcome].filter((code) => code !== 'closed');
  };
  const local = listener({ bound: loopback, families: [4], process: 'mysqld', pid: 787, line: 6 });
  const unread = [{ line: 3, text: 'tcp ?', why: 'made for a test' }];
  t.same(codes(listingOf([])), ['not-running', 'pass']);
  t.same(codes(listingOf([listener({ port: 22, bound: loopback })])), ['not-running', 'pass']);
  t.same(codes(listingOf([], { partial: true })), ['absence-unproved', 'indeterminate']);
  t.same(codes(listingOf([], { unread })), ['absence-unproved', 'indeterminate']);
  t.same(codes(listingOf([local])), ['runs', 'fail']);
  t.same(
    codes(listingOf([local], { partial: true })),
    ['runs', 'fail'],
    'what a partial listing shows runs all the same',
  );
  t.same(codes(listingOf([local]), { families: [6] }), ['not-running', 'pass'], 'a rule for IPv6 alone');
  t.same(codes(listingOf([local]), { isByName: true }), ['runs', 'fail']);
  t.same(
    codes(listingOf([]), { isByName: true }),
    ['pass'],
    'by its name alone, it may run elsewhere: nothing is claimed',
  );

  const { findings, entries } = conclude(listingOf([local]), seenAs('closed'), closed, [absence]);
  t.match(findings[0], {
    rule: absence.rule,
    code: 'runs',
    host,
    port,
    expected: 'absent',
    evidence: 'mysqld (pid 787) listens on loopback (line 6 of the listing)',
    remedy: /systemctl disable/,
    severity: 'high',
    owner: 'igb',
  });
  t.match(entries, [{ kind: 'local-proven', outcome: 'fail', expected: 'absent', remedy: /Stop it/ }]);
  const open = conclude(listingOf([listener()]), seenAs('open'), exposed, [absence]);
  t.match(open.entries, [{ kind: 'exposed', outcome: 'fail', expected: 'local-only', remedy: /Bind mysql/ }]);

  const many = { ...absence, ports: [{ first: 3300, last: 3310 }] };
  t.match(conclude(listingOf([local]), seenAs('closed'), closed, [many]).findings, [
    { code: 'runs', port },
    {},
    {},
    { code: 'not-running', ports: '3300-3305,3307-3310' },
  ]);
  t.end();
});

t.test('what a policy declares absent', (t) => {
  const absences = (services: string, now = '2026-06-01T00:00:00Z') => {
    const text = `version: 1\nname: x\nhosts:\n  - host: ${host}\n    services:\n${services}`;
    return declaredAbsences(parsePolicy(text, 'x.yaml'), storyClosed(), new Date(now)).map(
      ({ rule, families, ports, isByName }) =>
        `${rule}: ${families.join()} ${formatRanges(ports)}${isByName ? ' by name' : ''}`,
    );
  };
  t.same(absences('      - { port: 23, exposure: absent }\n      - { port: 22, exposure: public }\n'), [
    'x.yaml:6 23/tcp absent: 4,6 23',
  ]);
  t.same(absences('      - { service: mysql, exposure: absent }\n'), ['x.yaml:6 mysql absent: 4,6 3306-3307 by name']);
  t.same(absences('      - { port: 23, exposure: local-only }\n'), []);
  const exception = '    exceptions:\n      - { port: 23, owner: a, reason: b, ticket: c, expires: 2026-12-31 }\n';
  const excepted = `      - { port: 23-24, exposure: absent }\n${exception}`.replace('port: 23-24', 'ports: [23, 24]');
  t.same(absences(excepted), ['x.yaml:6 23-24/tcp absent: 4,6 24'], 'an exception holds');
  t.same(absences(excepted, '2027-01-01T00:00:00Z'), ['x.yaml:6 23-24/tcp absent: 4,6 23-24'], 'and lapses');
  t.end();
});

t.test('findings and remedies name who listens', (t) => {
  const wide = listingOf([listener({ process: 'mysqld', pid: 787 })]);
  const { findings, entries } = conclude(wide, seenAs('open'), exposed);
  for (const finding of findings) {
    t.equal(finding.evidence, 'mysqld (pid 787) listens on every address; accepted a connection');
    t.equal(finding.remedy, 'mysqld (pid 787): Bind mysql on 3306.');
  }
  t.match(entries, [{ remedy: 'mysqld (pid 787): Bind mysql on 3306.', expected: 'local-only' }]);
  t.match(conclude(wide, seenAs('filtered'), filtered).entries, [{ remedy: 'mysqld (pid 787): Bind mysql on 3306.' }]);
  t.match(conclude(wide, seenAs('closed'), closed).entries, [{ remedy: /^Scan again.* mysqld \(pid 787\): Bind/ }]);
  t.match(conclude(wide, seenAs('filtered'), missing).entries, [{ remedy: 'Start it.' }]);
  t.equal(conclude(wide, seenAs('open'), declaredPublic).entries[0]?.remedy, undefined);
  const restricted = { expected: 'restricted to office', remedy: 'Let the office in alone.' };
  t.match(
    conclude(wide, seenAs('open'), findingsOf({ ...restricted, severity: 'high' })).entries,
    [{ remedy: 'Let the office in alone.' }],
    'what others may reach is not bound to loopback',
  );
  t.equal(
    conclude(wide, seenAs('filtered'), findingsOf({ ...restricted, outcome: 'pass', code: 'filtered' })).entries[0]
      ?.remedy,
    undefined,
  );

  t.match(
    conclude(listingOf([]), seenAs('closed'), closed).findings[0]?.evidence,
    /^nothing on the host listens on it; /,
  );
  t.match(conclude(listingOf([]), seenAs('closed'), closed).notes, [/^Declared local-only, and nothing .*: 3306\.$/]);
  t.same(conclude(listingOf([listener({ bound: loopback })]), seenAs('closed'), closed).notes, []);
  t.notMatch(conclude(listingOf([], { partial: true }), seenAs('closed'), closed).findings[0]?.evidence, /nothing on/);
  const hostile = listingOf([listener({ process: '\x1b[2J\u202emysqld\n', families: [4, 6] })]);
  const text = formatReconciliation(conclude(hostile, seenAs('open'), exposed), { colour: false, width: 80 });
  t.notMatch(text, /[\x1b\u202e]/);
  t.match(text, '\\x1b[2J');
  t.end();
});

const storyName = 'offsite7.batten.eu.org';

/** The story's own listing, as it stood on its slides. */
function storyListing(name: 'before' | 'after'): Listing {
  return parseListing(readFileSync(new URL(`fixtures/inside/${name}.txt`, import.meta.url), 'utf8'));
}

function ofStory(snapshot: Snapshot): Snapshot {
  return { ...snapshot, targets: [{ target: storyName, addresses: [v4, v6], noRecord: [], errors: [] }] };
}

t.test('the story: MySQL on every address, by mysqld; then on localhost, refused on both families', (t) => {
  const before = conclude(storyListing('before'), ofStory(storyFailing()));
  t.equal(before.outcome, 'fail');
  const mysql = before.entries.filter((entry) => entry.port === 3306);
  t.same(told(mysql), ['exposed 4', 'exposed 6?']);
  for (const entry of mysql) {
    t.match(entry, {
      outcome: 'fail',
      expected: 'local-only',
      listener: { processes: [{ name: 'mysqld', pid: 787 }] },
    });
    t.match(entry.text, /^mysqld \(pid 787\) listens on every/);
    t.match(entry.remedy, /^mysqld \(pid 787\): /);
  }
  for (const finding of before.findings.filter(({ outcome }) => outcome === 'fail')) {
    t.match(finding, { code: 'exposed', port: 3306, evidence: /^mysqld \(pid 787\) listens on every/ });
  }
  const kindsAt = (document: Reconciliation, at: number) =>
    document.entries.filter((entry) => entry.port === at).map(({ kind, outcome }) => `${kind} ${outcome}`);
  for (const at of [22, 443]) t.same(kindsAt(before, at), ['exposed pass'], `${at}`);
  t.same(kindsAt(before, 53).sort(), ['exposed pass', 'exposed pass', 'local-beside-wide pass']);
  for (const at of [80, 199, 953]) t.same(kindsAt(before, at), ['local-proven none'], `${at}`);
  t.ok(
    before.entries.some(({ listener: one }) => one?.bound === 'name' && one.at === 'offsite7.batten.eu.o…'),
    'a name that was cut off',
  );

  const after = conclude(storyListing('after'), ofStory(storyClosed()));
  t.same(kindsAt(after, 3306), ['local-proven pass']);
  t.match(
    after.entries.find((entry) => entry.port === 3306),
    {
      certain: true,
      families: [4, 6],
      text: 'mysqld (pid 9870) listens on loopback only and was refused on IPv4 and IPv6 (conn-refused): proven',
      listener: { bound: 'loopback', processes: [{ name: 'mysqld', pid: 9870 }] },
      outside: [
        { address: v4, state: 'closed', why: 'conn-refused' },
        { address: v6, state: 'closed' },
      ],
    },
  );
  t.equal(after.outcome, 'indeterminate', 'the listing shows MySQL only, so the rest of the host is not explained');
  t.match(after.notes[0], /a part of what listens only/);
  t.same(kindsAt(conclude(storyListing('before'), ofStory(storyFiltered())), 3306), [
    'wide-filtered pass',
    'wide-filtered pass',
  ]);
  t.end();
});

t.test('whole reports, as a person sees them', (t) => {
  const folder = new URL('fixtures/reports/', import.meta.url);
  const mixed = listingOf(
    [
      listener({ port: 22, process: 'sshd', pid: 600, line: 2 }),
      listener({ port: 53, bound: loopback, process: 'named', pid: 610, line: 3 }),
      listener({ port: 443, families: [6], maybeFamilies: [4], process: 'nginx', pid: 700, line: 4 }),
      listener({ bound: loopback, families: [4], process: 'mysqld', pid: 9870, line: 5 }),
      listener({ port: 5432, container: { name: 'db', port: 5432 }, line: 6 }),
      listener({ port: 8080, bound: at('172.17.0.1'), families: [4], process: 'app', pid: 5, line: 7 }),
    ],
    { formats: ['ss', 'docker-ps'], unread: [{ line: 9, text: 'tcp \x1b[2J oops', why: 'no address in it' }] },
  );
  const old = { startedAt: '2025-12-24T00:00:00.000Z', finishedAt: '2025-12-24T00:00:22.000Z' };
  const cases: readonly [name: string, document: Reconciliation][] = [
    ['reconcile-story-before-80', conclude(storyListing('before'), ofStory(storyFailing()))],
    ['reconcile-story-after-80', conclude(storyListing('after'), ofStory(storyClosed()))],
    ['reconcile-mixed-80', conclude(mixed, { ...storyClosed(), ...old })],
  ];
  for (const [name, document] of cases) {
    const text = formatReconciliation(document, { colour: false, width: 80 });
    const file = new URL(`${name}.txt`, folder);
    // After a deliberate change: EXPOSCAN_WRITE_REPORTS=1 npx tap test/reconcile.test.ts, then read the difference.
    if (process.env['EXPOSCAN_WRITE_REPORTS'] !== undefined) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, text);
    }
    t.equal(text, readFileSync(file, 'utf8'), name);
    t.strictSame(
      text.split('\n').filter((line) => line.length > 80),
      [],
      `${name} fits`,
    );
    t.notMatch(text, /[ \t]$/m, `${name} has no trailing space`);
  }
  const many = listingOf(Array.from({ length: 500 }, (_, index) => listener({ port: 1000 + index, bound: loopback })));
  const cut = formatReconciliation(conclude(many, storyClosed()), { colour: false, width: 80 });
  t.match(cut, '… and 450 more (see --json)');
  t.match(formatReconciliation(conclude(many, storyClosed()), { colour: true, width: 80 }), '\x1b[');
  t.end();
});

t.test('which host of a snapshot a listing is of', (t) => {
  const target = (text: string, ...addresses: string[]) => ({ target: text, addresses, noRecord: [], errors: [] });
  const several = snapshotOf({
    targets: [
      target(host, v4, v6),
      target('192.0.2.16/31', '192.0.2.16', '192.0.2.17'),
      target('192.0.2.9', '192.0.2.9'),
    ],
    asked: { ports: '1', families: [4, 6] },
    open: [openPort(v4, 1), openPort('192.0.2.17', 1)],
    notOpen: [closedPorts(v6, '1'), closedPorts('192.0.2.16', '1')],
    unknown: [unknownPorts('192.0.2.9', '1', 'ERR_NO_ROUTE')],
  });
  const addresses = (...hosts: string[]) => selectHost(several, hosts).targets.flatMap((one) => one.addresses);
  t.same(addresses('OFFSITE7.example.org'), [v4, v6]);
  t.same(addresses('192.0.2.17'), ['192.0.2.17']);
  t.same(addresses('192.0.2.9', '192.0.2.16'), ['192.0.2.9', '192.0.2.16']);
  t.same(addresses('[2001:DB8::7]'), [v6], 'one address of a name alone');
  const one = selectHost(several, ['192.0.2.17']);
  t.same([one.open.length, one.notOpen.length, one.unknown.length], [1, 0, 0], 'nothing of others is left');
  t.equal(selectHost(seenAs('open'), []).open.length, 2, 'the only target need not be named');

  const refused = (snapshot: Snapshot, hosts: string[], message: RegExp) => {
    t.throws(() => selectHost(snapshot, hosts), { code: 'ERR_USAGE', message });
  };
  refused(several, [], /the snapshot is of 3 targets\. Say which of it this host is: --host NAME/);
  refused({ ...several, targets: several.targets.slice(1, 2) }, [], /the block 192\.0\.2\.16\/31/);
  refused(snapshotOf({ targets: [] }), [], /of none/);
  refused(several, ['192.0.2.16/31'], /expected a target of the snapshot that is one host/);
  refused(several, ['\x1b[2J'], /--host \\x1b\[2J: expected/);
  refused(several, ['192.0.2.200'], /It is of offsite7\.example\.org, 192\.0\.2\.16\/31, 192\.0\.2\.9\./);
  t.end();
});

const ajv = new Ajv2020({ allErrors: true, validateFormats: false });
const fitsSchema = ajv.compile(reconciliationJsonSchema());

/** Throws where a document breaks what its makers promise. */
function checkDocument(document: Reconciliation): void {
  const again: unknown = JSON.parse(jsonText(document));
  if (!fitsSchema(again)) throw new Error(`it breaks its schema: ${ajv.errorsText(fitsSchema.errors)}`);
  const parsed = reconciliationSchema.parse(again);
  if (!isDeepStrictEqual(parsed, again)) throw new Error('it is not read back as it was written');
}

t.test('the document fits its published schema', (t) => {
  for (const snapshot of [storyFailing(), storyClosed(), storyFiltered(), seenAs('unknown'), selfScan()]) {
    checkDocument(conclude(storyListing('before'), snapshot));
    checkDocument(conclude(storyListing('after'), snapshot));
    checkDocument(conclude(listingOf([]), snapshot));
  }
  t.notOk(fitsSchema({ ...conclude(listingOf([]), storyClosed()), outcome: 'fine' }), 'the schema can refuse');
  t.end();
});

const hostAddresses = [v4, '192.0.2.8', v6];
const family = fc.constantFrom<4 | 6>(4, 6);
const anyBound: fc.Arbitrary<BoundTo> = fc.constantFrom<BoundTo>(
  any,
  loopback,
  at(v4),
  at(v6),
  at('10.0.0.1'),
  { kind: 'interface', interface: 'eth0' },
  { kind: 'name', name: host, truncated: false },
  { kind: 'name', name: 'offsite7.ex', truncated: true },
  { kind: 'name', name: 'elsewhere', truncated: false },
);
const anyListener: fc.Arbitrary<Listener> = fc
  .record({
    bound: anyBound,
    families: fc.uniqueArray(family),
    maybe: fc.uniqueArray(family, { minLength: 1 }),
    port: fc.integer({ min: 1, max: 4 }),
    process: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
    line: fc.integer({ min: 1, max: 1000 }),
  })
  .map(({ bound, families, maybe, process, ...parts }) => ({
    ...parts,
    bound,
    families: bound.kind === 'address' ? [bound.address.family] : families,
    maybeFamilies: bound.kind === 'address' ? [] : maybe.filter((one) => !families.includes(one)),
    ...(process === undefined ? {} : { process }),
  }))
  .filter(({ families, maybeFamilies }) => families.length + maybeFamilies.length > 0);
const anyListing: fc.Arbitrary<Listing> = fc
  .record({
    listeners: fc.array(anyListener, { maxLength: 6 }),
    partial: fc.boolean(),
    unread: fc.constantFrom([], [{ line: 1, text: 'x', why: 'y' }]),
  })
  .map((parts) => ({ formats: ['ss'], ...parts }));
const anySnapshot: fc.Arbitrary<Snapshot> = fc
  .record({
    addresses: fc.subarray(hostAddresses, { minLength: 1 }),
    ports: fc.subarray([1, 2, 3, 4], { minLength: 1 }),
    states: fc.array(fc.constantFrom<Seen | 'self'>('open', 'closed', 'filtered', 'unknown', 'self'), {
      minLength: 12,
      maxLength: 12,
    }),
    noRecord: fc.uniqueArray(family),
    complete: fc.boolean(),
  })
  .map(({ addresses, ports, states, noRecord, complete }) => {
    const cells = addresses.flatMap((address, row) =>
      ports.map((one, column) => ({ address, one, state: states[row * 4 + column] ?? 'closed' })),
    );
    const of = (...wanted: string[]) => cells.filter(({ state }) => wanted.includes(state));
    return snapshotOf({
      complete,
      asked: { ports: ports.join(), families: [4, 6] },
      targets: [
        {
          target: host,
          addresses,
          noRecord: noRecord.filter((one) => !addresses.some((text) => addressOf(text).family === one)),
          errors: [],
        },
      ],
      open: [
        ...of('open').map(({ address, one }) => openPort(address, one)),
        ...of('self').map(({ address, one }) => openPort(address, one, { self: true })),
      ],
      notOpen: [
        ...of('closed').map(({ address, one }) => closedPorts(address, String(one))),
        ...of('filtered').map(({ address, one }) => filteredPorts(address, String(one))),
      ],
      unknown: of('unknown').map(({ address, one }) => unknownPorts(address, String(one), 'ERR_NO_ROUTE')),
    });
  });

/** A policy that is content with whatever it sees: only the inside view can take anything away from that. */
function content(snapshot: Snapshot): Finding[] {
  return snapshot.targets.flatMap(({ addresses }) =>
    addresses.flatMap((address) =>
      [1, 2, 3, 4].map((one) =>
        findingOf({ address, port: one, outcome: 'pass', code: 'closed', expected: 'local-only', severity: 'info' }),
      ),
    ),
  );
}

t.test('properties of every reconciliation', (t) => {
  const runs = { numRuns: 400 };
  fc.assert(
    fc.property(anyListing, anySnapshot, (listing, snapshot) => {
      const document = conclude(listing, snapshot, content(snapshot));
      checkDocument(document);
      const { entries } = document;
      for (const { text, remedy } of entries) {
        if (/\p{Cc}|undefined|NaN/u.test(`${text}${remedy ?? ''}`)) throw new Error(text);
      }
      for (const { line, port: one } of listing.listeners) {
        const isTold = entries.some((entry) => entry.port === one && entry.listener?.lines.includes(line));
        if (!isTold) throw new Error(`the listener on line ${line} is not explained`);
      }
      for (const { address, port: one } of snapshot.open) {
        const isTold = entries.some(
          (entry) => entry.port === one && entry.outside.some((sight) => sight.address === address),
        );
        if (!isTold) throw new Error(`the open port ${one} of ${address} is not explained`);
      }
      const addresses = snapshot.targets[0]?.addresses ?? [];
      for (const entry of entries.filter(({ kind }) => kind === 'local-proven')) {
        const sights = entry.outside.map(({ address, state }) => [address, state]);
        const isWhole = isDeepStrictEqual(
          sights,
          addresses.map((one) => [one, 'closed']),
        );
        const families = new Set([...entry.families, ...(snapshot.targets[0]?.noRecord ?? [])]);
        if (!isWhole || families.size < 2) throw new Error('not everything was refused');
      }
      const undecidedSights = entries.filter(({ outside }) =>
        outside.some(({ address, state }) => {
          const isSelf = snapshot.open.some((one) => one.self === true && one.address === address);
          return state === 'unknown' || state === 'not-scanned' || (isSelf && state === 'open');
        }),
      );
      const mayPass = listing.unread.length === 0 && !listing.partial && snapshot.complete;
      return document.outcome !== 'pass' || (mayPass && undecidedSights.length === 0);
    }),
    runs,
  );
  // The order of a listing's lines says nothing.
  fc.assert(
    fc.property(anyListing, anySnapshot, (listing, snapshot) => {
      const turned = { ...listing, listeners: listing.listeners.toReversed() };
      return isDeepStrictEqual(told(reconcile(turned, snapshot)), told(reconcile(listing, snapshot)));
    }),
    runs,
  );
  // Losing sight of a port never makes anything pass.
  fc.assert(
    fc.property(anyListing, anySnapshot, (listing, snapshot) => {
      const dark: Snapshot = {
        ...snapshot,
        open: [],
        notOpen: [],
        unknown: (snapshot.targets[0]?.addresses ?? []).map((address) =>
          unknownPorts(address, snapshot.asked.ports, 'ERR_CANCELLED'),
        ),
      };
      const { entries, outcome } = conclude(listing, dark, content(dark));
      if (entries.some(({ kind }) => kind === 'local-proven' || kind === 'exposed')) return false;
      return listing.listeners.length === 0 || outcome === 'indeterminate';
    }),
    runs,
  );
  t.end();
});

const project = fileURLToPath(new URL('..', import.meta.url));
const policy = 'policies/offsite7.yaml';

/** Runs the built program to its end. */
async function exposcan(cwd: string, args: readonly string[], input = '') {
  const child = spawn(process.execPath, [join(project, 'bin/exposcan.js'), ...args], { cwd });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => (output[stream] += text));
  }
  // A program that does not read its input may end before it is written.
  child.stdin.on('error', () => undefined).end(input);
  await once(child, 'close');
  return { code: child.exitCode, ...output };
}

const ssListing = [
  'State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process',
  'LISTEN 0      128          0.0.0.0:22         0.0.0.0:*    users:(("sshd",pid=600,fd=3))',
  'LISTEN 0      128             [::]:22            [::]:*    users:(("sshd",pid=600,fd=4))',
  'LISTEN 0      80                 *:3306             *:*    users:(("mysqld",pid=787,fd=10))',
  '',
].join('\n');

t.test('the command line', async (t) => {
  const now = new Date().toISOString();
  const story = storyFailing();
  const fresh = {
    ...story,
    startedAt: now,
    finishedAt: now,
    open: story.open.map((entry) => ({ ...entry, observedAt: now })),
    notOpen: story.notOpen.map((entry) => ({ ...entry, observedAt: now })),
  };
  const cwd = t.testdir({
    'snapshot.json': JSON.stringify(fresh),
    'several.json': JSON.stringify({
      ...fresh,
      targets: [
        { target: host, addresses: [v4], noRecord: [], errors: [] },
        { target: v6, addresses: [v6], noRecord: [], errors: [] },
      ],
    }),
    'ss.txt': ssListing,
    'prose.txt': 'Dear administrator, nothing listens here.\n',
    'empty.txt': '',
    'utf-16.txt': Buffer.from(`\ufeff${ssListing}`, 'utf16le'),
    'binary.txt': Buffer.from([0xff, 0xfe, 0, 1, 0x80]),
  });
  const usual = ['reconcile', '--inside', 'ss.txt', '--snapshot', 'snapshot.json', '--policy', 'baseline'];
  const inside = (file: string) => ['reconcile', '--inside', file, '--snapshot', 'snapshot.json'];

  await t.test('bad input: exit 2, nothing on stdout, and what to do', async (t) => {
    const cases: readonly [what: string, args: readonly string[], message: RegExp, input?: string][] = [
      ['nothing', ['reconcile'], /required option '--inside <file>'/],
      ['no snapshot', ['reconcile', '--inside', 'ss.txt'], /required option '--snapshot <file>'/],
      ['a word too many', [...usual, 'more'], /too many arguments/],
      ['a missing listing', inside('missing.txt'), /Cannot read the listing missing\.txt: there is no such file/],
      ['a directory', inside('.'), /it is a directory/],
      ['prose', inside('prose.txt'), /prose\.txt: .*listing/],
      ['an empty file', inside('empty.txt'), /listing/],
      ['a snapshot in its place', inside('snapshot.json'), /listing/],
      ['UTF-16', inside('utf-16.txt'), /UTF-16/],
      ['no text', inside('binary.txt'), /UTF-16|not UTF-8 text/],
      ['a device that never ends', inside('/dev/zero'), /larger than 8388608 bytes/],
      ['empty standard input', inside('-'), /standard input: .*listing/],
      ['prose on standard input', inside('-'), /listing/, 'nothing here\n'],
      ['a missing snapshot', ['reconcile', '--inside', 'ss.txt', '--snapshot', 'none.json'], /the snapshot none\.json/],
      [
        'a listing in its place',
        ['reconcile', '--inside', 'ss.txt', '--snapshot', 'ss.txt'],
        /ss\.txt.* is not a usable/,
      ],
      ['a missing policy', [...usual, '--policy', 'none.yaml'], /none\.yaml/],
      ['an unknown host', [...usual, '--host', '\x1b[2J'], /--host \\\\?x1b\[2J: expected a target of the snapshot/],
      ['several targets', [...usual, '--snapshot', 'several.json'], /2 targets\. Say which of it this host is: --host/],
      ['an unknown kind of report', [...usual, '-o', 'report.xls'], /\.json and \.txt/],
      ['an unwritable report', [...usual, '-o', 'nowhere/report.json'], /nowhere\/report\.json/],
    ];
    const results = await Promise.all(cases.map(([, args, , input]) => exposcan(cwd, args, input)));
    for (const [index, [what, , message]] of cases.entries()) {
      const { code, stdout, stderr } = results[index] ?? {};
      t.equal(code, 2, `${what}: exit code`);
      t.match(stderr, message, `${what}: message`);
      t.equal(stdout, '', `${what}: nothing on stdout`);
      t.notMatch(stderr, '\x1b', `${what}: nothing drives the terminal`);
    }
  });

  await t.test('from a file, from standard input, as text, as JSON and into files', async (t) => {
    const [text, piped, both, help] = await Promise.all([
      exposcan(cwd, [...usual, '-o', 'report.json', '-o', 'report.txt']),
      exposcan(cwd, ['reconcile', '--inside', '-', '--snapshot', 'snapshot.json', '--json'], ssListing),
      exposcan(cwd, [...usual, '--snapshot', 'several.json', '--host', host, '--host', v6]),
      exposcan(cwd, ['reconcile', '--help']),
    ]);
    t.equal(text.code, 1);
    t.match(text.stdout, /^FAIL: mysqld \(pid 787\) on port 3306 is exposed and should be local-only\./);
    t.match(text.stdout, /mysqld \(pid 787\): .*bind-address/s);
    t.equal(readFileSync(join(cwd, 'report.txt'), 'utf8'), text.stdout);
    const document = reconciliationSchema.parse(JSON.parse(readFileSync(join(cwd, 'report.json'), 'utf8')));
    checkDocument(document);
    t.match(document, { policy: { name: 'baseline' }, outcome: 'fail' });
    t.equal(piped.code, 1, 'without a policy, the baseline judges');
    t.match(reconciliationSchema.parse(JSON.parse(piped.stdout)), {
      policy: { name: 'baseline' },
      listing: { formats: ['ss'] },
    });
    t.equal(both.code, 1);
    t.match(both.stdout, /reachable on IPv4 and IPv6/);
    t.equal(help.code, 0);
    t.match(help.stdout, /--inside <file>[^]*Exit codes: 0 both views agree/);
  });
});

t.test('a program of the system is asked with bounds, and without what the user has set', async (t) => {
  process.env['EXPOSCAN_TEST_SECRET'] = 'x';
  t.teardown(() => {
    delete process.env['EXPOSCAN_TEST_SECRET'];
  });
  const environment = await runProgram('env', [], 10_000);
  t.match(environment, /^LC_ALL=C$/m);
  t.notMatch(environment, /EXPOSCAN_TEST_SECRET|HOME=/);
  t.equal(await runProgram('exposcan-no-such-program', [], 1000), undefined);
  await t.rejects(runProgram('yes', [], 1000), {
    code: 'ERR_FILE',
    message: /yes: it printed more than 1000 bytes\.$/,
  });
  await t.rejects(runProgram('ls', ['/exposcan-no-such-file'], 1000), { code: 'ERR_FILE', message: /No such file/ });
});

// Scans of every port, on machines that may be slow: a limit only for what hangs.
t.setTimeout(600_000);

t.test('real daemons, seen from inside and from outside', labOptions(), async (t) => {
  t.setTimeout(600_000);
  const lab = createLab();
  t.teardown(() => {
    lab.remove();
  });
  const { outside, host: server } = lab;
  const places = Object.values(labAddresses);
  outside.writeHosts(places.map((address) => [address, host]));
  const database = await startMariaDb(server, lab.directory('mariadb'));
  await startNginx(server, lab.directory('nginx'), { ports: [443] });
  await startOpenSsh(server, lab.directory('openssh'));
  await startBind(server, lab.directory('bind'));
  const files = lab.directory('files');
  const fileOf = (name: string) => join(files, name);

  /** What the host says of itself right now, by each program that can. */
  const listings = {
    ss: ['ss', '-ltnp'],
    netstat: ['netstat', '-ltnp'],
    lsof: ['lsof', '-nP', '-iTCP', '-sTCP:LISTEN'],
  } as const;
  const takeListings = () => {
    for (const [name, [program, ...args]] of Object.entries(listings)) {
      writeFileSync(fileOf(`${name}.txt`), server.run(program, args));
    }
  };
  const scanFromOutside = async () => {
    const { snapshot } = await scanJson(outside, [host, '--policy', policy]);
    writeFileSync(fileOf('snapshot.json'), JSON.stringify(snapshot));
  };
  const compare = async (inside: string, ...more: string[]) => {
    const file = fileOf('reconciliation.json');
    const result = await runExposcan(server, [
      ...['reconcile', '--inside', inside, '--snapshot', fileOf('snapshot.json'), '--policy', policy, '-o', file],
      ...more,
    ]);
    if (result.stdout === '')
      throw new Error(`exposcan reconcile ended with ${result.code ?? 'a signal'}: ${result.stderr}`);
    const text = readFileSync(file, 'utf8');
    const document: Reconciliation = reconciliationSchema.parse(JSON.parse(text));
    checkDocument(document);
    return { ...result, document };
  };
  const kindsAt = ({ entries }: Reconciliation, at: number) =>
    entries.filter((entry) => entry.port === at).map(({ kind, outcome }) => `${kind} ${outcome}`);

  await t.test('MySQL on every address: exposed, by its process', async (t) => {
    await scanFromOutside();
    takeListings();
    const pid = Number(/"mariadbd",pid=(\d+)/.exec(readFileSync(fileOf('ss.txt'), 'utf8'))?.[1]);
    for (const name of ['ss', 'netstat', 'lsof'] as const) {
      const { code, stdout, document } = await compare(fileOf(`${name}.txt`));
      t.equal(code, 1, `${name}: exit code`);
      const mysql = document.entries.filter((entry) => entry.port === 3306);
      t.ok(mysql.length > 0 && mysql.every(({ kind, outcome }) => kind === 'exposed' && outcome === 'fail'), name);
      t.same([...new Set(mysql.flatMap(({ outside: sights }) => sights.map(({ address }) => address)))], places, name);
      for (const { listener: one } of mysql) t.same(one?.processes, [{ name: 'mariadbd', pid }], name);
      t.match(stdout, `mariadbd (pid ${pid}) on port 3306 is exposed and should be local-only`, name);
      t.same(
        document.entries.filter(({ outcome }) => outcome !== 'pass').map((entry) => entry.port),
        mysql.map(() => 3306),
        `${name}: nothing else deviates`,
      );
    }
  });

  await t.test('bound to 127.0.0.1: proven on both families, and the whole passes', async (t) => {
    await database.restartWith(['bind-address = 127.0.0.1']);
    await scanFromOutside();
    takeListings();
    for (const name of ['ss', 'netstat', 'lsof'] as const) {
      const { code, document } = await compare(fileOf(`${name}.txt`));
      t.equal(code, 0, `${name}: exit code`);
      t.same(kindsAt(document, 3306), ['local-proven pass'], name);
      t.match(document.entries.find((entry) => entry.port === 3306)?.text, /refused on IPv4 and IPv6 \(.*\): proven$/);
      t.ok(
        kindsAt(document, 443).every((kind) => kind === 'exposed pass'),
        `${name}: the site still answers`,
      );
    }
    const local = await compare('local');
    t.equal(local.code, 0, 'asked by itself, the host says the same');
    t.same(kindsAt(local.document, 3306), ['local-proven pass']);
    const grepped = fileOf('grepped.txt');
    const shell = `[root@host ~]# ss -ltnp | grep 3306\n${server.run('sh', ['-c', 'ss -ltnp | grep 3306'])}`;
    writeFileSync(grepped, shell);
    const partial = await compare(grepped);
    t.equal(partial.code, 3, 'a part of the listing is no pass');
    t.same(kindsAt(partial.document, 3306), ['local-proven pass']);
  });

  await t.test('one address only, and an address that nobody scanned', async (t) => {
    await database.restartWith([`bind-address = ${labAddresses[6]}`]);
    await scanFromOutside();
    const { code, document } = await compare('local');
    t.equal(code, 1);
    t.same(kindsAt(document, 3306), ['exposed fail']);
    t.same(document.entries.find((entry) => entry.port === 3306)?.families, [6]);
    server.ip('address', 'add', '172.31.255.1/24', 'dev', 'lo');
    await database.restartWith(['bind-address = 172.31.255.1']);
    await scanFromOutside();
    const elsewhere = await compare('local');
    t.equal(elsewhere.code, 3);
    t.same(kindsAt(elsewhere.document, 3306), ['not-scanned indeterminate']);
  });

  await t.test('a firewall in front: filtered is one rule away, refused does not fit', async (t) => {
    await database.restartWith([]);
    t.teardown(() => {
      setFirewall(server, []);
    });
    setFirewall(server, ['tcp dport 3306 drop']);
    await scanFromOutside();
    const dropped = await compare('local');
    t.equal(dropped.code, 0);
    t.ok(kindsAt(dropped.document, 3306).every((kind) => kind === 'wide-filtered pass'));
    t.match(dropped.stdout, /one firewall rule away from exposure/);
    setFirewall(server, ['tcp dport 3306 reject with tcp reset']);
    await scanFromOutside();
    const rejected = await compare('local');
    t.equal(rejected.code, 3);
    t.ok(kindsAt(rejected.document, 3306).every((kind) => kind === 'wide-refused indeterminate'));
  });

  await t.test('a redirected port: reachable outside, no listener inside', async (t) => {
    await database.restartWith(['bind-address = 127.0.0.1']);
    const chain = ['type nat hook prerouting priority dstnat;', 'tcp dport 8443 redirect to :443'].join('\n');
    server.run('nft', ['-f', '-'], `flush ruleset\ntable inet lab {\nchain front {\n${chain}\n}\n}\n`);
    t.teardown(() => {
      setFirewall(server, []);
    });
    await scanFromOutside();
    const { code, document } = await compare('local');
    t.equal(code, 1, 'the policy does not allow it either');
    t.same(kindsAt(document, 8443), ['no-listener fail']);
    t.same(document.entries.find((entry) => entry.port === 8443)?.families, [4, 6]);
    t.same(kindsAt(document, 3306), ['local-proven pass']);
  });
});
