import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { parseAddress, type Address } from '../src/model/address.js';
import { countPorts, formatRanges, mergeRanges } from '../src/model/ports.js';
import type { AddressReport } from '../src/discovery/address-report.js';
import type { AddressPlan } from '../src/discovery/address-scan.js';
import type { EngineOptions } from '../src/discovery/discovery.js';
import { discover } from '../src/discovery/engine.js';
import { outcomeOf } from '../src/discovery/outcome.js';
import { placeInQueue } from '../src/discovery/probe-order.js';
import { everyPort } from '../src/discovery/port-index.js';
import { createRateLimit } from '../src/discovery/rate-limit.js';
import { createRefusalTimes } from '../src/discovery/refusal-times.js';
import { addSample, defaultTimeouts, timeoutFor } from '../src/discovery/round-trip.js';
import { createSilenceLog, doubtSilence, isProvedSilent, noteAlive, noteSilence } from '../src/discovery/silence.js';
import { growWindow, openWindow, shrinkWindow } from '../src/discovery/window.js';
import { parseEphemeralPorts, parseOpenFiles } from '../src/net/limits.js';
import { type Behaviour, simulateNetwork, type Stretch } from './fixtures/simulated-network.js';

const host = '192.0.2.7';

function address(text: string): Address {
  const parsed = parseAddress(text);
  if (parsed === undefined) throw new Error(`not an address: ${text}`);
  return parsed;
}

function planFor(ports: readonly number[], changes: Partial<AddressPlan> = {}): AddressPlan {
  const asked = new Set(ports);
  return {
    ports: Uint16Array.from(ports),
    leading: 0,
    startOf: () => 0,
    isAsked: (port) => asked.has(port),
    hasPriority: (port) => port < 100,
    punishes: (_, port) => port === 22 || port === 3306,
    randomControls: [50001, 50002, 50003, 50004, 50005, 50006, 50007, 50008, 50009, 50010],
    likelyToAnswer: [80, 443],
    index: everyPort,
    repeats: 2,
    mostRepeats: 2,
    missTarget: 1e-6,
    isHalfOpen: false,
    spacing: 500,
    timeouts: defaultTimeouts,
    initialWindow: 64,
    maximumWindow: 1024,
    totalWindow: 1024,
    ...changes,
  };
}

interface Run {
  readonly reports: AddressReport[];
  readonly report: AddressReport;
  readonly opened: string[];
  readonly network: ReturnType<typeof simulateNetwork>;
}

/** Scans simulated hosts to the end, in no time. */
function scan(
  behaviour: Behaviour,
  ports: readonly number[],
  {
    plan = {},
    engine = {},
    addresses = [host],
    cancelAt,
    standstills = [],
  }: {
    plan?: Partial<AddressPlan>;
    engine?: Partial<EngineOptions>;
    addresses?: string[];
    cancelAt?: number;
    standstills?: readonly Stretch[];
  } = {},
): Run {
  const network = simulateNetwork(behaviour, standstills);
  const planned = planFor(ports, plan);
  const controller = new AbortController();
  const reports: AddressReport[] = [];
  const opened: string[] = [];
  discover(
    addresses.map(address),
    {
      planOf: () => planned,
      maximumAddresses: 16,
      rate: undefined,
      controlFailures: new Map(),
      isOnLink: () => false,
      dial: network.dial,
      connect: network.dial,
      clock: network.clock,
      signal: controller.signal,
      ...engine,
    },
    {
      open(at, port, socket) {
        opened.push(`${at.text} ${port}`);
        socket?.destroy();
      },
      acceptsEverything: () => undefined,
      finished: (report) => reports.push(report),
      isFull: () => false,
    },
  );
  const forget =
    cancelAt === undefined
      ? undefined
      : network.clock.after(cancelAt, () => {
          controller.abort();
        });
  network.run(() => reports.length === addresses.length);
  forget?.();
  const [report] = reports;
  if (report === undefined) throw new Error('no report');
  assert.equal(network.pending(), 0, 'nothing goes on after the end');
  const reportedOpen = reports.flatMap((each) => each.open.map((port) => `${each.address.text} ${port}`));
  assert.deepEqual([...opened].sort(), reportedOpen.sort(), 'each open endpoint is handed over exactly once');
  return { reports, report, opened, network };
}

/** `closed/conn-refused 1-9 · ERR_… 10`: a report in one line. */
function summary(report: AddressReport): string {
  return [
    ...(report.open.length > 0 ? [`open ${report.open.join(',')}`] : []),
    ...report.notOpen.map(({ state, reason, ports }) => `${state}/${reason} ${formatRanges(ports)}`),
    ...report.unknown.map(({ code, ports }) => `${code} ${formatRanges(ports)}`),
  ].join(' · ');
}

const oneTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
const accept = { delay: 1, result: 'accept' } as const;
const refuse = { delay: 1, result: 'refuse' } as const;
const icmp = (code: string) => ({ delay: 1, result: { code } }) as const;
const locally = (code: string) => ({ delay: 0, result: { code, local: true } }) as const;
const silence = undefined;

