import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import t from 'tap';
import { ExposcanError } from '../src/model/errors.js';
import { diffJsonSchema, diffOutcome, diffSchema, type Change, type ChangeKind } from '../src/model/diff.js';
import { parseSnapshot } from '../src/model/read-snapshot.js';
import type { OpenEntry, Snapshot } from '../src/model/snapshot.js';
import { applyDiff } from '../src/history/diff/apply-diff.js';
import { compareViews, type Comparison } from '../src/history/diff/compare-views.js';
import { diffSnapshots } from '../src/history/diff/diff-snapshots.js';
import { viewOf } from '../src/history/diff/view.js';
import { formatDiffMarkdown } from '../src/report/diff/markdown.js';
import { formatDiff } from '../src/report/diff/table.js';
import { jsonText } from '../src/report/json.js';
import { arbitraryPair, certificateOf } from './fixtures/snapshot-pairs.js';
import { naiveDiff, plainly } from './fixtures/naive-diff.js';
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

const allKinds = Object.keys({
  opened: true,
  closed: true,
  'became-filtered': true,
  'became-closed': true,
  'service-changed': true,
  'version-changed': true,
  'tls-version-changed': true,
  'certificate-changed': true,
  'address-appeared': true,
  'address-vanished': true,
  'coverage-lost': true,
  'coverage-gained': true,
  'identification-lost': true,
  'identification-gained': true,
  'reason-changed': true,
  'still-unobserved': true,
  'details-changed': true,
} satisfies Record<ChangeKind, true>);

