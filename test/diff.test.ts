import fc from 'fast-check';
import t from 'tap';
import { ExposcanError } from '../src/model/errors.js';
import { diffOutcome, type Change } from '../src/model/diff.js';
import { parseSnapshot } from '../src/model/read-snapshot.js';
import type { OpenEntry, Snapshot } from '../src/model/snapshot.js';
import { diffSnapshots } from '../src/history/diff/diff-snapshots.js';
import { formatDiff, formatDiffJson } from '../src/report/diff-table.js';
import { formatJson } from '../src/report/json.js';
import {
  acceptsEverything,
  closedPorts,
  filteredPorts,
  host,
  neverAnswered,
  openPort,
  schemaErrors,
  selfScan,
  snapshotOf,
  storyClosed,
  storyFailing,
  storyFiltered,
  unknownPorts,
  v4,
  v6,
} from './fixtures/snapshots.js';

/** A snapshot of one address and ports 1 to 9, of which the last ones are closed unless told otherwise. */
function small(parts: Partial<Snapshot>): Snapshot {
  const targets = [{ target: host, addresses: [v4], noRecord: [6 as const], errors: [] }];
  return snapshotOf({ asked: { ports: '1-9', families: [4, 6] }, targets, ...parts });
}

function kindsOf(changes: readonly Change[]): string[] {
  return changes.map(
    (change) => `${change.kind} ${'port' in change ? change.port : 'ports' in change ? change.ports : ''}`,
  );
}

t.test('the story: MySQL exposed, then bound to loopback, then dropped by a firewall', (t) => {
  const fixed = diffSnapshots(storyFailing(), storyClosed());
  t.match(fixed.changes, [
    {
      kind: 'closed',
      address: v4,
      port: 3306,
      from: { product: 'MySQL', version: '5.1.73' },
      to: { state: 'closed', reason: 'conn-refused' },
    },
    { kind: 'closed', address: v6, port: 3306, to: { state: 'closed' } },
  ]);
  t.equal(fixed.changes.length, 2);
  t.equal(fixed.compared, 2 * 65535);
  t.equal(diffOutcome(fixed), 'different');
  t.match(diffSnapshots(storyFailing(), storyFiltered()).changes, [
    { kind: 'closed', to: { state: 'filtered', reason: 'no-response' } },
    { kind: 'closed', to: { state: 'filtered', reason: 'no-response' } },
  ]);
  t.match(diffSnapshots(storyClosed(), storyFiltered()).changes, [
    { kind: 'became-filtered', address: v4, ports: '3306', count: 1 },
    { kind: 'became-filtered', address: v6, ports: '3306', count: 1 },
  ]);
  t.end();
});

t.test('what changed on endpoints that both decided', (t) => {
  const ssh = { name: 'ssh', product: 'OpenSSH', version: '9.2p1' };
  const certificate = (fingerprint256: string): Partial<OpenEntry> => ({
    tls: {
      version: 'TLSv1.3',
      certificate: {
        subject: 'CN=a',
        issuer: 'CN=b',
        sans: [],
        validFrom: '',
        validTo: '',
        selfSigned: false,
        fingerprint256,
      },
    },
  });
  const withOpen = (...open: OpenEntry[]) => small({ open, notOpen: [closedPorts(v4, '3-9')] });
  const two = openPort(v4, 2);
  const cases: readonly [what: string, a: Snapshot, b: Snapshot, kinds: readonly string[]][] = [
    [
      'a range becomes filtered, as one change',
      small({ notOpen: [closedPorts(v4, '1-9')] }),
      small({ notOpen: [closedPorts(v4, '1,5'), filteredPorts(v4, '2-4,6-9')] }),
      ['became-filtered 2-4,6-9'],
    ],
    [
      'and back',
      small({ notOpen: [closedPorts(v4, '1,5'), filteredPorts(v4, '2-4,6-9')] }),
      small({ notOpen: [closedPorts(v4, '1-9')] }),
      ['became-closed 2-4,6-9'],
    ],
    [
      'another reason for the same state is no change',
      small({ notOpen: [closedPorts(v4, '1-9')] }),
      small({ notOpen: [closedPorts(v4, '1-9', { reason: 'reset', method: 'syn' })] }),
      [],
    ],
    [
      'another product',
      withOpen(openPort(v4, 1, { service: ssh }), two),
      withOpen(openPort(v4, 1, { service: { ...ssh, product: 'Dropbear' } }), two),
      ['service-changed 1'],
    ],
    [
      'another service',
      withOpen(openPort(v4, 1, { service: ssh }), two),
      withOpen(openPort(v4, 1, { service: { name: 'http' } }), two),
      ['service-changed 1'],
    ],
    [
      'another version',
      withOpen(openPort(v4, 1, { service: ssh }), two),
      withOpen(openPort(v4, 1, { service: { ...ssh, version: '9.9' } }), two),
      ['version-changed 1'],
    ],
    [
      'a version that is no longer told is not another version',
      withOpen(openPort(v4, 1, { service: ssh }), two),
      withOpen(openPort(v4, 1, { service: { name: 'ssh', product: 'OpenSSH' } }), two),
      ['identification-lost 1'],
    ],
    [
      'a name from the port table is not another service',
      withOpen(openPort(v4, 1, { service: ssh }), two),
      withOpen(openPort(v4, 1, { service: { name: 'tcpmux', method: 'table' } }), two),
      ['identification-lost 1'],
    ],
    [
      'an identification that was lacking before',
      withOpen(openPort(v4, 1), two),
      withOpen(openPort(v4, 1, { service: ssh }), two),
      ['identification-gained 1'],
    ],
    [
      'another certificate',
      withOpen(openPort(v4, 1, certificate('AA')), two),
      withOpen(openPort(v4, 1, certificate('BB')), two),
      ['certificate-changed 1'],
    ],
    [
      'a certificate that was not shown',
      withOpen(openPort(v4, 1, certificate('AA')), two),
      withOpen(openPort(v4, 1), two),
      [],
    ],
  ];
  for (const [what, a, b, kinds] of cases) t.strictSame(kindsOf(diffSnapshots(a, b).changes), kinds, what);
  t.end();
});