t.test('what one connection attempt shows', (t) => {
  const cases: [code: string, local: boolean, expected: object][] = [
    ['ECONNREFUSED', false, { kind: 'state', state: 'closed', reason: 'conn-refused' }],
    ['EHOSTUNREACH', false, { kind: 'state', state: 'filtered', reason: 'host-unreachable' }],
    ['ENETUNREACH', false, { kind: 'state', state: 'filtered', reason: 'net-unreachable' }],
    ['EHOSTDOWN', false, { kind: 'state', state: 'filtered', reason: 'host-down' }],
    ['EACCES', false, { kind: 'state', state: 'filtered', reason: 'admin-prohibited' }],
    ['ETIMEDOUT', false, { kind: 'state', state: 'filtered', reason: 'no-response' }],
    ['ENETUNREACH', true, { kind: 'unknown', code: 'ERR_NO_ROUTE' }],
    ['EHOSTUNREACH', true, { kind: 'unknown', code: 'ERR_NO_ROUTE' }],
    ['EAFNOSUPPORT', true, { kind: 'unknown', code: 'ERR_NO_ROUTE' }],
    ['ECONNREFUSED', true, { kind: 'unknown', code: 'ERR_LOCAL' }],
    ['EACCES', true, { kind: 'unknown', code: 'ERR_LOCAL' }],
    ['EPERM', true, { kind: 'unknown', code: 'ERR_LOCAL' }],
    ['EWHATEVER', false, { kind: 'unknown', code: 'ERR_LOCAL' }],
    ['EMFILE', true, { kind: 'congestion', code: 'EMFILE' }],
    ['ENFILE', true, { kind: 'congestion' }],
    ['EADDRNOTAVAIL', true, { kind: 'congestion' }],
    ['ENOBUFS', true, { kind: 'congestion' }],
  ];
  for (const [code, local, expected] of cases) {
    t.match(outcomeOf({ kind: 'error', code, message: code, local }), expected, `${code}${local ? ', local' : ''}`);
  }
  t.end();
});

t.test('hosts of every kind', (t) => {
  const open80 =
    (rest: Behaviour): Behaviour =>
    (probe, attempt) =>
      probe.port === 80 ? accept : rest(probe, attempt);
  const cases: [label: string, behaviour: Behaviour, expected: string][] = [
    ['all refuse', () => refuse, 'closed/conn-refused 1-300'],
    ['one accepts, the rest refuse', open80(() => refuse), 'open 80 · closed/conn-refused 1-79,81-300'],
    ['one accepts, the rest are silent', open80(() => silence), 'open 80 · filtered/no-response 1-79,81-300'],
    [
      'one accepts, the rest are administratively prohibited',
      open80(() => icmp('EACCES')),
      'open 80 · filtered/admin-prohibited 1-79,81-300',
    ],
    ['all are silent', () => silence, 'ERR_NEVER_ANSWERED 1-300'],
    ['all are unreachable', () => icmp('EHOSTUNREACH'), 'ERR_NEVER_ANSWERED 1-300'],
    ['no route', () => locally('ENETUNREACH'), 'ERR_NO_ROUTE 1-300'],
    ['another failure here', () => locally('EINVAL'), 'ERR_LOCAL 1-300'],
    ['out of descriptors for good', () => locally('EMFILE'), 'ERR_RESOURCES 1-300'],
    ['no address to send from', () => locally('EADDRNOTAVAIL'), 'ERR_NO_ROUTE 1-300'],
    [
      'out of source ports after a while',
      ({ port }) => (port < 10 ? refuse : locally('EADDRNOTAVAIL')),
      'closed/conn-refused 1-9 · ERR_RESOURCES 10-300',
    ],
    [
      'out of descriptors for a while',
      ({ at }) => (at < 400 ? locally('EMFILE') : refuse),
      'closed/conn-refused 1-300',
    ],
    ['every probe connects to itself', () => ({ delay: 0, result: 'self-connect' }), 'ERR_SELF_CONNECT 1-300'],
    [
      'a probe connects to itself once',
      ({ port }, attempt) => (port === 40 && attempt === 0 ? { delay: 0, result: 'self-connect' } : refuse),
      'closed/conn-refused 1-300',
    ],
    [
      'answers after 800 ms, longer than its neighbours, while it is busy',
      ({ port }, attempt) =>
        port === 9 ? { delay: attempt < 3 ? 800 : 150, result: 'accept' } : { delay: 150, result: 'refuse' },
      'open 9 · closed/conn-refused 1-8,10-300',
    ],
    [
      'loses the first probe to every port',
      ({ port }, attempt) => (attempt === 0 ? silence : port === 7 ? accept : refuse),
      'open 7 · closed/conn-refused 1-6,8-300',
    ],
    [
      'answered at first, is gone by the end',
      ({ port, at }) => (port === 80 && at < 1500 ? accept : silence),
      'open 80 · ERR_CANARY_LOST 1-79,81-300',
    ],
    [
      'refused at first, is unreachable by the end',
      ({ at }) => (at < 1 ? refuse : icmp('EHOSTUNREACH')),
      'closed/conn-refused 1-64 · ERR_CANARY_LOST 65-300',
    ],
    [
      'a route that comes back in time',
      ({ at }) => (at < 900 ? locally('ENETUNREACH') : refuse),
      'closed/conn-refused 1-300',
    ],
  ];
  for (const [label, behaviour, expected] of cases)
    t.equal(summary(scan(behaviour, oneTo(300)).report), expected, label);
  t.end();
});

