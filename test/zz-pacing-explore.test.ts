import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { type Address, parseAddress } from '../src/model/address.js';
import type { Method } from '../src/model/observation.js';
import { countPorts, eachPort, rangesOf } from '../src/model/ports.js';
import type { AddressReport } from '../src/discovery/address-report.js';
import { startAddressScan } from '../src/discovery/address-scan.js';
import { createDeadlines } from '../src/discovery/deadlines.js';
import { discover, type EngineOptions } from '../src/discovery/engine.js';
import { limitsRefusals, type LossCount, lossBound, lossOf, probesNeeded } from '../src/discovery/loss.js';
import { everyPort, indexPorts } from '../src/discovery/port-index.js';
import { createTurns } from '../src/discovery/turns.js';
import type { ScanOptions } from '../src/scan/options.js';
import { planAddresses, type Plans } from '../src/scan/plan.js';
import { behaviourOf, isOut, type Link, plainLink, seededRandom, type Stretch } from './fixtures/simulated-links.js';
import { type Behaviour, simulateNetwork } from './fixtures/simulated-network.js';

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

const portsOf = (report: AddressReport, state: 'closed' | 'filtered') =>
  report.notOpen.filter((group) => group.state === state).flatMap(({ ports }) => [...eachPort(ports)]);

/** What holds of every scan of one address, whatever the network does. */
function checkReport(report: AddressReport, ports: readonly number[], link: Link) {
  const groups = [...report.notOpen, ...report.unknown].map((group) => group.ports);
  const reported = [...report.open, ...groups.flatMap((ranges) => [...eachPort(ranges)])].sort((a, b) => a - b);
  assert.deepEqual(reported, [...ports], 'every port asked for is reported exactly once');
  for (const port of report.open) assert.ok(link.open.has(port), `${port} is open`);
  for (const port of portsOf(report, 'closed')) assert.ok(!link.open.has(port), `${port} is open, not closed`);
  for (const { state, missProbability } of report.notOpen) {
    assert.equal(missProbability !== undefined, state === 'filtered', 'a chance of a miss where there may be one');
    if (typeof missProbability === 'number') assert.ok(missProbability >= 0 && missProbability <= 1);
  }
}

interface Kind {
  readonly loss: number;
  readonly outages?: boolean;
  readonly limited?: boolean;
  readonly late?: boolean;
  readonly away?: 'returns' | 'for-ever';
}

/** A link of that kind, and which ports to ask for on it. */
function drawLink(seed: number, kind: Kind): { link: Link; ports: number[] } {
  const random = seededRandom(seed);
  const upTo = (most: number) => Math.floor(random() * (most + 1));
  const count = random() < 0.02 ? 1000 + upTo(2000) : 20 + upTo(180);
  const first = 1 + upTo(2000);
  const ports = oneTo(count).map((port) => port + first);
  const stretch = (latest: number, least: number, most: number): Stretch => {
    const start = upTo(latest);
    return { start, end: start + least + upTo(most - least) };
  };
  const rest = kind.limited === true ? 'refuse' : (['refuse', 'silent', 'silent', 'prohibited'] as const)[upTo(3)];
  return {
    ports,
    link: {
      ...plainLink,
      seed: seed + 1_000_003,
      delay: random() < 0.3 ? upTo(3) : upTo(300),
      jitter: random() < 0.5 ? upTo(5) : upTo(100),
      loss: random() * kind.loss,
      outages: [
        ...(kind.outages === true ? oneTo(upTo(5)).map(() => stretch(5000, 50, 300)) : []),
        ...(kind.away === 'returns' ? [stretch(4000, 1000, 6000)] : []),
        ...(kind.away === 'for-ever' ? [{ start: upTo(5000), end: Number.POSITIVE_INFINITY }] : []),
      ],
      lateShare: kind.late === true ? random() * 0.3 : 0,
      lateBy: 100 + upTo(1500),
      doubled: random() < 0.3 ? 0.2 : 0,
      open: new Set(oneTo(1 + upTo(4)).map(() => ports[upTo(count - 1)] ?? 0)),
      rest: rest ?? 'silent',
      refusalsPerSecond: kind.limited === true ? 10 + upTo(500) : Number.POSITIVE_INFINITY,
    },
  };
}

