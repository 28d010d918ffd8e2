import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { type Address, parseAddress } from '../src/model/address.js';
import type { Method } from '../src/model/observation.js';
import { formatRanges, eachPort, rangesOf } from '../src/model/ports.js';
import type { AddressReport } from '../src/discovery/address-report.js';
import { startAddressScan } from '../src/discovery/address-scan.js';
import { createDeadlines } from '../src/discovery/deadlines.js';
import type { EngineOptions } from '../src/discovery/discovery.js';
import { discover } from '../src/discovery/engine.js';
import { limitsRefusals, type LossCount, lossBound, lossOf, probesNeeded } from '../src/discovery/loss.js';
import { everyPort, indexPorts } from '../src/discovery/port-index.js';
import { createTurns } from '../src/discovery/turns.js';
import type { ScanOptions } from '../src/scan/options.js';
import { planAddresses, type Plans } from '../src/scan/plan.js';
import { behaviourOf, isOut, type Link, plainLink, seededRandom } from './fixtures/simulated-links.js';
import { type Behaviour, simulateNetwork, type Stretch } from './fixtures/simulated-network.js';

const host = '192.0.2.7';
const options: ScanOptions = { targets: [host] };
const budget = { window: 4096, synWindow: 16_384, rate: undefined, heldSockets: 100 };
const oneTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

function address(text: string): Address {
  const parsed = parseAddress(text);
  if (parsed === undefined) throw new Error(`not an address: ${text}`);
  return parsed;
}

function plansFor(ports: readonly number[], seed: number, changes: Partial<ScanOptions> = {}): Plans {
  return planAddresses(rangesOf(ports), { ...options, ...changes }, budget, seed, (_, port) => port === 22);
}

/** Scans to the end in no time; what comes back late is told to the engine. */
function run(
  behaviour: Behaviour,
  plans: Plans,
  method: Method,
  { addresses = [host], ...changes }: { addresses?: readonly string[] } & Partial<EngineOptions> = {},
) {
  const network = simulateNetwork(behaviour);
  const reports = new Map<string, AddressReport>();
  const finishedAt = new Map<string, number>();
  const opened: string[] = [];
  const discovery = discover(
    addresses.map(address),
    {
      planOf: () => plans[method],
      maximumAddresses: 4096,
      rate: undefined,
      controlFailures: new Map(),
      isOnLink: () => false,
      dial: network.dial,
      connect: network.dial,
      clock: network.clock,
      signal: new AbortController().signal,
      ...changes,
    },
    {
      open(at, port, socket) {
        opened.push(`${at.text} ${port}`);
        socket?.destroy();
      },
      acceptsEverything: () => undefined,
      finished(report) {
        assert.ok(!reports.has(report.address.text), 'one report for every address');
        reports.set(report.address.text, report);
        finishedAt.set(report.address.text, network.now());
      },
      isFull: () => false,
    },
  );
  network.tellLate(discovery.late);
  network.run(() => reports.size === addresses.length);
  const reportedOpen = [...reports.values()].flatMap((each) => each.open.map((port) => `${each.address.text} ${port}`));
  assert.deepEqual(opened.sort(), reportedOpen.sort(), 'each open endpoint is handed over exactly once');
  const report = reports.get(host);
  if (report === undefined) throw new Error('no report');
  return { report, reports, finishedAt, network };
}

const count = (trials: number, lost: number): LossCount => ({ trials, lost });

/** The chance of at most `lost` losses, term by term. */
function chanceOfAtMost(lost: number, trials: number, share: number): number {
  let sum = 0;
  let ways = 1;
  for (let each = 0; each <= lost; each++) {
    sum += ways * share ** each * (1 - share) ** (trials - each);
    ways = (ways * (trials - each)) / (each + 1);
  }
  return sum;
}

const bounded = (trials: number, lost: number): number => {
  const bound = lossBound(count(trials, lost));
  if (bound === undefined) throw new Error('no bound');
  return bound;
};