t.test('silence is probed again, spaced in time', (t) => {
  const { network } = scan(({ port }) => (port === 80 ? accept : silence), [80, 3306]);
  const times = network.sent.filter(({ port }) => port === 3306).map(({ at }) => at);
  t.equal(times.length, 3, 'two repeats');
  for (const [index, at] of times.entries()) if (index > 0) t.ok(at - (times[index - 1] ?? 0) >= 500, `gap ${index}`);
  const fewer = scan(({ port }) => (port === 80 ? accept : silence), [80, 3306], {
    plan: { repeats: 0, mostRepeats: 0 },
  });
  t.equal(fewer.network.attemptsOf(host, 3306), 1, '--retries 0 probes once');
  t.equal(summary(fewer.report), 'open 80 · filtered/no-response 3306');
  t.end();
});

t.test('a port that answers is probed once', (t) => {
  const { network, opened } = scan(({ port }) => (port < 5 ? accept : refuse), oneTo(200));
  for (const port of oneTo(200)) t.equal(network.attemptsOf(host, port), 1, `port ${port}`);
  t.same(
    opened,
    [1, 2, 3, 4].map((port) => `${host} ${port}`),
    'each accepted connection is handed over once',
  );
  t.end();
});

t.test('an address that goes silent', (t) => {
  const ports = oneTo(20_000);
  const until =
    (end: number): Behaviour =>
    (probe) =>
      probe.at > end ? silence : probe.port === 80 ? accept : refuse;
  const gone = scan(until(20), ports);
  t.match(summary(gone.report), /^(open 80 · )?closed\/conn-refused [\d,-]+ · ERR_CANARY_LOST [\d,-]+$/);
  t.ok(gone.network.now() < 30_000, 'is given up soon');

  const pause: Behaviour = (probe) =>
    probe.at > 20 && probe.at < 4000 ? silence : probe.port === 80 ? accept : refuse;
  const back = scan(pause, ports);
  t.equal(summary(back.report), 'open 80 · closed/conn-refused 1-79,81-20000', 'and taken up again when it is back');

  const firewalled: Behaviour = (probe) =>
    probe.at > 2000 && probe.at < 6000
      ? silence
      : probe.port === 443
        ? accept
        : probe.port === 15_000
          ? accept
          : silence;
  const silent = scan(firewalled, ports);
  t.same(silent.report.open, [443, 15_000], 'also where nearly all is silent anyway');
  t.end();
});

t.test('an open port is never filtered because the address was away', (t) => {
  const outage = fc.record({ start: fc.integer({ min: 0, max: 6000 }), length: fc.integer({ min: 0, max: 12_000 }) });
  const narrow = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 20 });
  const wide = fc.constant(oneTo(3000));
  fc.assert(
    fc.property(
      outage,
      fc.oneof({ weight: 10, arbitrary: narrow }, { weight: 1, arbitrary: wide }),
      fc.integer({ min: 1, max: 400 }),
      fc.constantFrom(silence, refuse),
      fc.constantFrom(1, 2),
      fc.constantFrom(1, 64),
      ({ start, length }, others, hidden, rest, repeats, initialWindow) => {
        const behaviour: Behaviour = ({ at, port }) => {
          if (at >= start && at < start + length) return silence;
          return port === hidden || port === 7 ? accept : rest;
        };
        const ports = [...new Set([7, ...others, hidden])];
        const { report } = scan(behaviour, ports, { plan: { repeats, initialWindow } });
        for (const { state, ports: ranges } of report.notOpen) {
          const claimed = ranges.some(({ first, last }) => hidden >= first && hidden <= last);
          assert.ok(!claimed, `${hidden} is ${state}: ${summary(report)}`);
        }
      },
    ),
    { numRuns: 500 },
  );
  t.end();
});

t.test('a program that stands still takes no unread answer for silence', (t) => {
  const ports = oneTo(6000);
  const dropped = (port: number) => port >= 5000 && port < 5012;
  const isOpen = (port: number) => port === 7 || port === 80 || port === 5555;
  const every = (run: number, stand: number): Stretch[] =>
    Array.from({ length: 200 }, (_, index) => ({
      start: run + index * (run + stand),
      end: (index + 1) * (run + stand),
    }));
  const cases: [label: string, standstills: Stretch[]][] = [
    ['never', []],
    ['a suspended machine', [{ start: 60, end: 5060 }]],
    ['for longer than any time-out', [{ start: 60, end: 60_060 }]],
    ['time and again', every(100, 300)],
    ['more than it runs', every(50, 900)],
  ];
  for (const isHalfOpen of [false, true]) {
    const results = isHalfOpen
      ? ([{ packet: 'syn-ack' }, { packet: 'reset' }] as const)
      : (['accept', 'refuse'] as const);
    const behaviour: Behaviour = ({ port }) =>
      dropped(port) ? silence : { delay: 20, result: isOpen(port) ? results[0] : results[1] };
    const [method, closed] = isHalfOpen ? ['syn', 'reset'] : ['connect', 'conn-refused'];
    for (const [label, standstills] of cases) {
      const { report, network } = scan(behaviour, ports, { plan: { isHalfOpen }, standstills });
      t.equal(
        summary(report),
        `open 7,80,5555 · closed/${closed} 1-6,8-79,81-4999,5012-5554,5556-6000 · filtered/no-response 5000-5011`,
        `${label}, ${method}`,
      );
      for (const port of ports.filter((each) => !dropped(each) && each > 100)) {
        const attempts = network.attemptsOf(host, port);
        // Canaries are asked again, and a third and fourth time.
        if (!isOpen(port) && attempts > 1) assert.fail(`${label}, ${method}: ${port} was asked ${attempts} times`);
      }
    }
  }
  t.end();
});