const kinds: [label: string, scans: number, kind: Kind, most: number][] = [
  ['without loss', 200, { loss: 0 }, 0],
  ['independent loss of up to 5 %', 900, { loss: 0.05 }, 0],
  ['independent loss of up to 10 %', 400, { loss: 0.1 }, 0],
  ['bursts', 400, { loss: 0.02, outages: true }, 0],
  ['refusals limited', 200, { loss: 0.02, limited: true }, 0],
  ['late answers', 400, { loss: 0.02, late: true }, 0],
  ['away for a while', 300, { loss: 0, away: 'returns' }, 0],
  ['away for good', 300, { loss: 0, away: 'for-ever' }, 0],
];


const allSilent = (delayAt: (at: number) => number, open: number[]): Behaviour => ({ port, at }) =>
  open.includes(port) ? { delay: delayAt(at), result: { packet: 'syn-ack' } } : undefined;
{
  const ports = oneTo(3000);
  for (const [name, f] of [['rise to 250', (at: number) => (at < 1000 ? 30 : 250)], ['rise 400', (at: number) => (at < 1000 ? 30 : 400)], ['steady 2000', () => 2000], ['steady 700', () => 700]] as const) {
    const { report, network } = run(allSilent(f, [80, 443, 2222]), plansFor(ports, 1), 'syn');
    console.log(name, report.open, report.notOpen.map(g => [g.state, countPorts(g.ports), g.missProbability]), report.unknown.map(g => [g.code, countPorts(g.ports)]), network.now(), network.sent.length);
  }
  for (const d of [690, 720, 650, 600, 900]) {
  const odd: Behaviour = ({ port }, attempt) => port === 80 ? { delay: 5, result: { packet: 'syn-ack' } } : port === 90 ? (attempt === 0 ? { delay: d, result: { packet: 'syn-ack' } } : { delay: 95, result: { packet: 'reset' } }) : undefined;
  try { const { report } = run(odd, plansFor([80, 90, 91], 1), 'syn'); console.log('odd', d, report.open, JSON.stringify(report.notOpen)); } catch (e) { console.log('odd', d, e instanceof Error ? e.message.slice(0, 200) : e); }
  }
}
for (const method of ['syn', 'connect'] as const) for (const rest of [500, 100]) {
  const link = { ...plainLink, open: new Set([7777, 80, 15000]), delay: 1, refusalsPerSecond: rest };
  const { report, network } = run(behaviourOf(link, method === 'syn'), plansFor(oneTo(20000), 1), method);
  console.log(method, rest, report.open, report.notOpen.map(g => [g.state, countPorts(g.ports), g.missProbability]), report.unknown.map(g => [g.code, countPorts(g.ports)]), report.limitsRefusals, network.now(), network.sent.length);
}
for (const method of ['syn', 'connect'] as const) for (const n of [100, 500]) for (const dead of [0, 300, 1000]) {
  const addresses = [host, ...oneTo(dead).map((i) => `198.18.${i >> 8}.${i & 255}`)];
  const link = { ...plainLink, open: new Set([5, 80]), rest: 'silent' as const };
  const b = behaviourOf(link, method === 'syn');
  for (const where of ['first', 'last']) {
  const began = Date.now();
  const { finishedAt, network } = run((p, a) => p.address === host ? b(p, a) : undefined, plansFor(oneTo(n), 1), method, { addresses: where === 'first' ? addresses : [...addresses].reverse() });
  console.log(method, n, dead, where, 'live at', finishedAt.get(host), 'all at', network.now(), network.sent.length, Date.now() - began, 'ms');
  }
}
t.pass();