t.test('what was not observed is never closed', (t) => {
  const full = small({ open: [openPort(v4, 1), openPort(v4, 4)], notOpen: [closedPorts(v4, '2-3,5-9')] });
  const narrowed = small({
    asked: { ports: '2-3', families: [4, 6] },
    notOpen: [closedPorts(v4, '2-3')],
  });
  const lost = diffSnapshots(full, narrowed);
  t.match(lost.changes, [{ kind: 'coverage-lost', ports: '1,4-9', count: 7, why: 'not-asked', open: '1,4' }]);
  t.equal(lost.changes.length, 1);
  t.equal(diffOutcome(lost), 'coverage-lost');
  const gained = diffSnapshots(narrowed, full);
  t.match(gained.changes, [{ kind: 'coverage-gained', ports: '1,4-9', count: 7, why: 'not-asked', open: '1,4' }]);
  t.equal(diffOutcome(gained), 'same', 'what is seen for the first time is no difference');

  const dark = diffSnapshots(full, small({ unknown: [unknownPorts(v4, '1-9', 'ERR_NO_ROUTE')] }));
  t.match(dark.changes, [{ kind: 'coverage-lost', ports: '1-9', why: 'ERR_NO_ROUTE', open: '1,4' }]);
  const half = small({
    notOpen: [closedPorts(v4, '1-3')],
    unknown: [unknownPorts(v4, '4-6', 'ERR_RESOURCES'), unknownPorts(v4, '7-9', 'ERR_CANCELLED')],
  });
  t.strictSame(kindsOf(diffSnapshots(full, half).changes), ['closed 1', 'coverage-lost 4-6', 'coverage-lost 7-9']);
  t.equal(diffOutcome(diffSnapshots(full, half)), 'different', 'a proven difference outranks an unknown');

  const nothing = diffSnapshots(neverAnswered(), neverAnswered());
  t.strictSame(nothing.changes, []);
  t.equal(diffOutcome(nothing), 'coverage-lost', 'two scans that saw nothing are not the same');
  t.end();
});