t.test('an answer to a probe from before a lost canary ends no doubt', (t) => {
  const log = createSilenceLog();
  noteAlive(log, 0);
  doubtSilence(log, 100);
  noteAlive(log, 50);
  noteSilence(log, 7, 150);
  noteAlive(log, 500);
  t.notOk(isProvedSilent(log, 7, 1), 'silent while nobody knew');
  noteSilence(log, 7, 600);
  t.ok(isProvedSilent(log, 7, 1), 'silent once the address was known to answer again');
  t.end();
});

t.test('silence from before the address answered does not count', (t) => {
  const late: Behaviour = ({ at, port }) => (at < 1400 ? silence : port === 80 || port === 1777 ? accept : silence);
  t.same(scan(late, oneTo(6000)).report.open, [80, 1777], 'a host that comes up during the scan');
  const hunted = scan(({ at, port }) => (at < 900 ? silence : port === 443 || port === 9 ? accept : silence), [9, 10], {
    plan: { repeats: 0 },
  });
  t.equal(summary(hunted.report), 'open 9 · filtered/no-response 10', 'one found by looking elsewhere');
  t.end();
});

t.test('a path that loses answers to the end proves nothing by silence', (t) => {
  let sent = 0;
  const limited: Behaviour = ({ port }) => (port === 80 ? accept : sent++ % 10 === 0 ? refuse : silence);
  t.match(summary(scan(limited, oneTo(300)).report), /ERR_LOSSY/);
  t.notMatch(summary(scan(limited, oneTo(300)).report), /filtered/);
  t.end();
});

t.test('a host that limits its refusals does not stop the scan', (t) => {
  let second = -1;
  let sent = 0;
  const limited: Behaviour = ({ at, port }) => {
    if (Math.floor(at / 1000) !== second) {
      second = Math.floor(at / 1000);
      sent = 0;
    }
    if (port === 7777) return accept;
    return sent++ < 500 ? refuse : silence;
  };
  const { report, network } = scan(limited, oneTo(20_000));
  t.same(report.open, [7777]);
  t.notMatch(summary(report), /ERR_/);
  t.ok(network.now() < 600_000);
  t.end();
});

t.test('canaries spare services that count connections', (t) => {
  const beside = scan(({ port }) => (port === 22 || port === 443 ? accept : silence), [22, 443, 3307]);
  t.equal(beside.network.attemptsOf(host, 22), 1, 'ssh is left alone where https can be asked');
  t.ok(beside.network.attemptsOf(host, 443) > 1);
  const alone = scan(({ port }) => (port === 22 ? accept : silence), [22, 3307]);
  t.equal(alone.network.attemptsOf(host, 22), 2, 'asked once more where nothing else answers');
  t.equal(summary(alone.report), 'open 22 · filtered/no-response 3307');
  t.end();
});

t.test('looks elsewhere for an answer where the ports asked for give none', (t) => {
  const { report, network } = scan(({ port }) => (port === 443 ? refuse : silence), [3306]);
  t.equal(summary(report), 'filtered/no-response 3306');
  t.ok(network.attemptsOf(host, 443) >= 2, 'before and after');
  t.equal(summary(scan(() => silence, [3306]).report), 'ERR_NEVER_ANSWERED 3306');
  t.end();
});

t.test('a link without the neighbour', (t) => {
  const dead: Behaviour = ({ at }) =>
    at > 0 && at % 3 === 0 ? silence : { delay: 3000, result: { code: 'EHOSTUNREACH' } };
  const { report } = scan(dead, oneTo(50), { engine: { isOnLink: () => true } });
  t.equal(summary(report), 'ERR_NO_NEIGHBOUR 1-50');
  t.end();
});

t.test('where every port accepts', (t) => {
  const { report, network } = scan(() => accept, oneTo(20_000));
  t.ok(report.acceptsEverything);
  t.ok(network.sent.length < 1000, 'it is not connected to 20,000 times');
  t.match(summary(report), /ERR_ACCEPTS_EVERYTHING/);
  for (const port of oneTo(99)) t.ok(report.open.includes(port), `port ${port}, which matters, is still looked at`);
  const busy = scan(({ port }) => (port <= 1000 ? accept : refuse), oneTo(2000));
  t.notOk(busy.report.acceptsEverything, 'a thousand open ports are no such host');
  t.equal(summary(busy.report), `open ${oneTo(1000).join(',')} · closed/conn-refused 1001-2000`);
  t.end();
});

t.test('a control that failed takes the meaning out of silence, not out of answers', (t) => {
  const behaviour: Behaviour = ({ port }) => (port === 80 ? accept : port === 25 ? refuse : silence);
  const engine = {
    controlFailures: new Map([3306, 80, 25].map((port) => [port, { message: 'control down', refused: false }])),
  };
  const { report } = scan(behaviour, [25, 80, 3306, 5432], { engine });
  t.equal(summary(report), 'open 80 · closed/conn-refused 25 · filtered/no-response 5432 · ERR_CONTROL_FAILED 3306');
  const refusing = { controlFailures: new Map([[25, { message: 'refused', refused: true }]]) };
  t.equal(
    summary(scan(behaviour, [25, 80], { engine: refusing }).report),
    'open 80 · ERR_CONTROL_FAILED 25',
    'where the control is refused, who refuses here?',
  );
  t.end();
});