t.test('the bound of the loss', (t) => {
  t.equal(lossBound(count(0, 0)), undefined, 'nothing tried, nothing known');
  for (let trials = 1; trials <= 60; trials++) {
    assert.ok(Math.abs(bounded(trials, 0) - (1 - 0.05 ** (1 / trials))) < 1e-9, `none of ${trials}`);
    assert.equal(bounded(trials, trials), 1, `all of ${trials}`);
    for (let lost = 0; lost < trials; lost++) {
      const bound = bounded(trials, lost);
      assert.ok(Math.abs(chanceOfAtMost(lost, trials, bound) - 0.05) < 1e-6, `${lost} of ${trials}: ${bound}`);
    }
  }
  const trials = fc.integer({ min: 1, max: 5000 });
  fc.assert(
    fc.property(trials, fc.nat({ max: 5000 }), (all, some) => {
      const lost = Math.min(some, all);
      const bound = bounded(all, lost);
      assert.ok(bound >= lost / all && bound <= 1);
      assert.ok(bounded(all + 1, lost) <= bound, 'more that came back, less loss');
      assert.ok(bounded(all + 1, lost + 1) >= bound, 'more that did not, more loss');
    }),
    { numRuns: 500 },
  );
  t.end();
});

t.test('how many probes it takes', (t) => {
  const cases: [bound: number, probes: number][] = [
    [0, 1],
    [0.001, 2],
    [0.01, 3],
    [0.02, 4],
    [0.1, 6],
    [0.25, 10],
    [0.5, 20],
    [1, Number.POSITIVE_INFINITY],
  ];
  for (const [bound, probes] of cases) t.equal(probesNeeded(bound, 1e-6), probes, `${bound}`);
  fc.assert(
    fc.property(fc.double({ min: 1e-9, max: 0.999, noNaN: true }), (bound) => {
      const probes = probesNeeded(bound, 1e-6);
      assert.ok(bound ** probes <= 1.000_001e-6, 'they are enough');
      assert.ok(probes === 1 || bound ** (probes - 1) > 0.999_999e-6, 'and no fewer are');
    }),
  );
  t.end();
});

t.test('what a host that limits its refusals looks like', (t) => {
  const cases: [label: string, accepted: LossCount, refused: LossCount, limits: boolean][] = [
    ['half of the refusals lost, nothing else', count(100, 0), count(100, 50), true],
    ['both are lost alike', count(100, 50), count(100, 50), false],
    ['few refusals lost', count(100, 0), count(100, 10), false],
    ['too few accepted to tell', count(29, 0), count(100, 50), false],
    ['too few refused to tell', count(100, 0), count(29, 20), false],
    ['nothing tried', count(0, 0), count(0, 0), false],
  ];
  for (const [label, accepted, refused, limits] of cases) t.equal(limitsRefusals({ accepted, refused }), limits, label);
  t.same(lossOf({ accepted: count(10, 1), refused: count(20, 2) }), count(30, 3), 'few: all count');
  t.same(lossOf({ accepted: count(100, 1), refused: count(900, 500) }), count(100, 1), 'enough that were accepted');
  t.end();
});

