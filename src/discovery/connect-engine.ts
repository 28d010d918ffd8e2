import type { Socket } from 'node:net';
import type { Address, Family } from '../model/address.js';
import type { Clock } from '../net/clock.js';
import type { Dial, DialResult } from '../net/dial.js';
import { type AddressReport, type ControlFailures, reportAddress } from './address-report.js';
import {
  acceptsEverything,
  type AddressPlan,
  type AddressScan,
  isSettledFor,
  type Probe,
  startAddressScan,
} from './address-scan.js';
import { isDue, takeProbe } from './next-probe.js';
import { type Outcome, outcomeOf, silenceOutcome } from './outcome.js';
import { createRateLimit } from './rate-limit.js';
import { returnProbe, settleProbe } from './settle-probe.js';
import { advance } from './stages.js';
import { growWindow, openWindow, shrinkWindow } from './window.js';

export interface EngineOptions {
  readonly plan: AddressPlan;
  /** Probes under way at once, over all addresses. */
  readonly maximumWindow: number;
  /** Addresses under way at once; each holds 64 KiB of state. */
  readonly maximumAddresses: number;
  /** Probes a second; undefined for as many as the windows allow. */
  readonly rate: number | undefined;
  readonly controlFailures: ControlFailures;
  readonly isOnLink: (address: Address) => boolean;
  readonly dial: Dial;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Who is told. All may be called many times, from within the engine's own turn. */
export interface EngineSink {
  /** An endpoint accepted; the socket is the receiver's from now on. `roundTrip` in milliseconds. */
  open(address: Address, port: number, socket: Socket, roundTrip: number): void;
  /** Every port of this address accepts, as its random-port controls have just shown. */
  acceptsEverything(address: Address): void;
  /** An address is finished: every one gets exactly one report, also when the scan is cancelled. */
  finished(report: AddressReport): void;
  /** True while the receiver wants no more open sockets. */
  isFull(): boolean;
}

export interface EngineProgress {
  /** Endpoints decided for good, and probes sent, so far. */
  readonly decided: number;
  readonly probes: number;
}

/** However short this machine runs, this many probes at once are tried. */
const leastWindow = 4;
/** How often time-outs are looked for, and what else is due with time. */
const tick = 20;
/** After a shortage here, nothing is started for this long. */
const shortagePause = 50;
/** Shortages in a row, with the window at its smallest, after which an endpoint is given up as unknown. */
const hopelessShortages = 100;

/** Probes every port of every address by connecting. Resolves when every address has its report. Never rejects. */
export function discoverByConnect(
  addresses: Iterable<Address>,
  options: EngineOptions,
  sink: EngineSink,
): { done: Promise<void>; progress: () => EngineProgress } {
  const { plan, clock, signal } = options;
  const waiting = addresses[Symbol.iterator]();
  const active: AddressScan[] = [];
  const underWay = new Map<Probe, () => void>();
  const rateLimit = createRateLimit(options.rate, clock.now());
  let window = openWindow(options.maximumWindow, leastWindow, options.maximumWindow);
  const hasSent = new Set<Family>();
  let exhausted = false;
  let turn = 0;
  let shortages = 0;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let probes = 0;
  let decidedBefore = 0;
  let pumping = false;
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });

  const admit = () => {
    while (!exhausted && active.length < options.maximumAddresses) {
      const next = waiting.next();
      if (next.done === true) exhausted = true;
      else active.push(startAddressScan(next.value, plan, clock.now()));
    }
  };

  /** Round robin: no address is starved by another, and a probe to each in turn is the politest order. */
  const takeNext = (now: number): Probe | undefined => {
    let tried = 0;
    while (tried++ < active.length) {
      const scan = active[turn++ % active.length];
      const probe = scan === undefined ? undefined : takeProbe(scan, now);
      if (probe !== undefined) return probe;
    }
    return undefined;
  };

  const settle = (probe: Probe, outcome: Outcome, socket?: Socket) => {
    const { scan, port, purpose } = probe;
    const wanted =
      socket !== undefined &&
      plan.isAsked(port) &&
      (purpose === 'endpoint' || purpose === 'random-control') &&
      !isSettledFor(scan, port);
    settleProbe(scan, probe, outcome, clock.now());
    if (purpose === 'random-control' && acceptsEverything(scan)) sink.acceptsEverything(scan.address);
    if (socket === undefined) return;
    if (wanted) sink.open(scan.address, port, socket, scan.roundTrip?.smoothed ?? 0);
    else leave(socket);
  };

  const onResult = (probe: Probe, result: DialResult) => {
    underWay.delete(probe);
    const outcome = outcomeOf(result);
    if (outcome.kind !== 'congestion') {
      // A pulse comes back whether or not anything else gets through.
      if (probe.purpose !== 'pulse') shortages = 0;
      hasSent.add(probe.scan.address.family);
      window = growWindow(window);
      settle(probe, outcome, result.kind === 'accepted' ? result.socket : undefined);
    } else if (shortages < hopelessShortages) {
      shortages += 1;
      window = shrinkWindow(window);
      pausedUntil = clock.now() + shortagePause;
      returnProbe(probe.scan, probe);
    } else {
      settle(probe, outOfResources(outcome.code, hasSent.has(probe.scan.address.family)));
    }
    pump();
  };

  const start = (probe: Probe) => {
    probes += 1;
    underWay.set(
      probe,
      options.dial(probe.scan.address, probe.port, (result) => {
        onResult(probe, result);
      }),
    );
  };

  const pump = () => {
    if (pumping) return;
    pumping = true;
    while (!signal.aborted && underWay.size < Math.floor(window.size) && !sink.isFull()) {
      const now = clock.now();
      if (now < pausedUntil) break;
      if (!rateLimit.allows(now)) break;
      const probe = takeNext(now);
      if (probe === undefined) {
        if (!settleAddresses(now)) break;
      } else {
        rateLimit.spend();
        start(probe);
      }
    }
    pumping = false;
  };

  /** Moves idle addresses on, reports those that are through, lets new ones in. True where that made a probe due. */
  const settleAddresses = (now: number): boolean => {
    let moved = false;
    for (let index = active.length - 1; index >= 0; index--) {
      const scan = active[index];
      if (scan === undefined || scan.inFlight > 0) continue;
      advance(scan, now, options.isOnLink(scan.address));
      moved ||= isDue(scan, now);
      if (scan.stage === 'done') {
        active.splice(index, 1);
        report(scan);
      }
    }
    const before = active.length;
    admit();
    if (active.length === 0) stop();
    return moved || active.length > before;
  };

  const report = (scan: AddressScan) => {
    decidedBefore += plan.ports.length;
    sink.finished(reportAddress(scan, options.controlFailures));
  };

  const expire = () => {
    const now = clock.now();
    for (const [probe, abandon] of underWay) {
      if (probe.deadline > now) continue;
      underWay.delete(probe);
      abandon();
      settle(probe, silenceOutcome());
    }
  };

  const onTick = () => {
    // Armed first: what follows may end the scan, and the tick with it.
    cancelTick = clock.after(tick, onTick);
    expire();
    pump();
  };

  const cancel = () => {
    for (const abandon of underWay.values()) abandon();
    underWay.clear();
    for (const scan of active.splice(0)) report(scan);
    for (const address of { [Symbol.iterator]: () => waiting }) report(startAddressScan(address, plan, clock.now()));
    stop();
  };

  let cancelTick: () => void = () => undefined;
  const stop = () => {
    cancelTick();
    signal.removeEventListener('abort', cancel);
    finish();
  };

  admit();
  if (active.length === 0) stop();
  else if (signal.aborted) cancel();
  else {
    signal.addEventListener('abort', cancel, { once: true });
    cancelTick = clock.after(tick, onTick);
    pump();
  }

  return {
    done,
    progress: () => ({ decided: decidedBefore + active.reduce((sum, scan) => sum + scan.decided, 0), probes }),
  };
}

/** EADDRNOTAVAIL has two causes: no source port is free, or this machine has no address of the family to send from. */
function outOfResources(code: string, hasSent: boolean): Outcome {
  if (code === 'EADDRNOTAVAIL' && !hasSent) {
    return {
      kind: 'unknown',
      code: 'ERR_NO_ROUTE',
      message: 'this machine has no address to send from (EADDRNOTAVAIL)',
    };
  }
  const message = `this machine ran short (${code}) however much the scan slowed down`;
  return { kind: 'unknown', code: 'ERR_RESOURCES', message };
}

/** The connection told what it was for; a FIN ends it the way services expect. */
function leave(socket: Socket): void {
  socket.on('error', () => socket.destroy());
  socket.end();
  socket.resume();
  socket.setTimeout(1000, () => socket.destroy());
}