t.test('addresses that come and go', (t) => {
  const targets = (addresses: string[], errors: Snapshot['targets'][number]['errors'] = []) => [
    { target: host, addresses, noRecord: [], errors },
  ];
  const two = small({
    targets: targets([v4, v6]),
    open: [openPort(v6, 1)],
    notOpen: [closedPorts(v4, '1-9'), closedPorts(v6, '2-9')],
  });
  const closed = [closedPorts(v4, '1-9')];
  const one = small({ targets: targets([v4]), notOpen: closed });
  t.strictSame(diffSnapshots(two, one).changes, [{ kind: 'address-vanished', address: v6, target: host, open: '1' }]);
  t.strictSame(diffSnapshots(one, two).changes, [{ kind: 'address-appeared', address: v6, target: host, open: '1' }]);
  const unseen: readonly [string, Snapshot][] = [
    [
      'the family was left out',
      small({ asked: { ports: '1-9', families: [4] }, targets: targets([v4]), notOpen: closed }),
    ],
    [
      'the lookup of the family failed',
      small({ targets: targets([v4], [{ family: 6, code: 'ERR_LOOKUP_FAILED', message: '' }]), notOpen: closed }),
    ],
    [
      'the lookup failed as a whole',
      small({ targets: targets([v4], [{ code: 'ERR_LOOKUP_FAILED', message: '' }]), notOpen: closed }),
    ],
    [
      'the name was not a target',
      small({ targets: [{ target: v4, addresses: [v4], noRecord: [], errors: [] }], notOpen: closed }),
    ],
  ];
  for (const [what, snapshot] of unseen) {
    t.strictSame(kindsOf(diffSnapshots(two, snapshot).changes), ['coverage-lost 1-9'], `${what}: nothing vanished`);
    t.strictSame(kindsOf(diffSnapshots(snapshot, two).changes), ['coverage-gained 1-9'], `${what}: nothing appeared`);
  }
  const block = (...addresses: string[]) =>
    small({
      targets: [{ target: '192.0.2.0/24', addresses, noRecord: [], errors: [] }],
      notOpen: addresses.map((address) => closedPorts(address, '1-9')),
    });
  const excluded = diffSnapshots(block(v4, '192.0.2.8'), block(v4));
  t.strictSame(kindsOf(excluded.changes), ['coverage-lost 1-9'], 'an address cut out of a block is still in it');
  t.end();
});

const places = ['192.0.2.1', '192.0.2.2', '2001:db8::1'];
const service = fc.constantFrom<Partial<OpenEntry['service']>>(
  { name: 'ssh', product: 'OpenSSH', version: '9.2' },
  { name: 'ssh', product: 'OpenSSH', version: '9.3' },
  { name: 'http', product: 'nginx' },
  { name: 'http', method: 'table' },
  {},
);
const sight = fc.oneof(
  service.map((facts) => ({ kind: 'open' as const, facts })),
  fc.constantFrom({ kind: 'closed' as const }, { kind: 'filtered' as const }),
  fc
    .constantFrom('ERR_NO_ROUTE' as const, 'ERR_CANCELLED' as const)
    .map((code) => ({ kind: 'unknown' as const, code })),
);

/** A valid snapshot of up to three addresses and up to eight ports of each. */
const anySnapshot: fc.Arbitrary<Snapshot> = fc
  .record({
    addresses: fc.subarray(places, { minLength: 1 }),
    ports: fc.subarray([1, 2, 3, 4, 5, 6, 7, 8], { minLength: 1 }),
    sights: fc.array(sight, { minLength: 24, maxLength: 24 }),
  })
  .map(({ addresses, ports, sights }) => {
    const seen = addresses.flatMap((address, row) =>
      ports.map((port, column) => ({ address, port, sight: sights[row * 8 + column] ?? { kind: 'closed' as const } })),
    );
    const text = (port: number) => String(port);
    return snapshotOf({
      asked: { ports: ports.join(','), families: [4, 6] },
      targets: [{ target: host, addresses, noRecord: [], errors: [] }],
      open: seen.flatMap(({ address, port, sight }) =>
        sight.kind === 'open' ? [openPort(address, port, { service: sight.facts })] : [],
      ),
      notOpen: seen.flatMap(({ address, port, sight }) => {
        if (sight.kind === 'closed') return [closedPorts(address, text(port))];
        return sight.kind === 'filtered' ? [filteredPorts(address, text(port))] : [];
      }),
      unknown: seen.flatMap(({ address, port, sight }) =>
        sight.kind === 'unknown' ? [unknownPorts(address, text(port), sight.code)] : [],
      ),
    });
  });