t.test('deadlines', (t) => {
  const step = fc.record({
    /** Usual waits, and far ones. */
    waits: fc.array(fc.oneof(fc.integer({ min: -50, max: 4000 }), fc.integer({ min: 5000, max: 1e8 })), {
      maxLength: 8,
    }),
    /** Ticks, and a machine that was asleep for hours. */
    passes: fc.oneof(
      { weight: 20, arbitrary: fc.integer({ min: 0, max: 25 }) },
      { weight: 3, arbitrary: fc.integer({ min: 0, max: 6000 }) },
      { weight: 1, arbitrary: fc.integer({ min: 3_600_000, max: 50_000_000 }) },
    ),
  });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e7 }), fc.array(step, { maxLength: 60 }), (start, steps) => {
      const deadlines = createDeadlines<{ readonly deadline: number; readonly since: number }>(10, start);
      let waiting: { readonly deadline: number; readonly since: number }[] = [];
      let now = start;
      for (const { waits, passes } of steps) {
        for (const wait of waits) {
          const item = { deadline: now + wait, since: now };
          deadlines.add(item);
          waiting.push(item);
        }
        now += passes;
        const due = new Set(deadlines.due(now));
        for (const { deadline } of due) assert.ok(deadline <= now, 'nothing before its time');
        assert.ok(
          [...due].every((item) => waiting.includes(item)),
          'nothing twice',
        );
        waiting = waiting.filter((item) => !due.has(item));
        // What was overdue when it was added waits for the next tick.
        for (const { deadline, since } of waiting)
          assert.ok(Math.max(deadline, since) > now - 20, `${deadline} is overdue at ${now}`);
        assert.deepEqual(new Set(deadlines.all()), new Set(waiting));
      }
      for (now += 2e8; deadlines.due(now).length > 0; now += 10);
      assert.deepEqual([...deadlines.all()], [], 'all come due at last');
    }),
    { numRuns: 200 },
  );
  const inOrder = createDeadlines<{ readonly deadline: number }>(10, 0);
  for (const deadline of [300, 20, 100, 100, 10, 4000]) inOrder.add({ deadline });
  const order: number[] = [];
  for (let now = 0; now <= 4000; now += 10) order.push(...inOrder.due(now).map(({ deadline }) => deadline));
  t.same(order, [10, 20, 100, 100, 300, 4000]);
  t.end();
});

t.test('turns', (t) => {
  const plan = plansFor([1], 1).syn;
  const scans = oneTo(3000).map((index) => startAddressScan(address(`198.18.${index >> 8}.${index & 255}`), plan, 0));
  const turns = createTurns();
  t.equal(turns.take(), undefined);
  for (const scan of [...scans, ...scans]) turns.add(scan);
  for (let round = 0; round < 3; round++) {
    for (const scan of scans) {
      assert.equal(turns.take(), scan, 'round robin');
      turns.add(scan);
    }
  }
  for (const scan of scans) assert.equal(turns.take(), scan);
  t.equal(turns.take(), undefined, 'each once, however often it was added');
  const live = scans.slice(0, 2);
  for (const scan of live) scan.answered = true;
  for (const scan of scans) turns.add(scan);
  const taken: unknown[] = [];
  for (let turn = 0; turn < 100; turn++) {
    const scan = turns.take();
    taken.push(scan);
    if (scan !== undefined) turns.add(scan);
  }
  for (const scan of live)
    t.equal(taken.filter((each) => each === scan).length, 25, 'half of the turns are for those that answer');
  t.equal(new Set(taken).size, 52, 'and half for all others, in turn');
  t.end();
});

t.test('the numbers of ports', (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 65535 }), { maxLength: 200 }), (ports) => {
      const index = indexPorts(ports);
      const numbers = new Set(ports.map((port) => index.of(port)));
      assert.equal(numbers.size, new Set(ports).size, 'each its own');
      assert.equal(index.size, numbers.size + 1);
      for (const number of numbers) assert.ok(number >= 1 && number < index.size);
      for (const port of [0, 1, 80, 65535]) if (!ports.includes(port)) assert.equal(index.of(port), 0);
    }),
    { numRuns: 50 },
  );
  t.equal(everyPort.size, 65536);
  t.equal(everyPort.of(65535), 65535);
  t.end();
});

const portsOf = (report: AddressReport, state: 'closed' | 'filtered') =>
  report.notOpen.filter((group) => group.state === state).flatMap(({ ports }) => [...eachPort(ports)]);