t.test('a scan that is cancelled decides only what had answered', (t) => {
  const behaviour: Behaviour = ({ port }) => (port === 80 ? accept : port < 50 ? refuse : silence);
  const { reports } = scan(behaviour, oneTo(300), { addresses: [host, '192.0.2.8'], cancelAt: 700 });
  for (const report of reports) {
    t.equal(summary(report), 'open 80 · closed/conn-refused 1-49 · ERR_CANCELLED 50-79,81-300', report.address.text);
  }
  t.end();
});

t.test('many addresses, few at a time', (t) => {
  const addresses = Array.from({ length: 60 }, (_, index) => `192.0.2.${index + 1}`);
  const { reports } = scan((probe) => (Number(probe.address.split('.')[3]) % 2 === 0 ? refuse : silence), oneTo(20), {
    addresses,
  });
  t.equal(reports.length, 60);
  for (const {
    address: { text },
    ...report
  } of reports) {
    const even = Number(text.split('.')[3]) % 2 === 0;
    t.equal(
      summary({ address: address(text), ...report }),
      even ? 'closed/conn-refused 1-20' : 'ERR_NEVER_ANSWERED 1-20',
    );
  }
  t.end();
});

t.test('an address that this machine cannot send to does not slow the others down', (t) => {
  const behaviour: Behaviour = ({ address: to }) => (to === '::1' ? locally('EADDRNOTAVAIL') : refuse);
  const { reports, network } = scan(behaviour, oneTo(5000), { addresses: ['127.0.0.1', '::1'] });
  const lines = reports.map((report) => `${report.address.text} ${summary(report)}`).sort();
  t.same(lines, ['127.0.0.1 closed/conn-refused 1-5000', '::1 ERR_NO_ROUTE 1-5000']);
  t.ok(network.now() < 5000);
  t.end();
});

t.test('a cancelled scan of a large block ends at once', (t) => {
  const addresses = Array.from({ length: 3000 }, (_, index) => `198.18.${index >> 8}.${index & 255}`);
  const { reports } = scan(() => silence, oneTo(500), { addresses, cancelAt: 100 });
  t.equal(reports.length, 3000);
  for (const report of reports) assert.equal(summary(report), 'ERR_CANCELLED 1-500');
  t.end();
});

t.test('a machine that cannot send that fast', (t) => {
  const ports = oneTo(20_000);
  const isOpen = (port: number) => port === 80 || port === 15_000;
  /** A queue that takes so many packets each 250 ms, and tells ENOBUFS of the others. */
  const queued = (most: number, rest: Behaviour): Behaviour => {
    let [period, sent] = [0, 0];
    return (probe, attempt) => {
      const current = Math.floor(probe.at / 250);
      if (current !== period) [period, sent] = [current, 0];
      sent += 1;
      return sent > most ? locally('ENOBUFS') : rest(probe, attempt);
    };
  };
  for (const isHalfOpen of [false, true]) {
    const [opens, refuses] = isHalfOpen
      ? [{ packet: 'syn-ack' } as const, { packet: 'reset' } as const]
      : ['accept' as const, 'refuse' as const];
    const method = isHalfOpen ? 'syn' : 'connect';
    const plan = { isHalfOpen, maximumWindow: 8192, totalWindow: 8192 };
    const refusing: Behaviour = ({ port }) => ({ delay: 20, result: isOpen(port) ? opens : refuses });
    const silent: Behaviour = ({ port }) => (isOpen(port) ? { delay: 20, result: opens } : silence);
    const closed = `open 80,15000 · closed/${isHalfOpen ? 'reset' : 'conn-refused'} 1-79,81-14999,15001-20000`;
    const filtered = 'open 80,15000 · filtered/no-response 1-79,81-14999,15001-20000';
    for (const [label, rest, expected] of [
      ['refused', refusing, closed],
      ['silent', silent, filtered],
    ] as const) {
      const free = scan(rest, ports, { plan });
      const { report, network } = scan(queued(500, rest), ports, { plan });
      t.equal(summary(report), expected, `${method}, ${label}`);
      const least = free.network.sent.length / 2;
      t.ok(network.now() < 5 * least + free.network.now(), `${method}, ${label}: in ${network.now()} ms, of ${least}`);
      t.ok(network.sent.length < 2 * free.network.sent.length, `${method}, ${label}: few are sent in vain`);
    }
    const hopeless = scan(() => locally('ENOBUFS'), oneTo(300), { plan });
    t.equal(summary(hopeless.report), 'ERR_RESOURCES 1-300', `${method}: for good`);
  }
  t.end();
});

t.test('the rate is kept', (t) => {
  const { network } = scan(() => refuse, oneTo(500), { engine: { rate: 100 } });
  const perSecond = new Map<number, number>();
  for (const { at } of network.sent)
    perSecond.set(Math.floor(at / 1000), (perSecond.get(Math.floor(at / 1000)) ?? 0) + 1);
  for (const [second, count] of perSecond) t.ok(count <= 106, `second ${second}: ${count}`);
  const limit = createRateLimit(10, 0);
  t.ok(limit.allows(0));
  limit.spend();
  t.notOk(limit.allows(50), 'half a token is none');
  t.ok(limit.allows(100));
  t.end();
});