t.test('properties of every comparison', (t) => {
  const opposite: Readonly<Record<string, string>> = {
    opened: 'closed',
    closed: 'opened',
    'became-filtered': 'became-closed',
    'became-closed': 'became-filtered',
    'address-appeared': 'address-vanished',
    'address-vanished': 'address-appeared',
    'coverage-lost': 'coverage-gained',
    'coverage-gained': 'coverage-lost',
    'identification-lost': 'identification-gained',
    'identification-gained': 'identification-lost',
  };
  const signature = (change: Change, kind: string) =>
    [kind, change.address, 'port' in change ? change.port : '', 'ports' in change ? change.ports : ''].join(' ');
  fc.assert(
    fc.property(anySnapshot, anySnapshot, (a, b) => {
      const again = parseSnapshot(formatJson(a), 'a.json');
      if (diffSnapshots(a, again).changes.length > 0) return false;
      const there = diffSnapshots(a, b);
      const back = diffSnapshots(b, a);
      const mirrored = back.changes.map((change) => signature(change, opposite[change.kind] ?? change.kind));
      t.strictSame(mirrored.sort(), there.changes.map((change) => signature(change, change.kind)).sort());
      const observed = new Set(
        [...b.open, ...b.notOpen].map((entry) => `${entry.address} ${'port' in entry ? entry.port : entry.ports}`),
      );
      return there.changes.every(
        (change) => change.kind !== 'closed' || observed.has(`${change.address} ${change.port}`),
      );
    }),
  );
  t.end();
});

t.test('a comparison as text and as JSON', (t) => {
  const diff = diffSnapshots(storyFailing(), storyClosed());
  t.equal(
    formatDiff(diff, { colour: false, width: 80 }),
    [
      'DIFFERENT: 2 endpoints no longer open.',
      'from  2026-01-01 00:00:00 UTC, seen from internet, fail: offsite7.example.org',
      'to    2026-01-01 00:00:00 UTC, seen from internet, pass: offsite7.example.org',
      '',
      'No longer open',
      '  192.0.2.7:3306      closed (conn-refused); was mysql, MySQL 5.1.73',
      '  [2001:db8::7]:3306  closed (conn-refused); was mysql, MySQL 5.1.73',
      '',
    ].join('\n'),
  );
  t.match(JSON.parse(formatDiffJson(diff)), {
    format: 'exposcan-diff',
    version: 1,
    outcome: 'different',
    from: { vantage: 'internet', verdict: 'fail' },
    to: { verdict: 'pass' },
    compared: 131070,
    changes: [{ kind: 'closed', port: 3306 }, { kind: 'closed' }],
  });
  const headline = (a: Snapshot, b: Snapshot) => formatDiff(diffSnapshots(a, b), { colour: false, width: 120 });
  t.match(headline(storyClosed(), storyClosed()), /^SAME: 131,070 endpoints are as before\.\n/);
  t.match(headline(storyFailing(), acceptsEverything()), /^COVERAGE LOST: [^.]*131,069 endpoints\s+not observed again/);
  t.match(headline(storyFailing(), neverAnswered()), /^COVERAGE LOST: no endpoint was observed in both/);
  t.match(headline(storyClosed(), { ...storyClosed(), vantage: { name: 'office', sources: [] } }), /different places/);
  t.match(formatDiff(diff, { colour: true, width: 80 }), '\x1b[');

  const everyPort = Array.from({ length: 5000 }, (_, index) => openPort(v4, index + 1));
  const flood = snapshotOf({ open: everyPort, notOpen: [closedPorts(v4, '5001-65535'), closedPorts(v6, '1-65535')] });
  const quiet = snapshotOf({ notOpen: [closedPorts(v4, '1-65535'), closedPorts(v6, '1-65535')] });
  const text = formatDiff(diffSnapshots(quiet, flood), { colour: false, width: 80 });
  t.match(text, '… and 4,950 more (see --json)');
  t.ok(text.split('\n').length < 100);
  t.end();
});

/** A document with one thing changed; `undefined` takes the key away. */
function altered(change: (document: Record<string, unknown>) => void): string {
  const document: unknown = JSON.parse(
    formatJson(small({ open: [openPort(v4, 1)], notOpen: [closedPorts(v4, '2-9')] })),
  );
  if (typeof document !== 'object' || document === null) throw new TypeError('not a document');
  const record: Record<string, unknown> = { ...document };
  change(record);
  return JSON.stringify(record);
}

t.test('a snapshot is read back as it was written, and every one of them fits the schema', (t) => {
  const all = [storyFailing, storyClosed, storyFiltered, neverAnswered, selfScan, acceptsEverything];
  for (const make of all) {
    const snapshot = make();
    t.strictSame(schemaErrors(snapshot), [], make.name);
    t.strictSame(parseSnapshot(formatJson(snapshot), 'x.json'), snapshot, make.name);
  }
  t.not(schemaErrors({ ...storyClosed(), verdict: 'fine' }).length, 0, 'the schema can refuse');
  t.end();
});

