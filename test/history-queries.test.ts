import fc from 'fast-check';
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import t, { type Test } from 'tap';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { historyCommand } from '../src/cli/history/arguments.js';
import { historyFile } from '../src/cli/state-directory.js';
import type { History } from '../src/history/history.js';
import { openHistory } from '../src/history/open-history.js';
import { lastInstantOf, wallClock } from '../src/history/references/local-time.js';
import { parseReference } from '../src/history/references/parse-reference.js';
import { resolveReference, type ReferenceOptions } from '../src/history/references/resolve-reference.js';
import { sightingsOf, type KeptScan, type SightSpan } from '../src/history/timeline/sightings.js';
import { openSince, stitch, type Run, type Sight } from '../src/history/timeline/stitch.js';
import { tenureOf } from '../src/history/timeline/tenure.js';
import type { LogVerdict } from '../src/model/log-verdict.js';
import { snapshotOfHost } from '../src/model/narrow-snapshot.js';
import { parseTarget } from '../src/model/parse-target.js';
import { accountProblem } from '../src/model/snapshot-account.js';
import { ExposcanError } from '../src/model/errors.js';
import { formatRanges, parseRanges, rangesOf, subtractRanges } from '../src/model/ports.js';
import type { Snapshot, SnapshotTarget } from '../src/model/snapshot.js';
import { timelineJsonSchema, timelineSchema, type EndpointTimeline } from '../src/model/timeline.js';
import { formatLogVerdict } from '../src/report/log-verdict.js';
import { jsonText } from '../src/report/json.js';
import {
  closedPorts,
  filteredPorts,
  findingOf,
  host,
  neverAnswered,
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

const program = fileURLToPath(new URL('../bin/exposcan.js', import.meta.url));

const open = (version: string): Sight => ({
  state: 'open',
  reason: 'syn-ack',
  service: { name: 'mysql', product: 'MySQL', version, method: 'probed' },
});
const closed: Sight = { state: 'closed', reason: 'reset' };
const filtered: Sight = { state: 'filtered', reason: 'no-response' };
const unknown: Sight = { state: 'unknown', code: 'ERR_NO_ROUTE' };
const sights: readonly Sight[] = [open('5.1.73'), open('5.1.74'), closed, filtered, unknown];

/** One scan of one series, as it happened. */
interface Happened {
  readonly series: number;
  /** Milliseconds since the scan before, in any series. */
  readonly after: number;
  /** How long after its start it saw the endpoint. */
  readonly delay: number;
  readonly sight: Sight;
  readonly isKept: boolean;
}

interface Told extends Happened {
  readonly scan: number;
  readonly begun: number;
  readonly seen: number;
}

const happened = fc.record({
  series: fc.nat(2),
  after: fc.nat(50),
  delay: fc.nat(20),
  sight: fc.constantFrom(...sights),
  isKept: fc.boolean(),
});

function timesOf(scans: readonly Happened[]): Told[] {
  let begun = 1000;
  return scans.map((each, index) => {
    begun += each.after;
    // Of what is not open, the start of the scan is all that is told.
    return { ...each, scan: 3 * index + 1, begun, seen: each.sight.state === 'open' ? begun + each.delay : begun };
  });
}

/** What the store keeps of a series: spans, without those that no kept scan lies in. */
function spansOf(scans: readonly Told[]): SightSpan[] {
  const spans: (SightSpan & { kept: boolean })[] = [];
  for (const { scan, seen, sight, isKept } of scans) {
    const last = spans.at(-1);
    if (last !== undefined && isDeepStrictEqual(last.sight, sight)) {
      spans[spans.length - 1] = { ...last, lastScan: scan, lastSeen: seen, kept: last.kept || isKept };
    } else {
      spans.push({ firstScan: scan, lastScan: scan, firstSeen: seen, lastSeen: seen, sight, kept: isKept });
    }
  }
  return spans.filter(({ kept }) => kept);
}

function keptOf(scans: readonly Told[]): KeptScan[] {
  return scans.filter(({ isKept }) => isKept).map(({ scan, begun }) => ({ scan, begun }));
}

/** One scan after the other, without any spans. */
function naive(scans: readonly Told[]): Run[] {
  const runs: Run[] = [];
  for (const { sight, seen } of scans) {
    const last = runs.at(-1);
    if (last !== undefined && JSON.stringify(last.sight) === JSON.stringify(sight)) {
      runs[runs.length - 1] = {
        sight,
        first: Math.min(last.first, seen),
        last: Math.max(last.last, seen),
        scans: last.scans + 1,
      };
    } else {
      runs.push({ sight, first: seen, last: seen, scans: 1 });
    }
  }
  return runs;
}

function naiveSince(scans: readonly Told[]): { first: number; notBefore?: number } | undefined {
  let since: { first: number; notBefore?: number } | undefined;
  let notBefore: number | undefined;
  for (const { sight, seen } of scans) {
    if (sight.state === 'unknown') continue;
    if (sight.state === 'open') {
      since ??= { first: seen, ...(notBefore === undefined ? {} : { notBefore }) };
      continue;
    }
    since = undefined;
    notBefore = seen;
  }
  return since;
}

function stitched(scans: readonly Told[]): Run[] {
  const series = [0, 1, 2].map((number) => scans.filter((each) => each.series === number));
  return stitch(series.map((own) => sightingsOf(spansOf(own), keptOf(own))));
}

t.test('stretches: spans of several series say what a look at one scan after the other says', (t) => {
  // When an open port was seen in the midst of a span is not kept: the start of the scan stands for it.
  const exact = fc.array(happened.map((each) => ({ ...each, delay: 0, isKept: true })));
  fc.assert(
    fc.property(exact, (list) => {
      const scans = timesOf(list);
      assert.deepStrictEqual(stitched(scans), naive(scans));
    }),
  );
  fc.assert(
    fc.property(fc.array(happened), (list) => {
      const scans = timesOf(list.map((each) => ({ ...each, isKept: true })));
      const [runs, expected] = [stitched(scans), naive(scans)];
      assert.deepStrictEqual(
        runs.map((run) => [run.sight, run.scans]),
        expected.map((run) => [run.sight, run.scans]),
      );
      assert.ok(
        runs.every(({ first, last }, at) => {
          const run = expected[at];
          // Told to within the duration of one scan, and never later.
          return run !== undefined && first <= run.first && run.first - first <= 20 && run.last - last <= 20;
        }),
      );
    }),
  );
  t.end();
});

t.test('stretches: what a kept scan lies in is known from its first sight on, whatever retention took out', (t) => {
  fc.assert(
    fc.property(fc.array(happened.map((each) => ({ ...each, series: 0, delay: 0 }))), (list) => {
      const scans = timesOf(list);
      const runs = naive(scans).filter(({ first, last, sight }) =>
        scans.some((each) => each.isKept && each.sight === sight && each.seen >= first && each.seen <= last),
      );
      const told = stitched(scans);
      // Two that were parted by a stretch of which nothing is left become one.
      const merged = runs.filter((run, at) => at === 0 || runs[at - 1]?.sight !== run.sight);
      assert.deepStrictEqual(
        told.map(({ sight, first }) => [sight, first]),
        merged.map(({ sight, first }) => [sight, first]),
      );
      assert.equal(
        told.reduce((sum, run) => sum + run.scans, 0),
        scans.filter(({ isKept }) => isKept).length,
      );
    }),
  );
  t.end();
});

t.test('open since: unknown in between does not end it, closed and filtered do', (t) => {
  fc.assert(
    fc.property(fc.array(happened.map((each) => ({ ...each, delay: 0, isKept: true }))), (list) => {
      const scans = timesOf(list);
      assert.deepStrictEqual(openSince(stitched(scans)), naiveSince(scans));
    }),
  );
  const run = (sight: Sight, first: number, last: number): Run => ({ sight, first, last, scans: 1 });
  const rows: readonly [string, readonly Run[], ReturnType<typeof openSince>][] = [
    ['never seen', [], undefined],
    ['only unknown', [run(unknown, 1, 2)], undefined],
    ['open from the start', [run(open('5'), 1, 2)], { first: 1 }],
    [
      'a new version is no new opening',
      [run(closed, 1, 2), run(open('5'), 3, 4), run(open('6'), 5, 6)],
      { first: 3, notBefore: 2 },
    ],
    [
      'unknown between',
      [run(closed, 1, 2), run(unknown, 3, 4), run(open('5'), 5, 6), run(unknown, 7, 8), run(open('5'), 9, 9)],
      { first: 5, notBefore: 2 },
    ],
    ['unknown last', [run(open('5'), 1, 2), run(unknown, 3, 4)], { first: 1 }],
    ['closed last, then unknown', [run(open('5'), 1, 2), run(closed, 3, 4), run(unknown, 5, 6)], undefined],
    ['filtered ends it', [run(open('5'), 1, 2), run(filtered, 3, 4), run(open('5'), 5, 6)], { first: 5, notBefore: 4 }],
  ];
  for (const [what, runs, expected] of rows) t.strictSame(openSince(runs), expected, what);
  t.end();
});

t.test('tenure: an address is a host’s from the scan that found it there to the one that found another', (t) => {
  const found = (addresses: string[], errors: SnapshotTarget['errors'] = []): SnapshotTarget => ({
    target: host,
    addresses,
    noRecord: [],
    errors,
  });
  const error = (code: SnapshotTarget['errors'][number]['code'], family?: 4 | 6) => ({
    code,
    message: '',
    ...(family === undefined ? {} : { family }),
  });
  const tenure = (...targets: SnapshotTarget[]) => {
    const holds = tenureOf(
      v4,
      targets.map((target, index) => ({ begun: 10 * index, target })),
    );
    return [-5, 5, 15, 25].map((time) => (holds(time) ? 'x' : '.')).join('');
  };
  t.equal(tenure(found([v4])), 'xxxx', 'before the first scan too');
  t.equal(tenure(found([v6]), found([v4])), '..xx', 'it was not there at first');
  t.equal(tenure(found([v4]), found([v6])), 'xx..');
  t.equal(tenure(found([v4]), found([v6]), found([v4, v6])), 'xx.x');
  t.equal(tenure(found([v4]), found([], [error('ERR_LOOKUP_FAILED')])), 'xxxx', 'a failed lookup proves nothing');
  t.equal(tenure(found([v4]), found([v6], [error('ERR_FAMILY_NOT_SCANNED', 4)])), 'xxxx', 'nor a family left out');
  t.equal(tenure(found([v4]), found([], [error('ERR_LOOKUP_FAILED', 6)])), 'xx..', 'the other family says nothing');
  t.equal(tenure(found([v4]), found([], [error('ERR_NAME_NOT_FOUND')])), 'xx..', 'the name is gone');
  t.end();
});

t.test('where the history is kept', (t) => {
  const home = () => '/home/of-user';
  const rows: readonly [NodeJS.ProcessEnv, string][] = [
    [{ XDG_STATE_HOME: '/state', HOME: '/home/igb' }, '/state/exposcan/history.db'],
    [{ HOME: '/home/igb' }, '/home/igb/.local/state/exposcan/history.db'],
    [{ XDG_STATE_HOME: '', HOME: '/home/igb' }, '/home/igb/.local/state/exposcan/history.db'],
    [{ XDG_STATE_HOME: 'state', HOME: '/home/igb' }, '/home/igb/.local/state/exposcan/history.db'],
    [{}, '/home/of-user/.local/state/exposcan/history.db'],
    [{ HOME: '' }, '/home/of-user/.local/state/exposcan/history.db'],
    [{ HOME: '.' }, '/home/of-user/.local/state/exposcan/history.db'],
  ];
  for (const [environment, expected] of rows) {
    t.equal(historyFile(undefined, environment, home), expected, JSON.stringify(environment));
    t.equal(historyFile('mine.db', environment, home), 'mine.db');
  }
  t.throws(() => historyFile('', {}, home), { code: 'ERR_USAGE' });
  const nobody = () => {
    throw new Error('no such user');
  };
  t.throws(() => historyFile(undefined, {}, nobody), { code: 'ERR_HISTORY', message: /no such user.*--history/ });
  t.throws(() => historyFile(undefined, {}, () => ''), { code: 'ERR_HISTORY', message: /--history/ });
  t.end();
});

t.test('references: what can be said, and what cannot', (t) => {
  const day = Date.UTC(2026, 10, 20);
  const at = (hours: number, minutes = 0) => day + hours * 3_600_000 + minutes * 60_000;
  const rows: readonly [string, string, object][] = [
    ['offsite7.example.org@latest', 'name', { kind: 'latest' }],
    ['offsite7.example.org@PREVIOUS', 'name', { kind: 'previous' }],
    ['offsite7.example.org.@today', 'name', { kind: 'days-ago', days: 0 }],
    ['192.0.2.7@yesterday', 'address', { kind: 'days-ago', days: 1 }],
    ['2001:db8::7@2026-11-20', 'address', { kind: 'wall-clock', from: day, until: at(24) - 1 }],
    ['[2001:db8::7]@2026-11-20T03:00', 'address', { kind: 'wall-clock', from: at(3), until: at(3) }],
    ['192.0.2.0/24@2026-11-20T03:00:30.5Z', 'block', { kind: 'instant', instant: at(3) + 30_500 }],
    ['192.0.2.1-9@2026-11-20T03:00+05:30', 'range', { kind: 'instant', instant: at(-2, -30) }],
    ['fe80::1%eth0@2026-11-20T03:00-0800', 'address', { kind: 'instant', instant: at(11) }],
    ['a@12h', 'name', { kind: 'ago', milliseconds: 12 * 3_600_000 }],
    ['a@7d', 'name', { kind: 'ago', milliseconds: 7 * 86_400_000 }],
    ['a@2w', 'name', { kind: 'ago', milliseconds: 14 * 86_400_000 }],
    ['a@#12', 'name', { kind: 'number', id: 12 }],
  ];
  for (const [text, kind, which] of rows) {
    t.match(parseReference(text), { text, host: { kind }, which }, text);
  }
  t.equal(parseReference('before.json'), undefined);
  const wrong: readonly [string, RegExp][] = [
    ['a@lastest', /Did you mean latest\?/],
    ['a@12', /Did you mean #12\?/],
    ['a@', /expected HOST@WHICH/],
    ['@latest', /expected HOST@WHICH/],
    ['a@3m', /an age \(12h, 7d, 2w\)/],
    ['a@2026-02-30', /a day \(2026-11-20\)/],
    ['a@2026-11-20T24:00', /a time/],
    ['a@2026-11-20T03:00\u001b[2J', /\\x1b\[2J/],
    ['a@__proto__', /does not name a scan/],
    ['a@#-1', /#12/],
  ];
  for (const [text, message] of wrong) {
    t.throws(() => parseReference(text), { code: 'ERR_USAGE', message }, text);
  }
  t.throws(() => parseReference('http://a/@latest'), { code: 'ERR_BAD_TARGET' });
  const words = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(words, words, (before, after) => {
      try {
        assert.notEqual(parseReference(`${before}@${after}`), undefined);
      } catch (error) {
        assert.match(error instanceof ExposcanError ? error.code : String(error), /^ERR_(USAGE|BAD_TARGET)$/);
      }
    }),
  );
  t.end();
});

t.test('local time: hours that come twice or not at all, in zones of all kinds', (t) => {
  const wall = (text: string) => Date.parse(`${text}Z`);
  const rows: readonly [zone: string, wall: string, instant: string][] = [
    ['UTC', '2026-11-20T03:00:00.000', '2026-11-20T03:00:00.000Z'],
    ['Asia/Kolkata', '2026-11-20T03:00:00.000', '2026-11-19T21:30:00.000Z'],
    ['Pacific/Chatham', '2026-11-20T03:00:00.000', '2026-11-19T13:15:00.000Z'],
    // Skipped: over when it was skipped.
    ['Europe/Berlin', '2026-03-29T02:30:00.000', '2026-03-29T00:59:59.999Z'],
    ['Europe/Berlin', '2026-03-29T03:00:00.000', '2026-03-29T01:00:00.000Z'],
    // Twice: over when the second is.
    ['Europe/Berlin', '2026-10-25T02:30:00.000', '2026-10-25T01:30:00.000Z'],
    ['Europe/Berlin', '2026-10-25T23:59:59.999', '2026-10-25T22:59:59.999Z'],
    ['America/New_York', '2026-03-08T02:00:00.000', '2026-03-08T06:59:59.999Z'],
    // Half an hour of summer time.
    ['Australia/Lord_Howe', '2026-04-05T01:45:00.000', '2026-04-04T15:15:00.000Z'],
    // A day that begins at one, because midnight is skipped.
    ['Africa/Cairo', '2026-04-23T23:59:59.999', '2026-04-23T21:59:59.999Z'],
    ['Africa/Cairo', '2026-04-24T00:30:00.000', '2026-04-23T21:59:59.999Z'],
    // A day that never was.
    ['Pacific/Apia', '2011-12-30T12:00:00.000', '2011-12-30T09:59:59.999Z'],
  ];
  for (const [zone, shown, instant] of rows) {
    t.equal(new Date(lastInstantOf(wall(shown), zone)).toISOString(), instant, `${shown} in ${zone}`);
  }
  const zones = [
    'UTC',
    'Europe/Berlin',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'Africa/Casablanca',
    'America/Havana',
  ];
  const minute = 60_000;
  const anyMinute = fc
    .integer({ min: Date.UTC(1990) / minute, max: Date.UTC(2040) / minute })
    .map((count) => count * minute);
  fc.assert(
    fc.property(anyMinute, fc.constantFrom(...zones), (shown, zone) => {
      const last = lastInstantOf(shown, zone);
      assert.ok(wallClock(last, zone) <= shown);
      // Zones move by a day at most.
      for (let ahead = minute; ahead <= 26 * 60 * minute; ahead += 15 * minute)
        assert.ok(wallClock(last + ahead, zone) > shown);
    }),
    { numRuns: 50 },
  );
  t.end();
});

/** Days after 2026-01-01T00:00Z; a scan of that time takes 22 seconds. */
function onDay(day: number, snapshot: Snapshot): Snapshot {
  const later = (time: string) => new Date(Date.parse(time) + day * 86_400_000).toISOString();
  const observed = <T extends { observedAt: string }>(entry: T) => ({ ...entry, observedAt: later(entry.observedAt) });
  return {
    ...snapshot,
    startedAt: later(snapshot.startedAt),
    finishedAt: later(snapshot.finishedAt),
    open: snapshot.open.map(observed),
    notOpen: snapshot.notOpen.map(observed),
  };
}

function targetOf(target: string, addresses: string[], parts: Partial<SnapshotTarget> = {}): SnapshotTarget {
  return { target, addresses, noRecord: [], errors: [], ...parts };
}

/** A scan of a few ports of one address, of which these are open. */
function lookAt(address: string, ports: string, openOnes: readonly number[], parts: Partial<Snapshot> = {}): Snapshot {
  const rest = formatRanges(subtractRanges(parseRanges(ports), rangesOf(openOnes)));
  return snapshotOf({
    asked: { ports, families: [4, 6] },
    targets: [targetOf(address, [address])],
    open: openOnes.map((port) => openPort(address, port)),
    notOpen: rest === '' ? [] : [closedPorts(address, rest)],
    ...parts,
  });
}

async function historyOf(t: Test, snapshots: readonly Snapshot[]): Promise<History> {
  const history = await openHistory(join(t.testdir(), 'history.db'));
  t.teardown(() => history.close());
  for (const snapshot of snapshots) await history.record(snapshot);
  return history;
}

/** `open 2 scans, 2026-01-01 to 2026-01-02`. */
function toldOf({ stretches }: EndpointTimeline): string[] {
  return stretches.map(
    ({ state, scans, first, last }) => `${state} ${scans}: ${first.slice(0, 10)} to ${last.slice(0, 10)}`,
  );
}

t.test('timeline: the story, on both families, in every spelling of the host', async (t) => {
  const history = await historyOf(t, [
    onDay(0, storyFailing()),
    onDay(1, storyFailing()),
    onDay(2, storyClosed()),
    onDay(3, storyFiltered()),
    onDay(4, storyFailing()),
  ]);
  const isValid = new Ajv2020({ formats: { 'date-time': true } }).compile(timelineJsonSchema());
  for (const spelling of [host, `${host}.`, host.toUpperCase()]) {
    const timeline = await history.timeline(spelling, { port: 3306 });
    t.same([timeline.host, timeline.port, timeline.scans], [spelling, 3306, 5]);
    t.equal(timelineSchema.safeParse(timeline).success, true);
    t.equal(isValid(timeline), true, 'by the published schema too');
    t.same(
      timeline.endpoints.map(({ address }) => address),
      [v4, v6],
    );
    for (const endpoint of timeline.endpoints) {
      t.same(toldOf(endpoint), [
        'open 2: 2026-01-01 to 2026-01-02',
        'closed 1: 2026-01-03 to 2026-01-03',
        'filtered 1: 2026-01-04 to 2026-01-04',
        'open 1: 2026-01-05 to 2026-01-05',
      ]);
      t.match(endpoint, {
        firstOpen: '2026-01-01T00:00:05.000Z',
        lastOpen: '2026-01-05T00:00:05.000Z',
        openSince: { first: '2026-01-05T00:00:05.000Z', notBefore: '2026-01-04T00:00:00.000Z' },
      });
    }
  }
  const one = await history.timeline('[2001:DB8:0::7]', {});
  t.same(
    one.endpoints.map(({ address, port }) => `${address} ${port}`),
    [22, 53, 443, 3306].map((port) => `${v6} ${port}`),
  );
  t.same((await history.timeline(host, { port: 25 })).endpoints.map(toldOf), [
    ['closed 5: 2026-01-01 to 2026-01-05'],
    ['closed 5: 2026-01-01 to 2026-01-05'],
  ]);
  await t.rejects(history.timeline('ofsite7.example.org', {}), {
    code: 'ERR_NOT_IN_HISTORY',
    message: /Did you mean offsite7\.example\.org\?/,
  });
  await t.rejects(history.timeline(host, { vantage: 'interet' }), {
    code: 'ERR_NOT_IN_HISTORY',
    message: /Did you mean internet\?/,
  });
  await t.rejects(history.timeline('10.1', {}), { code: 'ERR_BAD_TARGET' });
  t.same(await history.hosts(), [
    {
      host,
      vantage: 'internet',
      scans: 5,
      first: '2026-01-01T00:00:00.000Z',
      last: '2026-01-05T00:00:00.000Z',
      open: 8,
      verdict: 'fail',
    },
  ]);
});

t.test('timeline: a port that the latest scans did not ask for is not closed', async (t) => {
  const history = await historyOf(t, [
    onDay(0, lookAt(v4, '1-1000', [22, 443])),
    onDay(1, lookAt(v4, '22', [22])),
    onDay(2, lookAt(v4, '22', [])),
    onDay(3, lookAt(v4, '1-1000', [22])),
    onDay(4, lookAt(v4, '22', [22])),
  ]);
  const [ssh, https, ...more] = (await history.timeline(v4, {})).endpoints;
  t.same(more, []);
  t.ok(ssh !== undefined && https !== undefined);
  if (ssh === undefined || https === undefined) return;
  t.same(toldOf(ssh), [
    'open 2: 2026-01-01 to 2026-01-02',
    'closed 1: 2026-01-03 to 2026-01-03',
    'open 2: 2026-01-04 to 2026-01-05',
  ]);
  t.same(toldOf(https), ['open 1: 2026-01-01 to 2026-01-01', 'closed 1: 2026-01-04 to 2026-01-04']);
  const [never] = (await history.timeline(v4, { port: 8080 })).endpoints;
  t.equal(never, undefined, 'nobody looked');
});

t.test(
  'timeline: what the addresses of a name were while they were its own, and what the others knew of them',
  async (t) => {
    const [old, now] = ['192.0.2.8', '192.0.2.9'];
    const named = (address: string, openOnes: number[]) =>
      lookAt(address, '22,80', openOnes, { targets: [targetOf('www.example.org', [address])] });
    const history = await historyOf(t, [
      onDay(0, lookAt(old, '22,80', [22], { targets: [targetOf('192.0.2.8/31', [old])] })),
      onDay(1, named(old, [22])),
      onDay(2, lookAt(old, '22,80', [22, 80], { targets: [targetOf('192.0.2.8/31', [old])] })),
      onDay(3, named(now, [])),
      onDay(4, lookAt(old, '22,80', [22, 80], { targets: [targetOf('other.example.org', [old])] })),
      onDay(5, { ...named(now, []), vantage: { name: 'office', sources: [] } }),
    ]);
    const timeline = await history.timeline('www.example.org', { vantage: 'internet' });
    t.same(
      timeline.endpoints.map((endpoint) => [endpoint.address, endpoint.port, ...toldOf(endpoint)]),
      [
        [old, 22, 'open 3: 2026-01-01 to 2026-01-03'],
        [old, 80, 'closed 2: 2026-01-01 to 2026-01-02', 'open 1: 2026-01-03 to 2026-01-03'],
      ],
    );
    t.same(
      timeline.addresses.map(({ address, first, last }) => [address, first.slice(0, 10), last.slice(0, 10)]),
      [
        [old, '2026-01-01', '2026-01-03'],
        [now, '2026-01-04', '2026-01-04'],
      ],
    );
    t.same((await history.timeline(old, { port: 80 })).endpoints.map(toldOf), [
      ['closed 2: 2026-01-01 to 2026-01-02', 'open 2: 2026-01-03 to 2026-01-05'],
    ]);
    t.equal(
      (await history.timeline('192.0.2.8/31', {})).scans,
      4,
      'a block as it was typed, and who else came by its addresses',
    );
    t.same(
      (await history.timeline('www.example.org', {})).addresses.map(({ vantage, address }) => `${vantage} ${address}`),
      [`internet ${old}`, `internet ${now}`, `office ${now}`],
    );
    t.same(
      (await history.hosts()).map(({ host: name, vantage, scans }) => `${name} ${vantage} ${scans}`),
      [
        '192.0.2.8/31 internet 2',
        'other.example.org internet 1',
        'www.example.org internet 2',
        'www.example.org office 1',
      ].toSorted(),
    );
  },
);

t.test('timeline: what retention took out is known by what is left of it', async (t) => {
  const history = await historyOf(t, [
    onDay(0, lookAt(v4, '22,80', [])),
    onDay(1, lookAt(v4, '22,80', [22])),
    onDay(2, lookAt(v4, '22,80', [22])),
    onDay(3, lookAt(v4, '22,80', [22])),
  ]);
  t.equal(await history.prune({ keep: 1 }), 3);
  const timeline = await history.timeline(v4, {});
  t.same([timeline.scans, timeline.first], [1, '2026-01-04T00:00:00.000Z']);
  t.match(timeline.endpoints, [{ port: 22, openSince: { first: '2026-01-02T00:00:05.000Z' } }]);
  t.equal(timeline.endpoints[0]?.openSince?.notBefore, undefined);
  t.same(timeline.endpoints.map(toldOf), [['open 1: 2026-01-02 to 2026-01-04']]);
});

t.test('timeline: since when a port is open stays known, whatever retention takes out', async (t) => {
  const version = (day: number, text: string, parts: Partial<Snapshot> = {}) =>
    onDay(day, lookAt(v4, '22,80', [], { open: [openPort(v4, 22, { service: { version: text } })], ...parts }));
  const open = (day: number, said = 'hello') =>
    onDay(day, lookAt(v4, '22,80', [22], { open: [openPort(v4, 22, { said })] }));
  const unseen = (day: number) =>
    onDay(day, lookAt(v4, '22,80', [80], { unknown: [unknownPorts(v4, '22', 'ERR_CANCELLED')], notOpen: [] }));
  const subset = (day: number, openOnes: readonly number[]) => onDay(day, lookAt(v4, '22', openOnes));
  const closed = (day: number) => onDay(day, lookAt(v4, '22,80', []));
  const cases: readonly (readonly [string, readonly Snapshot[], string | undefined, readonly string[]])[] = [
    [
      'over versions',
      [
        version(0, '1', { notOpen: [closedPorts(v4, '80')] }),
        version(1, '2', { notOpen: [closedPorts(v4, '80')] }),
        version(2, '3', { notOpen: [closedPorts(v4, '80')] }),
      ],
      '2026-01-01',
      ['open 0: 2026-01-01 to 2026-01-01', 'open 1: 2026-01-03 to 2026-01-03'],
    ],
    [
      'over banners',
      [open(0, 'a'.repeat(200)), open(1, 'b'.repeat(200)), open(2, 'c'.repeat(200))],
      '2026-01-01',
      ['open 1: 2026-01-01 to 2026-01-03'],
    ],
    [
      'over a scan that could not tell',
      [open(0), unseen(1), open(2)],
      '2026-01-01',
      ['open 1: 2026-01-01 to 2026-01-03'],
    ],
    [
      'and when it was seen last, where it cannot be seen now',
      [open(0), unseen(1), open(2), unseen(3)],
      '2026-01-01',
      ['open 0: 2026-01-01 to 2026-01-03', 'unknown 1: 2026-01-04 to 2026-01-04'],
    ],
    ['over scans of other ports', [subset(0, [22]), open(1)], '2026-01-01', ['open 1: 2026-01-01 to 2026-01-02']],
    [
      'not beyond where it was closed',
      [open(0), closed(1), open(2)],
      '2026-01-03',
      ['open 1: 2026-01-03 to 2026-01-03'],
    ],
    [
      'nor where another scan found it closed between two of one kind',
      [open(0), subset(1, []), open(2)],
      '2026-01-03',
      ['open 1: 2026-01-03 to 2026-01-03'],
    ],
    ['nor of what is closed now', [open(0), closed(1)], undefined, ['closed 1: 2026-01-02 to 2026-01-02']],
  ];
  const directory = t.testdir();
  for (const [index, [name, scans, since, told]] of cases.entries()) {
    const history = await openHistory(join(directory, `${index}.db`));
    for (const scan of scans) await history.record(scan);
    await history.prune({ keep: 2 });
    await history.prune({ keep: 1 });
    const { endpoints } = await history.timeline(v4, { port: 22 });
    await history.prune({ keep: 0 });
    t.same(await history.vantages(v4), [], `${name}: nothing is left of it in the end`);
    await history.close();
    t.same(
      endpoints.map(({ openSince }) => openSince?.first.slice(0, 10)),
      [since],
      name,
    );
    t.same(endpoints.map(toldOf), [told], name);
  }
});

t.test('timeline: what was never observed, and what the host saw of itself', async (t) => {
  const history = await historyOf(t, [
    neverAnswered(),
    onDay(1, selfScan()),
    onDay(
      2,
      lookAt(v4, '22', [], {
        targets: [targetOf(v4, [v4])],
        notOpen: [],
        unknown: [unknownPorts(v4, '22', 'ERR_NO_ROUTE')],
      }),
    ),
    onDay(
      3,
      snapshotOf({
        targets: [targetOf('gone.example.org', [], { errors: [{ code: 'ERR_NAME_NOT_FOUND', message: '' }] })],
      }),
    ),
  ]);
  const never = await history.timeline(host, {});
  t.same([never.endpoints, never.addresses.map(({ unobserved }) => unobserved)], [[], [true, true]]);
  const [asked] = (await history.timeline(v4, { port: 22 })).endpoints;
  t.match(asked, {
    stretches: [
      { state: 'unknown', code: 'ERR_NEVER_ANSWERED' },
      { state: 'unknown', code: 'ERR_NO_ROUTE' },
    ],
  });
  const self = await history.timeline('localhost', { port: 3306 });
  t.match(self.endpoints, [
    { stretches: [{ state: 'open', self: true }] },
    { stretches: [{ state: 'open', self: true }] },
  ]);
  t.match(await history.timeline('gone.example.org', {}), { scans: 1, addresses: [], endpoints: [] });
});

t.test('timeline: whatever was recorded, it says what the scans say one by one', async (t) => {
  const ports = [22, 80, 443];
  interface Look {
    readonly asked: string;
    readonly vantage: string;
    readonly states: readonly string[];
    readonly product: string;
  }
  const look: fc.Arbitrary<Look> = fc.record({
    asked: fc.constantFrom('22', '22,80', '22,80,443'),
    vantage: fc.constantFrom('internet', 'office'),
    states: fc.array(fc.constantFrom('open', 'closed', 'filtered', 'unknown'), { minLength: 3, maxLength: 3 }),
    product: fc.constantFrom('A', 'B'),
  });
  const scanOf = (day: number, { asked, vantage, states, product }: Look) => {
    const of = (state: string) =>
      ports.filter((port, at) => states[at] === state && asked.split(',').includes(String(port)));
    const list = (state: string) => of(state).join(',');
    return onDay(
      day,
      snapshotOf({
        vantage: { name: vantage, sources: [] },
        asked: { ports: asked, families: [4, 6] },
        targets: [targetOf(host, [v4])],
        open: of('open').map((port) => openPort(v4, port, { service: { name: 'http', product } })),
        notOpen: [
          ...(list('closed') === '' ? [] : [closedPorts(v4, list('closed'))]),
          ...(list('filtered') === '' ? [] : [filteredPorts(v4, list('filtered'))]),
        ],
        unknown: list('unknown') === '' ? [] : [unknownPorts(v4, list('unknown'), 'ERR_LOSSY')],
      }),
    );
  };
  const directory = t.testdir();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(look, { minLength: 1, maxLength: 8 }),
      fc.constantFrom(...ports),
      fc.integer({ min: 1, max: 4 }),
      async (looks, port, keep) => {
        const history = await openHistory(join(directory, `${run++}.db`));
        const scans = looks.map((each, day) => scanOf(day, each));
        for (const scan of scans) await history.record(scan);
        const { endpoints } = await history.timeline(host, { port });
        await history.prune({ keep });
        const left = await history.timeline(host, { port });
        await history.close();
        for (const vantage of ['internet', 'office']) {
          const expected: string[][] = [];
          for (const { vantage: from, open: openOnes, notOpen, unknown: notSeen } of scans) {
            if (from.name !== vantage) continue;
            const found = openOnes.find((entry) => entry.port === port);
            const rest = [...notOpen, ...notSeen].find((entry) => entry.ports.split(',').includes(String(port)));
            const said =
              found === undefined
                ? rest && ('state' in rest ? rest.state : 'unknown')
                : `open ${found.service.product}`;
            if (said === undefined) continue;
            if (expected.at(-1)?.[0] === said) expected.at(-1)?.push(said);
            else expected.push([said]);
          }
          const told = endpoints.find((each) => each.vantage === vantage)?.stretches ?? [];
          assert.deepEqual(
            told.map(({ state, service, scans: count }) => [
              state === 'open' ? `open ${service?.product}` : state,
              count,
            ]),
            expected.map((said) => [said[0], said.length]),
          );
          const since = endpoints.find((each) => each.vantage === vantage)?.openSince?.first;
          const sinceLeft = left.endpoints.find((each) => each.vantage === vantage)?.openSince?.first;
          const own = looks.filter((each) => each.vantage === vantage).map(({ asked }) => asked);
          const stillAsked = own.slice(-keep).some((asked) => asked.split(',').includes(String(port)));
          assert.equal(sinceLeft !== undefined, since !== undefined && stillAsked, 'whether it is open');
          // A scan of other ports that is gone may have seen it closed, and it is not known what those that are gone saw after that.
          if (sinceLeft !== undefined) assert.ok(sinceLeft >= (since ?? ''), 'never said to be open for longer');
          if (new Set(own).size === 1) assert.equal(sinceLeft, stillAsked ? since : undefined, 'nor for less');
        }
      },
    ),
    { numRuns: 30 },
  );
});

const both = (verdict: Snapshot['verdict'], findings: Snapshot['findings']): Snapshot =>
  snapshotOf({
    asked: { ports: '22,3306', families: [4, 6] },
    targets: [targetOf('a.example.org', ['192.0.2.1']), targetOf('b.example.org', ['192.0.2.2', '192.0.2.3'])],
    open: [openPort('192.0.2.1', 22), openPort('192.0.2.2', 3306)],
    notOpen: [closedPorts('192.0.2.1', '3306'), closedPorts('192.0.2.2', '22'), closedPorts('192.0.2.3', '22,3306')],
    findings,
    notes: [{ code: 'ERR_LOSSY', address: '192.0.2.2', message: '' }],
    policy: { name: 'both', file: 'both.yaml' },
    verdict,
  });
const good = findingOf({ host: 'a.example.org', address: '192.0.2.1', port: 22, outcome: 'pass', code: 'open' });
const bad = findingOf({ host: 'b.example.org', address: '192.0.2.2' });

t.test('a snapshot is narrowed to one of its hosts, with what was proved of that host', async (t) => {
  const whole = both('fail', [bad, good]);
  const of = (text: string, snapshot = whole) => snapshotOfHost(snapshot, parseTarget(text));
  const a = of('A.example.org.');
  t.same(
    [a.targets.map(({ target }) => target), a.open, a.findings, a.notes],
    [['a.example.org'], [whole.open[0]], [good], []],
  );
  t.equal(a.verdict, 'pass', 'what failed is another host');
  t.equal(of('b.example.org').verdict, 'fail');
  const one = of('192.0.2.3');
  t.same([one.targets.map(({ addresses }) => addresses), one.open], [[['192.0.2.3']], []]);
  t.equal(one.verdict, 'indeterminate', 'no finding speaks of this address');
  const stopped = findingOf({ outcome: 'indeterminate', host: undefined, address: undefined });
  t.equal(
    of('a.example.org', both('fail', [bad, good, stopped])).verdict,
    'indeterminate',
    'what is about all is about it',
  );
  t.equal(of('a.example.org', { ...both('none', []), policy: null }).verdict, 'none');
  const alone = storyFailing();
  t.equal(of(host, alone), alone);
  t.same(of('c.example.org').targets, []);
  for (const text of ['a.example.org', 'b.example.org', '192.0.2.2']) t.equal(accountProblem(of(text)), undefined);
  const history = await historyOf(t, [whole]);
  t.match(await history.hosts(), [
    { host: 'a.example.org', open: 1, verdict: 'pass' },
    { host: 'b.example.org', open: 1, verdict: 'fail' },
  ]);
});

t.test('references find the scan that is meant', async (t) => {
  const berlin = 'Europe/Berlin';
  const history = await historyOf(t, [
    onDay(0, storyFailing()),
    onDay(1, { ...storyFailing(), vantage: { name: 'office', sources: [] } }),
    onDay(2, storyClosed()),
    onDay(3, both('fail', [bad, good])),
    { ...onDay(4, storyFailing()), complete: false },
    // A part of the scan before it.
    { ...onDay(4.1, storyFailing()), look: 'second' },
  ]);
  const options = { now: new Date('2026-01-05T12:00:00Z'), timeZone: 'UTC' };
  const find = (text: string, wanted: ReferenceOptions) => {
    const reference = parseReference(text);
    return reference === undefined ? Promise.reject(new Error(text)) : resolveReference(history, reference, wanted);
  };
  const resolve = (text: string, parts: Partial<ReferenceOptions> = {}) =>
    find(text, { ...options, vantage: 'internet', ...parts });
  const day = async (text: string, parts: Partial<ReferenceOptions> = {}) => {
    const { scan, snapshot } = await resolve(text, parts);
    t.equal(snapshot.finishedAt, scan.finishedAt);
    return scan.finishedAt.slice(0, 10);
  };
  const rows: readonly [string, string][] = [
    ['latest', '2026-01-05'],
    ['previous', '2026-01-03'],
    ['today', '2026-01-05'],
    ['yesterday', '2026-01-03'],
    ['2026-01-03', '2026-01-03'],
    ['2026-01-02', '2026-01-01'],
    ['2026-01-03T00:00', '2026-01-01'],
    ['2026-01-03T00:00:22', '2026-01-03'],
    ['2026-01-03T01:00+01:00', '2026-01-01'],
    ['2026-01-03T00:01Z', '2026-01-03'],
    ['12h', '2026-01-03'],
    ['11h', '2026-01-05'],
    ['1d', '2026-01-03'],
  ];
  for (const [which, expected] of rows) t.equal(await day(`${host}@${which}`), expected, which);
  t.equal((await resolve(`${host}@latest`)).scan.complete, false, 'one that was stopped is not passed over');
  t.equal(
    await day(`${host}@2026-01-05`, { timeZone: 'America/New_York', now: new Date('2026-01-06T12:00:00Z') }),
    '2026-01-05',
  );
  t.equal(await day(`${host}@2026-01-04`, { timeZone: 'America/New_York' }), '2026-01-05', 'that evening, there');
  t.equal(await day(`${host}@2026-01-03T01:00`, { timeZone: berlin }), '2026-01-01');
  t.equal(await day(`${host}@2026-01-03T01:01`, { timeZone: berlin }), '2026-01-03');
  t.equal(await day(`${host}@yesterday`, { timeZone: berlin, now: new Date('2026-01-03T22:59:00Z') }), '2026-01-01');
  t.equal(await day(`${host}@yesterday`, { timeZone: berlin, now: new Date('2026-01-03T23:01:00Z') }), '2026-01-03');
  const { scan } = await resolve('b.example.org@latest');
  t.same(
    (await resolve(`192.0.2.2@#${scan.id}`)).snapshot.targets.map(({ addresses }) => addresses),
    [['192.0.2.2']],
  );
  t.equal(
    (await resolve(`${v6}@previous`)).snapshot.open.every(({ address }) => address === v6),
    true,
  );
  t.equal(await day(`${host}@latest`, { vantage: 'office' }), '2026-01-02');

  await t.rejects(find(`${host}@latest`, options), { code: 'ERR_USAGE', message: /--vantage: internet, office\./ });
  t.equal((await find(`${host}@latest`, { ...options, preferred: 'office' })).scan.vantage, 'office');
  await t.rejects(find(`${host}@latest`, { ...options, preferred: 'home' }), { code: 'ERR_USAGE' });
  t.equal(
    (await find('a.example.org@latest', { ...options, preferred: 'home' })).scan.vantage,
    'internet',
    'no choice',
  );
  const refused: readonly [string, string, RegExp, Partial<ReferenceOptions>?][] = [
    ['ofsite7.example.org@latest', 'ERR_NOT_IN_HISTORY', /Did you mean offsite7\.example\.org\?/],
    [`${host}@2025-12-31`, 'ERR_NOT_IN_HISTORY', /no scan is so old.*#1 is the first.*2026-01-01T00:00:22/],
    [`${host}@52w`, 'ERR_NOT_IN_HISTORY', /no scan is so old/],
    [`${host}@2027-01-01`, 'ERR_NOT_IN_HISTORY', /yet to come/],
    [`${host}@2026-01-05T13:00`, 'ERR_NOT_IN_HISTORY', /yet to come/],
    [`${host}@#${scan.id}`, 'ERR_NOT_IN_HISTORY', /not of this host, but of a\.example\.org, b\.example\.org/],
    [`${host}@#999`, 'ERR_NOT_IN_HISTORY', /#999 is not in the history/],
    [`${host}@#1`, 'ERR_NOT_IN_HISTORY', /from internet, not from office/, { vantage: 'office' }],
    [`${host}@previous`, 'ERR_NOT_IN_HISTORY', /no scan before the latest/, { vantage: 'office' }],
    [`${host}@latest`, 'ERR_NOT_IN_HISTORY', /Did you mean office\?/, { vantage: 'ofice' }],
  ];
  for (const [text, code, message, parts] of refused) await t.rejects(resolve(text, parts), { code, message }, text);
});

t.test('exposcan history: what its words and flags ask for', async (t) => {
  const parse = async (...args: string[]) => {
    const asked: unknown[] = [];
    const note =
      (word: string) =>
      (...given: unknown[]) => {
        asked.push(word, ...given);
        return Promise.resolve(0);
      };
    const commands = {
      query: note('query'),
      verifyLog: note('verifyLog'),
      rebuild: note('rebuild'),
      prune: note('prune'),
    };
    const command = historyCommand(commands, () => undefined);
    for (const each of [command, ...command.commands]) {
      each.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
    }
    await command.parseAsync(args, { from: 'user' });
    return asked;
  };
  const digest = 'aB'.repeat(32);
  const rows: readonly [readonly string[], readonly unknown[]][] = [
    [[], ['query', undefined, undefined, {}]],
    [
      ['a', '22', '--vantage', 'x', '--timeline'],
      ['query', 'a', '22', { vantage: 'x', timeline: true }],
    ],
    [
      ['--json', '--', 'prune', '22'],
      ['query', 'prune', '22', { json: true }],
    ],
    [
      ['--', 'verify-log'],
      ['query', 'verify-log', undefined, {}],
    ],
    [
      ['a', '--', 'rebuild'],
      ['query', 'a', 'rebuild', {}],
    ],
    [
      ['verify-log', '--head', digest],
      ['verifyLog', { head: digest.toLowerCase() }],
    ],
    [
      ['--history', 'f', 'verify-log', '--json'],
      ['verifyLog', { history: 'f', json: true }],
    ],
    [
      ['rebuild', '--force', '--history', 'f'],
      ['rebuild', { force: true, history: 'f' }],
    ],
    [
      ['prune', '--older-than', '400d', '--keep', '7'],
      ['prune', { olderThan: 400 * 86_400_000, keep: 7 }],
    ],
  ];
  for (const [args, expected] of rows) t.same(await parse(...args), expected, args.join(' '));
  const refused: readonly (readonly [readonly string[], RegExp])[] = [
    [['a', '22', 'more'], /too many arguments/],
    [['verify-log', 'a'], /too many arguments/],
    [['verify-log', '--head', 'abc'], /64 hexadecimal digits/],
    [['verify-log', '--vantage', 'x'], /for a host, not for "history verify-log"/],
    [['prune', '--timeline', '--keep', '1'], /for a host/],
    [['prune'], /expected --older-than/],
    [['prune', '--older-than', '0'], /an age like 400d/],
    [['prune', '--older-than', '5'], /an age like 400d/],
    [['prune', '--keep', '0'], /above 0/],
  ];
  for (const [args, message] of refused) await t.rejects(parse(...args), { message }, args.join(' '));
});

t.test('exposcan history, and exposcan diff with what is in it', async (t) => {
  const directory = t.testdir();
  const state = join(directory, 'state');
  const file = join(state, 'exposcan', 'history.db');
  const run = async (...args: string[]) => {
    const env = { ...process.env, XDG_STATE_HOME: state, TZ: 'UTC', NO_COLOR: '1' };
    const child = spawn(process.execPath, [program, ...args], {
      cwd: directory,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { status: child.exitCode, stdout, stderr };
  };
  /** They change nothing, so they run at the same time. */
  const answers = async (rows: readonly (readonly [args: readonly string[], expected: object])[]) => {
    const ran = await Promise.all(rows.map(async ([args, expected]) => ({ args, expected, got: await run(...args) })));
    for (const { args, expected, got } of ran) t.match(got, expected, args.join(' '));
  };

  writeFileSync(join(directory, 'empty.db'), '');
  await answers([
    [['history'], { status: 0, stdout: /no scan yet/ }],
    [['history', host], { status: 3, stdout: /^$/, stderr: /No scan has been kept yet/ }],
    [['history', '--history', 'none.db'], { status: 2, stderr: /There is no history in none\.db/ }],
    [
      ['history', '--history', 'empty.db'],
      { status: 2, stderr: /There is no history in empty\.db: the file is empty/ },
    ],
    [['history', host, '--vantage', ''], { status: 2, stderr: /Expected a name/ }],
    [['diff', 'a', 'b', '--vantage', ' '], { status: 2, stderr: /Expected a name/ }],
    [['report', '--weekly', '--vantage', ''], { status: 2, stderr: /Expected a name/ }],
    [['diff', `${host}@previous`, `${host}@latest`], { status: 3, stderr: /No scan has been kept yet/ }],
    [['history', 'verify-log'], { status: 2, stderr: /There is no evidence log/ }],
  ]);
  t.equal(existsSync(state), false, 'nothing is made by asking');
  t.equal(statSync(join(directory, 'empty.db')).size, 0, 'nor written to');

  const history = await openHistory(file);
  for (const scan of [
    onDay(0, storyFailing()),
    onDay(1, storyClosed()),
    onDay(2, lookAt('192.0.2.9', '22', [22], { targets: [targetOf('verify-log', ['192.0.2.9'])] })),
  ]) {
    await history.record(scan);
  }
  const { digest } = await history.head();
  await history.close();

  const before = `${host}@2026-01-01`;
  await answers([
    [['history'], { status: 0, stdout: /offsite7\.example\.org.*internet/ }],
    [['history', '--json'], { status: 0, stdout: /"format": "exposcan-hosts"[^]*"host": "verify-log"/ }],
    [['history', host, '3306', '--timeline'], { status: 0, stdout: /MySQL 5\.1\.73/ }],
    [['history', '--json', host.toUpperCase(), 'ssh'], { status: 0, stdout: /"exposcan-history"[^]*"port": 22/ }],
    [
      ['history', '--', 'verify-log', '80'],
      { status: 3, stdout: /^$/, stderr: /asked for port 80, so nothing is known/ },
    ],
    [['history', 'ofsite7.example.org'], { status: 3, stdout: /^$/, stderr: /Did you mean/ }],
    [['history', '--vantage', 'interet'], { status: 3, stderr: /Did you mean internet\?/ }],
    [['history', host, 'mysql'], { status: 2, stderr: /several usual ports \(3306, 3307\)/ }],
    [['history', 'verify-log', '--head', digest], { status: 0, stdout: /^WHOLE: 3 records/ }],
    [['history', '--json', 'verify-log'], { status: 0, stdout: /"whole": true/ }],
    [['history', 'verify-log', '--head', '0f'.repeat(32)], { status: 1, stdout: /^BROKEN: 1 fault/ }],
    [['diff', before, `${host}@latest`], { status: 1, stdout: /3306/, stderr: /scan #1 from internet.*\n.*scan #2/ }],
    [['diff', before, `${host}@#1`], { status: 3, stdout: /^$/, stderr: /are the same scan, #1/ }],
    [['diff', `${host}@whenever`, before], { status: 2, stderr: /expected HOST@WHICH/ }],
    [['diff', '-', before], { status: 2, stderr: /standard input/ }],
  ]);
  writeFileSync(join(directory, before), jsonText(storyClosed()));
  t.match(await run('diff', before, `${host}@latest`), { status: 0 }, 'a file that is there wins');
  t.match(await run('diff', before, before, '--vantage', 'internet'), { status: 2, stderr: /Both sides are files/ });

  t.match(await run('history', 'prune', '--keep', '2'), { status: 0, stdout: /Took 1 scan out/ });
  rmSync(file);
  t.match(
    await run('history', 'verify-log', '--json'),
    { status: 0, stdout: /"records": 4/ },
    'a log without its history',
  );
  t.match(await run('history', 'rebuild'), { status: 0, stdout: /anew from 4 records; it holds 2 scans/ });
  t.match(await run('history', host, '3306'), { status: 0, stdout: /closed/ });
  rmSync(join(state, 'exposcan', 'history.evidence.jsonl'));
  t.match(await run('history', 'verify-log'), { status: 1, stdout: /^BROKEN/ }, 'a history without its log');
});

t.test('what a person reads of an evidence log', (t) => {
  const verdict: LogVerdict = {
    format: 'exposcan-log-verdict',
    version: 1,
    tool: { name: 'exposcan', version: '0.1.0' },
    file: 'h.evidence.jsonl',
    segments: ['h.evidence.000001.jsonl.gz', 'h.evidence.jsonl'],
    whole: true,
    records: 7,
    first: { seq: 1, time: '2026-01-01T00:00:00.000Z' },
    last: { seq: 7, time: '2026-01-07T00:00:00.000Z' },
    head: { seq: 7, digest: 'ab'.repeat(32) },
    faults: [],
    faultsLeftOut: 0,
  };
  const told = (parts: Partial<LogVerdict>) =>
    formatLogVerdict({ ...verdict, ...parts }, { colour: false, width: 100 }).replace(/\s+/g, ' ');
  t.match(told({}), /^WHOLE: 7 records in 2 files.*2026-01-01 00:00:00 UTC to record 7.*shows only against a head/);
  t.match(told({ asked: 'cd'.repeat(32), headAt: 5 }), /that of record 5; 2 records were written after it\. $/);
  t.match(
    told({ torn: { file: 'h.evidence.jsonl', line: 3, bytes: 12 } }),
    /jsonl:3, 12 bytes\) was cut short by a crash/,
  );
  const fault: LogVerdict['faults'][number] = {
    kind: 'edited',
    file: 'h\u001b[2J.jsonl',
    line: 4,
    seq: 4,
    message: 'record 4\u202e fits neither',
  };
  const broken = told({ whole: false, faults: Array.from({ length: 60 }, () => fault), faultsLeftOut: 5 });
  t.match(broken, /^BROKEN: 65 faults in 7 records in 2 files\./);
  t.match(broken, /h\\x1b\[2J\.jsonl:4, record 4 edited: record 4\\u\{202e\} fits neither/);
  t.match(broken, /… and 15 more/);
  t.end();
});