/** What holds of every scan of one address, whatever the network does. */
function checkReport(report: AddressReport, ports: readonly number[], link: Link, where: string) {
  const groups = [...report.notOpen, ...report.unknown].map((group) => group.ports);
  const reported = [...report.open, ...groups.flatMap((ranges) => [...eachPort(ranges)])].sort((a, b) => a - b);
  assert.deepEqual(reported, ports, `${where}: every port asked for is reported exactly once`);
  for (const port of report.open) assert.ok(link.open.has(port), `${where}: ${port} is not open`);
  for (const state of ['closed', 'filtered'] as const)
    for (const port of portsOf(report, state))
      assert.ok(!link.open.has(port), `${where}: ${port} is open, not ${state}`);
  for (const { state, missProbability } of report.notOpen) {
    assert.equal(missProbability !== undefined, state === 'filtered', `${where}: ${state}`);
    if (typeof missProbability === 'number') assert.ok(missProbability >= 0 && missProbability <= 1);
  }
}

function countOf(ports: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const port of ports) counts.set(port, (counts.get(port) ?? 0) + 1);
  return counts;
}

/** What the links of one kind have in common; times in milliseconds. */
interface Kind {
  readonly scans: number;
  /** Independent loss, up to this share. */
  readonly loss: number;
  /** In no more than this share of the scans may anything stay unknown. */
  readonly undecided: number;
  /** False where no silence can be believed, or all are heard in the end. */
  readonly claims?: false;
  readonly outages?: true;
  readonly limitsRefusals?: true;
  readonly isLate?: true;
  readonly away?: 'for-a-while' | 'for-good';
}

/** A link of that kind, and which ports to ask for on it. */
function drawLink(seed: number, kind: Kind): { link: Link; ports: number[] } {
  const random = seededRandom(seed);
  const upTo = (most: number) => Math.floor(random() * (most + 1));
  const count = random() < 0.01 ? 1000 + upTo(2000) : 20 + upTo(random() < 0.2 ? 180 : 40);
  const first = 1 + upTo(2000);
  const ports = oneTo(count).map((port) => port + first);
  const stretch = (latest: number, least: number, most: number): Stretch => {
    const start = upTo(latest);
    return { start, end: start + least + upTo(most - least) };
  };
  const rests = ['silent', 'silent', 'refuse', 'prohibited'] as const;
  return {
    ports,
    link: {
      seed: seed + 1_000_003,
      delay: random() < 0.3 ? upTo(3) : upTo(300),
      jitter: random() < 0.5 ? upTo(5) : upTo(100),
      loss: random() * kind.loss,
      outages: [
        ...(kind.outages === true ? oneTo(upTo(5)).map(() => stretch(5000, 50, 300)) : []),
        ...(kind.away === 'for-a-while' ? [stretch(4000, 1000, 6000)] : []),
        ...(kind.away === 'for-good' ? [{ start: upTo(12_000), end: Number.POSITIVE_INFINITY }] : []),
      ],
      lateShare: kind.isLate === true ? random() * 0.3 : 0,
      lateBy: 100 + upTo(1500),
      doubled: random() < 0.3 ? 0.2 : 0,
      open: new Set(oneTo(1 + upTo(4)).map(() => ports[upTo(count - 1)] ?? 0)),
      rest: kind.limitsRefusals === true ? 'refuse' : (rests[upTo(3)] ?? 'silent'),
      refusalsPerSecond: kind.limitsRefusals === true ? 5 + upTo(60) : Number.POSITIVE_INFINITY,
    },
  };
}

const kinds: Readonly<Record<string, Kind>> = {
  'no loss': { scans: 100, loss: 0, undecided: 0 },
  'independent loss of up to 5 %': { scans: 500, loss: 0.05, undecided: 0 },
  'independent loss of up to 10 %': { scans: 200, loss: 0.1, undecided: 0.03 },
  'outages of 50 to 300 ms': { scans: 200, loss: 0.02, undecided: 0.02, outages: true },
  'limited refusals': { scans: 100, loss: 0.02, undecided: 0.02, claims: false, limitsRefusals: true },
  'late answers': { scans: 200, loss: 0.02, undecided: 0.25, isLate: true },
  'away for a while': { scans: 200, loss: 0, undecided: 0.05, away: 'for-a-while' },
  'away for good': { scans: 200, loss: 0, undecided: 1, claims: false, away: 'for-good' },
};