t.test('a lossy link loses no open port but by three losses in a row', (t) => {
  const random = (seed: number) => () => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  for (let seed = 1; seed <= 20; seed++) {
    const next = random(seed * 7919);
    const openPorts = [22, 80, 443, 1777];
    const lossy: Behaviour = ({ port }) =>
      next() < 0.02 ? silence : openPorts.includes(port) ? { delay: 40, result: 'accept' } : silence;
    t.same(scan(lossy, oneTo(2000)).report.open, openPorts, `seed ${seed}`);
  }
  t.end();
});

t.test('refusals that come sooner than a round trip to the host', (t) => {
  const ports = oneTo(300);
  const open = (delay: number) => ({ delay, result: 'accept' }) as const;
  const refused = (delay: number) => ({ delay, result: 'refuse' }) as const;
  const firewalled = [25, 110, 250];
  const whole = 'open 80 · closed/conn-refused 1-79,81-300';
  const forged = 'open 80 · closed/conn-refused 1-24,26-79,81-109,111-249,251-300 · ERR_NOT_FROM_HOST 25,110,250';
  const cases: [label: string, behaviour: Behaviour, expected: string, asked: number][] = [
    [
      'a firewall at hand refuses three ports',
      ({ port }) => (firewalled.includes(port) ? refused(0.3) : port === 80 ? open(40) : refused(40)),
      forged,
      4,
    ],
    ['nobody but the host refuses', ({ port }) => (port === 80 ? open(40) : refused(40)), whole, 1],
    ['near by, a few milliseconds mean nothing', ({ port }) => (port === 80 ? open(9) : refused(0.1)), whole, 1],
    ['nor does less than half of the way', ({ port }) => (port === 80 ? open(60) : refused(35)), whole, 1],
    [
      'the handshake was held up once',
      ({ port }, attempt) => (port === 80 ? open(attempt === 0 ? 300 : 40) : refused(40)),
      whole,
      2,
    ],
    [
      'a second SYN is no measure',
      ({ port }) => (port === 80 ? open(1040) : refused(40)),
      whole,
      // Found by the patient repeat, with the canaries before and after.
      3,
    ],
    [
      'refusals that were quick once',
      ({ port }, attempt) => (port === 80 ? open(40) : refused(firewalled.includes(port) && attempt === 0 ? 1 : 40)),
      whole,
      7,
    ],
    [
      'one answer in nine may be held up',
      ({ port }, attempt) =>
        firewalled.includes(port)
          ? refused(port === 25 && attempt === 2 ? 90 : 0.3)
          : port === 80
            ? open(40)
            : refused(40),
      forged,
      4,
    ],
    [
      'this machine is busy for a while',
      ({ port }, attempt) =>
        firewalled.includes(port)
          ? refused(attempt > 0 && attempt < 3 ? 60 : 0.3)
          : port === 80
            ? open(40)
            : refused(40),
      forged,
      7,
    ],
    [
      'the port is gone by then',
      ({ port }, attempt) =>
        firewalled.includes(port) ? refused(0.3) : port === 80 && attempt === 0 ? open(40) : refused(40),
      whole,
      4,
    ],
    [
      'the only open port is forwarded to a machine further away',
      ({ port }) => (port === 80 ? open(60) : refused(20)),
      'open 80 · ERR_NOT_FROM_HOST 1-79,81-300',
      4,
    ],
    [
      'another open port is as near as the refusals',
      ({ port }) => (port === 80 ? open(60) : port === 7 ? open(20) : refused(20)),
      'open 7,80 · closed/conn-refused 1-6,8-79,81-300',
      1,
    ],
  ];
  for (const [label, behaviour, expected, asked] of cases) {
    const { report, network } = scan(behaviour, ports);
    t.equal(summary(report), expected, label);
    t.equal(network.attemptsOf(host, 80), asked, `${label}: times that the open port was asked`);
  }
  const { report } = scan(cases[0]?.[1] ?? (() => silence), ports);
  t.match(report.unknown[0]?.message, /within 0\.3 ms, when no handshake here takes less than 40\.0 ms/);
  t.equal(report.roundTrip, 40);
  t.equal(scan(() => refuse, [7]).report.roundTrip, undefined, 'nothing accepted, nothing measured');
  t.equal(scan(() => open(1040), [7]).report.roundTrip, undefined);
  t.end();
});

t.test('a service that counts connections is asked once more at most to measure the way', (t) => {
  const behaviour: Behaviour = ({ port }) => ({
    delay: port === 25 ? 0.3 : 40,
    result: port === 22 || port === 443 ? 'accept' : 'refuse',
  });
  const beside = scan(behaviour, [22, 25, 443, 3307]);
  t.equal(summary(beside.report), 'open 22,443 · closed/conn-refused 3307 · ERR_NOT_FROM_HOST 25');
  t.equal(beside.network.attemptsOf(host, 22), 1, 'https is asked instead');
  const alone = scan(behaviour, [22, 25, 3307]);
  t.equal(summary(alone.report), 'open 22 · closed/conn-refused 3307 · ERR_NOT_FROM_HOST 25');
  t.equal(alone.network.attemptsOf(host, 22), 2);
  t.end();
});