/** Throws with what differs, which fast-check then makes small. */
function same(actual: unknown, expected: unknown, what: string): void {
  assert.deepStrictEqual({ [what]: actual }, { [what]: expected });
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
  const certificate = (fingerprint256: string, version = 'TLSv1.3'): Partial<OpenEntry> => ({
    tls: { version, certificate: certificateOf(fingerprint256) },
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
      'another reason for the same state',
      small({ notOpen: [closedPorts(v4, '1-9')] }),
      small({ notOpen: [closedPorts(v4, '1-9', { reason: 'reset', method: 'syn' })] }),
      ['reason-changed 1-9'],
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
      ['identification-lost 1', 'details-changed 1'],
    ],
    [
      'an older version of TLS',
      withOpen(openPort(v4, 1, certificate('AA')), two),
      withOpen(openPort(v4, 1, certificate('AA', 'TLSv1.0')), two),
      ['tls-version-changed 1'],
    ],
    [
      'the same service, inside TLS now',
      withOpen(openPort(v4, 1, { service: { name: 'http' } }), two),
      withOpen(openPort(v4, 1, { service: { name: 'http', tunnel: 'tls' }, ...certificate('AA') }), two),
      ['service-changed 1', 'details-changed 1'],
    ],
    [
      'a title that changes daily',
      withOpen(openPort(v4, 1, { service: { name: 'http', extraInfo: 'Monday' } }), two),
      withOpen(openPort(v4, 1, { service: { name: 'http', extraInfo: 'Tuesday' } }), two),
      ['details-changed 1'],
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
  t.equal(
    diffOutcome(gained),
    'coverage-lost',
    'an open port seen for the first time: whether it was opened is not known',
  );
  const shut = small({ notOpen: [closedPorts(v4, '2-9')] });
  t.equal(diffOutcome(diffSnapshots(narrowed, shut)), 'same', 'closed ports seen for the first time are no difference');

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
  const moved = {
    address: v6,
    target: host,
    targets: [host],
    open: '1',
    found: {
      open: [{ port: 1, reason: 'conn-accepted', service: { name: 'unknown', method: 'probed' } }],
      notOpen: [{ state: 'closed', reason: 'conn-refused', ports: '2-9' }],
      unknown: [],
    },
  };
  t.strictSame(diffSnapshots(two, one).changes, [{ kind: 'address-vanished', ...moved }]);
  t.strictSame(diffSnapshots(one, two).changes, [{ kind: 'address-appeared', ...moved }]);
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
  const named = (...pairs: readonly (readonly [string, string[]])[]) => {
    const addresses = [...new Set(pairs.flatMap(([, all]) => all))];
    return small({
      targets: pairs.map(([target, all]) => ({ target, addresses: all, noRecord: [], errors: [] })),
      notOpen: addresses.map((address) => closedPorts(address, '1-9')),
    });
  };
  const [www, mail] = ['www.example.org', 'mail.example.org'];
  const movesOf = (a: Snapshot, b: Snapshot) =>
    diffSnapshots(a, b).changes.map((change) =>
      'targets' in change
        ? `${change.kind} ${change.address} ${change.targets.join()} ${change.found === undefined ? 'compared' : 'whole'}`
        : change.kind,
    );
  const moves: readonly [what: string, a: Snapshot, b: Snapshot, expected: readonly string[]][] = [
    [
      'two names leave an address at once',
      named([www, [v4, v6]], [mail, [v4, v6]]),
      named([www, [v4]], [mail, [v4]]),
      [`address-vanished ${v6} ${mail},${www} whole`],
    ],
    [
      'one of two names leaves an address',
      named([www, [v4, v6]], [mail, [v4, v6]]),
      named([www, [v4]], [mail, [v4, v6]]),
      [`address-vanished ${v6} ${www} compared`],
    ],
    [
      'an address passes from one name to another',
      named([www, [v4, v6]], [mail, [v4]]),
      named([www, [v4]], [mail, [v4, v6]]),
      [`address-vanished ${v6} ${www} compared`, `address-appeared ${v6} ${mail} compared`],
    ],
    [
      'a name leaves an address that was also asked for by itself, and is no more',
      named([www, [v4, v6]], [v6, [v6]]),
      named([www, [v4]]),
      [`address-vanished ${v6} ${www} compared`, 'coverage-lost'],
    ],
    [
      'a name leaves an address that another has by then, where no port is asked for',
      named([www, [v4, v6]]),
      { ...named([www, [v4]], [mail, [v6]]), asked: { ports: '', families: [4, 6] }, notOpen: [] },
      ['coverage-lost', `address-vanished ${v6} ${www} compared`, 'coverage-lost'],
    ],
    [
      'another spelling of a name is the same name',
      named([www, [v4, v6]]),
      named(['WWW.Example.org.', [v4]]),
      [`address-vanished ${v6} ${www} whole`],
    ],
  ];
  for (const [what, a, b, expected] of moves) t.strictSame(movesOf(a, b), expected, what);

  const failed = small({
    targets: targets([v4], [{ family: 6, code: 'ERR_LOOKUP_FAILED', message: 'SERVFAIL' }]),
    notOpen: closed,
  });
  const unheard = diffSnapshots(one, failed);
  t.strictSame(unheard.changes, []);
  t.equal(unheard.outcome, 'coverage-lost', 'a name that may have got an address of the family by now');
  t.match(formatDiff(unheard, { colour: false, width: 100 }), /1 name not looked\s+up again[^]*its IPv6 addresses/);
  t.equal(diffSnapshots(failed, one).outcome, 'same');
  t.equal(diffSnapshots(failed, failed).outcome, 'same', 'what was not known before was not lost');

  const block = (...addresses: string[]) =>
    small({
      targets: [{ target: '192.0.2.0/24', addresses, noRecord: [], errors: [] }],
      notOpen: addresses.map((address) => closedPorts(address, '1-9')),
    });
  const excluded = diffSnapshots(block(v4, '192.0.2.8'), block(v4));
  t.strictSame(kindsOf(excluded.changes), ['coverage-lost 1-9'], 'an address cut out of a block is still in it');
  t.end();
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
  const mirrored = (line: string) => {
    const [kind = '', ...rest] = line.split(' ');
    return [opposite[kind] ?? kind, ...rest].join(' ');
  };
  const differing = ({ names, targetChanges, changes }: Comparison) => ({ names, targetChanges, changes });
  const nothing = { names: [], targetChanges: [], changes: [] };
  const met = new Set<string>();
  fc.assert(
    fc.property(arbitraryPair, ([a, b]) => {
      const [before, after] = [viewOf(a), viewOf(b)];
      const again = parseSnapshot(jsonText(a), 'a.json');
      same(viewOf(again), before, 'a view knows nothing that the document does not hold');
      same(differing(diffSnapshots(a, again)), nothing, 'diff(a, a) is empty');

      const there = diffSnapshots(a, b);
      const written = diffSchema.parse(JSON.parse(jsonText(there)));
      same(written, there, 'the document holds the whole diff, and fits the schema');
      const applied = applyDiff(before, written);
      same(applied, after, 'apply(a, diff(a, b)) = b');
      same(differing(compareViews(applied, after)), nothing, 'diff(apply(a, d), b) is empty');

      const plain = plainly(there);
      same(plain, naiveDiff(a, b), 'it says what one finds port by port');
      same(
        plainly(diffSnapshots(b, a)).changes,
        plain.changes.map(mirrored).sort(),
        'the other way round is the opposite',
      );
      for (const { kind } of [...there.changes, ...there.targetChanges]) met.add(kind);
    }),
    { numRuns: 1000 },
  );
  t.strictSame(
    [...met].sort(),
    [...allKinds, 'target-added', 'target-changed', 'target-dropped'].sort(),
    'every kind was met',
  );
  t.end();
});

t.test('a diff of another snapshot is not applied', (t) => {
  const diff = diffSnapshots(storyClosed(), { ...storyClosed(), open: [] });
  t.match(diff.changes, [{ kind: 'coverage-lost' }, { kind: 'coverage-lost' }]);
  const ssh = (version: string) => small({ open: [openPort(v4, 1, { service: { name: 'ssh', version } })] });
  const upgrade = diffSnapshots(ssh('9.2'), ssh('9.3'));
  const shut = viewOf(small({ notOpen: [closedPorts(v4, '1-9')] }));
  t.throws(() => applyDiff(shut, upgrade), { code: 'ERR_USAGE', message: /port 1 of 192\.0\.2\.7 to be open/ });
  const otherwise = diffSnapshots(
    small({ notOpen: [closedPorts(v4, '1-9')] }),
    small({ notOpen: [closedPorts(v4, '1-9', { reason: 'reset' })] }),
  );
  const silent = viewOf(small({ notOpen: [filteredPorts(v4, '1-9')] }));
  t.throws(() => applyDiff(silent, otherwise), {
    code: 'ERR_USAGE',
    message: /ports 1-9 of 192\.0\.2\.7 to be closed/,
  });
  t.end();
});

t.test('what casts doubt on a comparison is said in the document, the table and the ticket', (t) => {
  const closed = storyClosed();
  const from = (name: string, ...sources: string[]) => ({ ...closed, vantage: { name, sources } });
  const looksAtItself = { ...closed, notOpen: closed.notOpen.map((entry) => ({ ...entry, self: true })) };
  const cases: readonly [what: string, a: Snapshot, b: Snapshot, codes: readonly string[], words: RegExp][] = [
    ['nothing', closed, closed, [], /^SAME/],
    ['other places', from('internet'), from('office'), ['other-vantage'], /seen from different places/],
    ['no name, and other sources', from('unnamed', '192.0.2.1'), from('unnamed'), ['other-vantage'], /Neither says/],
    ['no name, and the same sources', from('unnamed', '::1', v4), from('unnamed', v4, '::1'), [], /^SAME/],
    ['the wrong way round', { ...closed, startedAt: '2026-01-02T00:00:00.000Z' }, closed, ['wrong-order'], /Swap them/],
    ['stopped', closed, { ...closed, complete: false }, ['incomplete'], /The second was stopped/],
    [
      'both stopped',
      { ...closed, complete: false },
      { ...closed, complete: false },
      ['incomplete'],
      /Both were stopped/,
    ],
    [
      'self scans',
      selfScan(),
      selfScan(),
      ['self-scan'],
      /2 addresses were seen from the scanned machine itself: that/,
    ],
    ['one is a self scan', closed, looksAtItself, ['self-scan'], /in one of the two only/],
    ['other hosts', closed, selfScan(), ['self-scan', 'nothing-in-common'], /no address in common/],
  ];
  for (const [what, a, b, codes, words] of cases) {
    const diff = diffSnapshots(a, b);
    t.strictSame(
      diff.warnings.map(({ code }) => code),
      codes,
      what,
    );
    t.match(formatDiff(diff, { colour: false, width: 240 }).replaceAll(/\n {2}/g, ' '), words, what);
    t.match(formatDiffMarkdown(diff).replaceAll('*', ''), words, what);
  }
  t.end();
});

/** A Markdown text without its code spans (CommonMark 0.31.2, 6.1: from a run of backticks to the next of the same length). */
function outsideCode(markdown: string): string {
  let left = '';
  for (let rest = markdown; rest !== '';) {
    const open = /`+/.exec(rest);
    if (open === null) return left + rest;
    const [fence] = open;
    const inside = rest.slice(open.index + fence.length);
    const close = Array.from(inside.matchAll(/`+/g)).find(([run]) => run === fence);
    if (close === undefined) throw new Error(`a fence is not closed: ${rest.slice(open.index)}`);
    left += `${rest.slice(0, open.index)}CODE`;
    rest = inside.slice(close.index + fence.length);
  }
  return left;
}