/** A port's first probe and the most repeats, and with the rounds that may be added. */
const mostProbes = 10;
const mostProbesInAll = mostProbes + 6;
const missTarget = 1e-6;

for (const method of ['connect', 'syn'] as const) {
  t.test(`${method}: over links of every kind no open port is missed, and no claim is too strong`, (t) => {
    for (const [label, kind] of Object.entries(kinds)) {
      const tally = { filtered: 0, tooStrong: 0, undecided: 0 };
      for (let seed = 1; seed <= kind.scans; seed++) {
        const { link, ports } = drawLink(seed * 7919 + label.length, kind);
        const { report, network } = run(behaviourOf(link, method === 'syn'), plansFor(ports, seed), method);
        const where = `${label}, seed ${seed}`;
        checkReport(report, ports, link, where);
        // Pulses are at most one in sixteen; the rest is for controls, canaries and the hunt.
        assert.ok(network.sent.length <= ports.length * mostProbesInAll * (17 / 16) + 60, `${where}: too many probes`);
        if (report.unknown.length > 0) tally.undecided += 1;
        const whileUp = network.sent.filter(({ at }) => !isOut(link, at));
        for (const { state, ports: ranges, missProbability } of report.notOpen) {
          if (state !== 'filtered') continue;
          const probesOf = countOf((kind.away === 'for-good' ? whileUp : network.sent).map(({ port }) => port));
          const counts = [...eachPort(ranges)].map((port) => probesOf.get(port) ?? 0);
          assert.ok(Math.min(...counts) >= 3, `${where}: silence counts only while the host is there`);
          tally.filtered += 1;
          assert.ok(typeof missProbability === 'number', `${where}: something has answered`);
          if (link.loss ** Math.min(...counts) > missProbability) tally.tooStrong += 1;
          // The kernel sends the last of a connect's probes twice.
          const packets = Math.min(...counts) + (method === 'connect' ? 1 : 0);
          const isEnough = missProbability <= missTarget || packets >= mostProbes;
          assert.ok(isEnough, `${where}: a miss is too likely, and more probes were allowed`);
        }
      }
      t.equal(tally.tooStrong, 0, `${label}: the chance of a miss is no less than it truly is`);
      t.ok(tally.undecided <= kind.undecided * kind.scans, `${label}: ${tally.undecided} scans left something unknown`);
      if (kind.claims !== false) t.ok(tally.filtered > kind.scans / 4, `${label}: silence is believed in the end`);
    }
    t.end();
  });
}

t.test('a host that sends at most 500 refusals a second', (t) => {
  for (const method of ['connect', 'syn'] as const) {
    for (const loss of [0, 0.01]) {
      const open = new Set([80, 7777, 15_000]);
      const link: Link = { ...plainLink, seed: 11, delay: 1, loss, open, refusalsPerSecond: 500 };
      const { report } = run(behaviourOf(link, method === 'syn'), plansFor(oneTo(20_000), 5), method);
      checkReport(report, oneTo(20_000), link, method);
      t.same(report.open, [...open], `${method}, ${loss}: no open port is missed`);
      t.same(report.unknown, [], 'the rest may be filtered');
      if (method === 'syn') t.ok(report.limitsRefusals, 'where refusals are limited, that is said');
    }
  }
  const even: Link = { ...plainLink, seed: 3, loss: 0.05, open: new Set(oneTo(100)) };
  t.notOk(run(behaviourOf(even, true), plansFor(oneTo(1000), 5), 'syn').report.limitsRefusals, 'loss is no limit');
  t.end();
});