t.test('a busy program makes no firewall out of its own delays', (t) => {
  const behaviour =
    (held: number): Behaviour =>
    ({ port }, attempt) =>
      port === 3307
        ? silence
        : { delay: port === 22 && attempt < held ? 60 : 0.3, result: port === 22 ? 'accept' : 'refuse' };
  const once = scan(behaviour(1), [22, 25, 3306]);
  t.equal(summary(once.report), 'open 22 · closed/conn-refused 25,3306', 'one handshake was read late');
  const twice = scan(behaviour(2), [22, 25, 3306, 3307]);
  t.equal(
    summary(twice.report),
    'open 22 · closed/conn-refused 25,3306 · filtered/no-response 3307',
    'so was the one that was to tell, and the next was not',
  );
  const network = simulateNetwork(behaviour(1));
  const reports: AddressReport[] = [];
  discover(
    [address(host)],
    {
      // What is to be probed is worked out while the clock runs.
      planOf: () => planFor([22, 25, 3306], { punishes: () => (network.spend(30), true) }),
      maximumAddresses: 1,
      rate: undefined,
      controlFailures: new Map(),
      isOnLink: () => false,
      dial: network.dial,
      connect: network.dial,
      clock: network.clock,
      signal: new AbortController().signal,
    },
    {
      open: (_, __, socket) => socket?.destroy(),
      acceptsEverything: () => undefined,
      finished: (report) => reports.push(report),
      isFull: () => false,
    },
  );
  network.run(() => reports.length > 0);
  t.equal(reports.map(summary).join(), 'open 22 · closed/conn-refused 25,3306', 'work before a probe is sent');
  t.end();
});

t.test('where something refuses in the name of the host, refusals of a busy moment are looked at once more', (t) => {
  const busy =
    (held: (port: number) => boolean): Behaviour =>
    ({ port }, attempt) => {
      if (port === 80) return { delay: 40, result: 'accept' };
      const isNear = port !== 9 && (port <= 100 || held(port));
      return { delay: isNear && (attempt > 0 || !held(port)) ? 0.3 : 45, result: 'refuse' };
    };
  // Nearer refusals that came as late as the host's own.
  const few = scan(
    busy((port) => [3, 4, 200].includes(port)),
    oneTo(300),
  );
  t.equal(
    summary(few.report),
    'open 80 · closed/conn-refused 9,101-199,201-300 · ERR_NOT_FROM_HOST 1-8,10-79,81-100,200',
    'few ports are all looked at',
  );
  t.equal(few.network.attemptsOf(host, 9), 3, 'once more where more was found, and no more than that');
  const none = scan(
    busy(() => false),
    oneTo(20_000),
  );
  t.equal(summary(none.report), 'open 80 · closed/conn-refused 9,101-20000 · ERR_NOT_FROM_HOST 1-8,10-79,81-100');
  t.ok(none.network.sent.length < 21_000, 'where nothing more is found, a sample is enough');
  const many = scan(
    busy((port) => port % 10 !== 0),
    oneTo(20_000),
  );
  t.equal(countPorts(many.report.notOpen[0]?.ports ?? []), 1990 + 1, 'where more is found, every port is looked at');
  t.end();
});

t.test('silence means nothing where only another than the host was heard around it', (t) => {
  // 25 is refused near by, always; the host is there for two seconds, then gone, or stays.
  const until =
    (end: number): Behaviour =>
    ({ port, at }) =>
      port === 25
        ? { delay: 0.3, result: 'refuse' }
        : port === 80 && at < end
          ? { delay: 40, result: 'accept' }
          : silence;
  const stays = scan(until(Infinity), [25, 80, 3306]);
  t.equal(summary(stays.report), 'open 80 · filtered/no-response 3306 · ERR_NOT_FROM_HOST 25', 'observed anew');
  for (const end of [4000, 5000, 6000]) {
    const { report } = scan(until(end), [25, 80, 3306]);
    t.notMatch(summary(report), /filtered/, `gone after ${end} ms: ${summary(report)}`);
  }
  t.end();
});

t.test('a jittery way is no alarm', (t) => {
  const random = (seed: number) => () => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  let asked = 0;
  for (let seed = 1; seed <= 200; seed++) {
    const next = random(seed * 7919);
    const openPorts = seed % 2 === 0 ? [80] : [80, 90];
    const jittery: Behaviour = ({ port }) => ({
      delay: 10 + 20 * next(),
      result: openPorts.includes(port) ? 'accept' : 'refuse',
    });
    const { report, network } = scan(jittery, oneTo(200));
    if (network.sent.length > 210) asked += 1;
    assert.notEqual(report.notOpen.length, 0);
    assert.deepEqual(report.unknown, [], `seed ${seed}`);
  }
  t.ok(asked > 0, `suspicious ${asked} times of 200`);
  t.end();
});

t.test('how soon each port refused', (t) => {
  const times = createRefusalTimes();
  t.equal(times.get(7), Infinity);
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 5000, noNaN: true }), fc.integer({ min: 1, max: 65535 }), (took, port) => {
      const fresh = createRefusalTimes();
      fresh.note(port, took);
      const kept = fresh.get(port);
      assert.ok(kept >= took && kept <= took * 1.0443 + 0.0443, `${took} is kept as ${kept}`);
      fresh.note(port, took + 1000);
      assert.equal(fresh.get(port), kept, 'the least counts');
    }),
  );
  t.end();
});