t.test('a hostile service writes no Markdown into a ticket', (t) => {
  const about = (text: string) => {
    const service = { name: text, product: text, version: text };
    const vantage = { name: text, sources: [] };
    const targets = [{ target: `? ${text}`, addresses: [v4], noRecord: [], errors: [] }];
    const quiet = small({ targets, vantage, notOpen: [closedPorts(v4, '1-9')] });
    const tls = { version: text, certificate: certificateOf(text, text) };
    const other = { version: `${text}2`, certificate: certificateOf(`${text}2`, text) };
    const loud = small({
      targets,
      vantage,
      open: [openPort(v4, 1, { service, tls }), openPort(v4, 2, { service, tls })],
      notOpen: [closedPorts(v4, '3-9')],
    });
    const changed = small({
      targets: [...targets, { target: host, addresses: [v4], noRecord: [], errors: [] }],
      open: [openPort(v4, 2, { service: { ...service, version: `${text}2` }, tls: other })],
      notOpen: [closedPorts(v4, '1,3-9')],
    });
    return [
      [quiet, loud],
      [loud, changed],
    ] as const;
  };
  const shape = (text: string) =>
    about(text).map(([a, b]) => outsideCode(formatDiffMarkdown(diffSnapshots(a, b))).replaceAll('(empty)', 'CODE'));
  const harmless = shape('plain');
  t.match(harmless[0], /\*\*Opened\*\*\n\n- CODE: CODE, CODE; was closed \(conn-refused\)\n/);
  const texts = [
    '`',
    '``x`',
    ' ` ',
    '\n# owned\n',
    '<img src=x>',
    '[a](http://x)',
    '@igb',
    '| a |',
    '\\`',
    '\x1b[2J',
    '***',
    '',
  ];
  for (const text of texts) t.strictSame(shape(text), harmless, JSON.stringify(text));
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('`', '``', ' ', '\\', '\n', '*', '<', 'a', '\u202e') }), (text) => {
      same(shape(text), harmless, text);
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
  t.match(JSON.parse(jsonText(diff)), {
    format: 'exposcan-diff',
    version: 1,
    outcome: 'different',
    from: { vantage: 'internet', verdict: 'fail' },
    to: { verdict: 'pass' },
    compared: 131070,
    changes: [{ kind: 'closed', port: 3306 }, { kind: 'closed' }],
  });
  const misfits = new Ajv2020({ allErrors: true, formats: { 'date-time': true } }).compile(diffJsonSchema());
  for (const b of [storyClosed(), storyFiltered(), neverAnswered(), selfScan(), acceptsEverything()]) {
    misfits(JSON.parse(jsonText(diffSnapshots(storyFailing(), b))));
    t.strictSame(misfits.errors ?? [], [], 'it fits the published schema');
  }
  t.notOk(misfits({ ...diff, outcome: 'fine' }), 'which can refuse');
  const headline = (a: Snapshot, b: Snapshot) => formatDiff(diffSnapshots(a, b), { colour: false, width: 120 });
  t.match(headline(storyClosed(), storyClosed()), /^SAME: 131,070 endpoints are as before\.\n/);
  t.match(headline(storyFailing(), acceptsEverything()), /^COVERAGE LOST: [^.]*131,069 endpoints\s+not observed again/);
  t.match(headline(storyFailing(), neverAnswered()), /^COVERAGE LOST: no endpoint was observed in both/);
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
  const document: unknown = JSON.parse(jsonText(small({ open: [openPort(v4, 1)], notOpen: [closedPorts(v4, '2-9')] })));
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
    t.strictSame(parseSnapshot(jsonText(snapshot), 'x.json'), snapshot, make.name);
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