t.test('what a repeat shows takes nothing back', (t) => {
  const packet = (delay: number, reason: 'syn-ack' | 'reset' | 'admin-prohibited') => ({
    delay,
    result: { packet: reason },
  });
  for (const second of [packet(95, 'reset'), packet(95, 'admin-prohibited'), packet(95, 'syn-ack'), undefined]) {
    for (let first = 50; first < 2000; first += 25) {
      const behaviour: Behaviour = ({ port }, attempt) => {
        if (port === 80) return packet(5, 'syn-ack');
        return port === 90 ? (attempt === 0 ? packet(first, 'syn-ack') : second) : undefined;
      };
      const { report } = run(behaviour, plansFor([80, 90, 91], 1), 'syn');
      // Very late, the repeat has spoken first.
      const isSettled = report.open.includes(90) || (first > 600 && second?.result.packet === 'reset');
      assert.ok(isSettled, `answered after ${first} ms, and then ${second?.result.packet ?? 'nothing'}`);
    }
  }
  t.end();
});

t.test('a round trip that rises in mid-scan', (t) => {
  for (const risen of [250, 400, 900]) {
    const behaviour: Behaviour = ({ port, at }) =>
      [80, 443, 2222].includes(port) ? { delay: at < 1000 ? 30 : risen, result: { packet: 'syn-ack' } } : undefined;
    const { report } = run(behaviour, plansFor(oneTo(3000), 1), 'syn');
    t.same(report.open, [80, 443, 2222]);
    t.same(report.unknown, [], `${risen} ms: the canaries are waited for`);
  }
  t.end();
});

t.test('a neighbour that could not be reached when the scan began, and answers', (t) => {
  const link: Link = { ...plainLink, open: new Set([80]), rest: 'silent' };
  const live = behaviourOf(link, true);
  let tellConnect: (() => void) | undefined;
  const behaviour: Behaviour = (probe, attempt) => {
    if (probe.at > 20) tellConnect?.();
    return live(probe, attempt);
  };
  const { report } = run(behaviour, plansFor(oneTo(100), 1), 'syn', {
    isOnLink: () => true,
    // What the kernel still held against the address from before: it tells the connect, and then the way is free.
    connect: (_address, _port, done) => {
      tellConnect = () => {
        tellConnect = undefined;
        done({ kind: 'error', code: 'EHOSTUNREACH', message: 'no route to host', local: false });
      };
      return () => undefined;
    },
  });
  t.equal(tellConnect, undefined, 'it was told');
  t.same(report.open, [80]);
  t.same(report.unknown, []);
  t.end();
});

t.test('answers that all come after the time-out', (t) => {
  for (const delay of [700, 2000]) {
    const link: Link = { ...plainLink, delay, rest: 'silent', open: new Set([80, 222]) };
    const { report } = run(behaviourOf(link, true), plansFor(oneTo(500), 1), 'syn');
    t.same(report.open, [80, 222], `${delay} ms`);
    t.same(report.unknown, []);
  }
  t.end();
});

t.test('refusals of a firewall nearby, while the host answers after the time-out', (t) => {
  const nearby: Behaviour = ({ port }) =>
    port === 443 ? { delay: 400, result: { packet: 'syn-ack' } } : { delay: 4, result: { packet: 'reset' } };
  const { report } = run(nearby, plansFor([443, ...oneTo(200)], 7), 'syn');
  t.same(report.open, [443]);
  t.same(
    report.unknown.map(({ code, ports }) => `${code} ${formatRanges(ports)}`),
    ['ERR_NOT_FROM_HOST 1-200'],
    'what is not the host’s own refusal is not called closed',
  );
  t.same(report.notOpen, []);
  t.end();
});

t.test('an address that never answers', (t) => {
  for (const method of ['connect', 'syn'] as const) {
    const { report, network } = run(() => undefined, plansFor(oneTo(3000), 1), method);
    t.same(report.notOpen, []);
    t.match(report.unknown, [{ code: 'ERR_NEVER_ANSWERED', ports: [{ first: 1, last: 3000 }] }]);
    t.ok(network.sent.length < 3000 + 2 * 1024 + 60, 'a sample is probed again');
  }
  t.end();
});