t.test('properties, over networks that do anything', (t) => {
  const answers = fc.constantFrom(
    silence,
    accept,
    refuse,
    icmp('EHOSTUNREACH'),
    icmp('EACCES'),
    icmp('ENETUNREACH'),
    locally('ENETUNREACH'),
    locally('EMFILE'),
    locally('EPERM'),
    { delay: 1, result: 'self-connect' } as const,
    { delay: 900, result: 'accept' } as const,
    { delay: 2500, result: 'refuse' } as const,
  );
  const network = fc.array(fc.array(answers, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 40 });
  const behaviourOf =
    (rows: readonly (readonly ReturnType<Behaviour>[])[]): Behaviour =>
    ({ port }, attempt) => {
      const row = rows[port % rows.length] ?? [];
      return row[attempt % row.length];
    };
  const cancel = fc.option(fc.integer({ min: 0, max: 5000 }), { nil: undefined });
  fc.assert(
    fc.property(network, cancel, (rows, cancelAt) => {
      const asked = oneTo(45);
      const options = cancelAt === undefined ? {} : { cancelAt };
      const { report, network: seen } = scan(behaviourOf(rows), asked, options);
      const groups = [...report.notOpen, ...report.unknown].map(({ ports }) => ports);
      const covered = mergeRanges([...groups.flat(), ...report.open.map((port) => ({ first: port, last: port }))]);
      const count = groups.reduce((sum, ports) => sum + countPorts(ports), report.open.length);
      assert.equal(formatRanges(covered), '1-45');
      assert.equal(count, 45, 'each port asked for is in exactly one place');
      const everAnswered = seen.sent.some(({ port }) => {
        const row = rows[port % rows.length] ?? [];
        return row.some((answer) => answer?.result === 'accept' || answer?.result === 'refuse');
      });
      for (const { state, ports } of report.notOpen) {
        if (state === 'filtered') assert.ok(everAnswered, 'no address is filtered that never answered');
        for (const port of oneTo(45)) {
          if (!ports.some(({ first, last }) => port >= first && port <= last)) continue;
          const row = rows[port % rows.length] ?? [];
          const evidence =
            state === 'closed' ? ['refuse'] : [undefined, 'EHOSTUNREACH', 'EACCES', 'ENETUNREACH', 'accept', 'refuse'];
          const shown = row.map((answer) =>
            typeof answer?.result === 'object'
              ? 'local' in answer.result
                ? 'local'
                : answer.result.code
              : answer?.result,
          );
          assert.ok(
            shown.some((what) => evidence.includes(what)),
            `${state} rests on evidence`,
          );
        }
      }
    }),
    { numRuns: 300 },
  );
  t.end();
});

t.test('round trip and time-out', (t) => {
  const steady = Array.from({ length: 50 }).reduce<ReturnType<typeof addSample>>(
    (rtt) => addSample(rtt, 100),
    addSample(undefined, 100),
  );
  t.ok(Math.abs(steady.smoothed - 100) < 0.001);
  t.ok(steady.variation < 1);
  t.equal(timeoutFor(undefined, 0, defaultTimeouts), 1000, 'before the first answer');
  t.equal(timeoutFor(steady, 0, defaultTimeouts), 200, 'never under the minimum');
  t.equal(timeoutFor({ smoothed: 400, variation: 50 }, 0, defaultTimeouts), 600);
  t.equal(timeoutFor({ smoothed: 400, variation: 50 }, 1, defaultTimeouts), 900, 'half as long again for a repeat');
  t.equal(timeoutFor(undefined, 1, defaultTimeouts), 2000, 'doubled while nothing has answered');
  t.equal(timeoutFor({ smoothed: 400, variation: 50 }, 20, defaultTimeouts), 3000, 'never over the maximum');
  t.end();
});

t.test('window', (t) => {
  let window = openWindow(64, 4, 1000);
  for (let answer = 0; answer < 64; answer++) window = growWindow(window);
  t.equal(window.size, 128, 'doubles with every windowful of answers');
  t.equal(shrinkWindow(window).size, 64, 'halves on loss');
  const after = growWindow(shrinkWindow(window));
  t.ok(after.size < 64.1, 'creeps after a loss');
  t.equal(growWindow(window, 10_000).size, 1000, 'never over the maximum');
  t.equal(shrinkWindow(openWindow(100, 60, 1000)).size, 60, 'never under the minimum');
  t.equal(openWindow(64, 4, 1).size, 1);
  t.end();
});

t.test('limits of the system', (t) => {
  t.equal(
    parseOpenFiles('Limit     Soft Limit   Hard Limit   Units\nMax open files            256        524288    files\n'),
    256,
  );
  t.equal(parseOpenFiles('Max open files            unlimited        unlimited    files\n'), undefined);
  t.equal(parseOpenFiles(undefined), undefined);
  t.equal(parseEphemeralPorts('32768\t60999\n'), 28232);
  t.equal(parseEphemeralPorts('nonsense'), undefined);
  t.end();
});

t.test('every address goes through its queue from a start of its own, what matters first', (t) => {
  const turns = (length: number, leading: number, start: number) =>
    Array.from({ length }, (_, turn) => placeInQueue(turn, length, leading, start));
  fc.assert(
    fc.property(fc.nat(300), fc.nat(400), fc.nat(2 ** 32 - 1), (length, leading, start) => {
      const places = turns(length, leading, start);
      return (
        new Set(places).size === length &&
        places.every((place) => place >= 0 && place < length) &&
        // A port that matters is no more than a rank away from where it would be.
        places.slice(0, leading).every((place, turn) => place < leading && place >> 4 === turn >> 4)
      );
    }),
  );
  t.same(turns(5, 0, 3), [3, 4, 0, 1, 2]);
  t.same(turns(5, 2, 3), [1, 0, 2, 3, 4]);
  t.end();
});