t.test('a file that is no usable snapshot is refused, with where and what was expected', (t) => {
  const set = (key: string, value: unknown) => altered((document) => (document[key] = value));
  const good = small({ open: [openPort(v4, 1)], notOpen: [closedPorts(v4, '2-9')] });
  const cases: readonly [what: string, text: string, message: RegExp][] = [
    ['empty', '', /^x\.json(:\d+:\d+)? is not a usable snapshot: expected JSON/],
    ['cut off', '{\n "format": ', /expected JSON/],
    ['position', '{\n  "format": "exposcan-snapshot",\n  oops }', /^x\.json:3:3 is not/],
    ['binary', '\x00\x1b[2J\xff', /expected JSON/],
    ['a number', '1', /written by exposcan --json/],
    ['null', 'null', /written by exposcan --json/],
    ['another document', set('format', 'nmap'), /exposcan --json.*format/],
    ['a newer version', set('version', 2), /version 2.*reads version 1. Update exposcan\.$/],
    ['a version that is none', set('version', 'one'), /version/],
    ['a missing list', set('open', undefined), /open: /],
    ['a wrong type', set('notOpen', 'none'), /notOpen: .*array/],
    ['an unknown key', set('extra', 1), /extra/],
    ['a polluting key', altered(() => undefined).replace('{', '{"__proto__":{"polluted":1},'), /__proto__/],
    ['a deep one', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, /written by exposcan --json/],
    ['a port that is none', set('open', [{ ...openPort(v4, 1), port: 0 }]), /open\[0\]\.port/],
    [
      'ports that run backwards',
      set('notOpen', [{ ...closedPorts(v4, '2-9'), ports: '9-2' }]),
      /notOpen\[0\]\.ports: .*backwards/,
    ],
    ['ports past the end', set('asked', { ports: '1-70000', families: [4] }), /asked\.ports: Port 70000/],
    [
      'a wrong count',
      set('notOpen', [{ ...closedPorts(v4, '2-9'), count: 9 }]),
      /notOpen\[0\]\.count is 9, and its ports are 8/,
    ],
    ['a gap', set('notOpen', [closedPorts(v4, '3-9')]), /must add up to the ports asked for, 1-9, and hold 1,3-9/],
    ['a surplus', set('notOpen', [closedPorts(v4, '2-10')]), /must add up.*1-9, and hold 1-10/],
    [
      'an overlap',
      set('notOpen', [closedPorts(v4, '1-9')]),
      /open\[0\] and notOpen\[0\] both hold port 1 of 192\.0\.2\.7/,
    ],
    [
      'an address unaccounted for',
      set('targets', [{ ...good.targets[0], addresses: [v4, v6] }]),
      /2001:db8::7.*and hold none/,
    ],
    ['a name for an address', set('open', [openPort(host, 1)]), /expected an IP address, found "offsite7/],
    ['an address spelt otherwise', set('open', [openPort('2001:DB8::7', 1)]), /expected 2001:db8::7, found/],
    [
      'an address that is lax',
      set('open', [openPort('127.1', 1)]),
      /open\[0\]: expected an IP address, found "127\.1"/,
    ],
    ['a list longer than all ports', set('asked', { ports: '1,'.repeat(200_000) + '1', families: [4] }), /longer than/],
    [
      'more ports than there are',
      set('unknown', Array(9).fill(unknownPorts(v4, '1-9999', 'ERR_LOCAL'))),
      /is given 90000 ports/,
    ],
    ['millions of misfits', set('unknown', Array(1_000_000).fill(0)), /unknown\[0\]: .*object, received number\.$/],
    [
      'misfits within a misfit',
      set('targets', [{ ...good.targets[0], addresses: [v4, 7, 7] }]),
      /targets\[0\]\.addresses\[1\]: /,
    ],
    ['controls in a value', set('\x1b[2J', 1), /\\x1b\[2J/],
    ['too large', ' '.repeat(64 * 1024 * 1024 + 1), /67108865 bytes.*67108864/],
  ];
  for (const [what, text, message] of cases) {
    try {
      parseSnapshot(text, 'x.json');
      t.fail(`${what} was read`);
    } catch (error) {
      t.ok(error instanceof ExposcanError && error.code === 'ERR_SNAPSHOT_INVALID', what);
      t.match(error, { message }, what);
      t.notMatch(String(error), /[\x00-\x1f\x7f]/, `${what}: the message is printable`);
    }
  }
  t.notOk('polluted' in {}, 'no prototype was touched');
  t.end();
});