t.test('caps are kept', (t) => {
  const link: Link = { ...plainLink, open: new Set([80]), rest: 'silent' };
  for (const method of ['connect', 'syn'] as const) {
    const tight = { ...budget, window: 50, synWindow: 50 };
    const plans = planAddresses(rangesOf(oneTo(2000)), options, tight, 1, () => false);
    const addresses = [host, '192.0.2.8', '192.0.2.9'];
    const few = run(behaviourOf(link, method === 'syn'), plans, method, { addresses });
    t.ok(few.network.mostUnderWayToAll() <= 50, `${method}: probes under way to all`);
    const { network } = run(behaviourOf(link, method === 'syn'), plansFor(oneTo(2000), 1), method, { rate: 200 });
    t.ok(network.mostUnderWayTo(host) <= plansFor([1], 1)[method].maximumWindow);
    const sent = network.sent.map(({ at }) => at);
    for (const [index, at] of sent.entries()) {
      const second = (sent[index + 211] ?? Number.POSITIVE_INFINITY) - at;
      assert.ok(second >= 1000, `more than 200 a second and a twentieth of a second's worth, at ${at}`);
    }
  }
  t.end();
});

t.test('a block behind a router whose address must be asked for first', (t) => {
  const link: Link = { ...plainLink, open: new Set([5, 80]), rest: 'silent' };
  const addresses = oneTo(256).map((index) => `192.0.2.${index - 1}`);
  const toRouter = 40;
  for (const method of ['connect', 'syn'] as const) {
    const live = behaviourOf(link, method === 'syn');
    let waiting = 0;
    // A kernel keeps about a hundred packets meanwhile, and drops the others.
    const behaviour: Behaviour = (probe, attempt) =>
      probe.at < toRouter && ++waiting > 100 ? undefined : live(probe, attempt);
    const { reports, network } = run(behaviour, plansFor(oneTo(100), 3), method, { addresses });
    t.ok(waiting <= 100, `${method}: ${waiting} packets before anything is known`);
    for (const { open, unknown } of reports.values()) assert.deepEqual([open, unknown], [[5, 80], []]);
    t.ok(network.sent.length <= 256 * 100 * 3.5, `${method}: ${network.sent.length} probes for what is not lost`);
    const inARow = [...countOf(network.sent.map(({ event }) => event)).values()];
    t.ok(Math.max(...inARow) <= 256, `${method}: answers are heard after so many probes at the latest`);
  }
  t.end();
});

t.test('a thousand dead addresses do not hold up a live one', (t) => {
  const dead = oneTo(1000).map((index) => `198.18.${index >> 8}.${index & 255}`);
  const link: Link = { ...plainLink, open: new Set([5, 80]), rest: 'silent' };
  for (const method of ['connect', 'syn'] as const) {
    const timeOf = (addresses: readonly string[]) => {
      const live = behaviourOf(link, method === 'syn');
      const behaviour: Behaviour = (probe, attempt) => (probe.address === host ? live(probe, attempt) : undefined);
      const { report, finishedAt } = run(behaviour, plansFor(oneTo(80), 1), method, { addresses });
      t.same(report.open, [5, 80]);
      return finishedAt.get(host) ?? Number.POSITIVE_INFINITY;
    };
    const alone = timeOf([host]);
    const beside = timeOf([...dead, host]);
    t.ok(beside <= 2 * alone, `${method}: ${beside} ms, alone ${alone} ms`);
  }
  t.end();
});

t.test('the same seed probes in the same order', (t) => {
  const { link, ports } = drawLink(17, { scans: 1, loss: 0.05, undecided: 1 });
  const orderOf = (seed: number) =>
    run(behaviourOf(link, true), plansFor(ports, seed), 'syn').network.sent.map(({ port, at }) => `${port} at ${at}`);
  t.same(orderOf(4), orderOf(4));
  t.notSame(orderOf(4), orderOf(5));
  t.end();
});
