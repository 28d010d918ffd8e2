import type { Socket } from 'node:net';
import type { Address } from '../model/address.js';
import type { Clock } from '../net/clock.js';
import type { Dial, DialResult } from '../net/dial.js';
import { type AddressReport, type ControlFailures, reportAddress, reportUnstarted } from './address-report.js';
import {
  acceptsEverything,
  type AddressPlan,
  type AddressScan,
  isSettledFor,
  portsDone,
  type Probe,
  startAddressScan,
} from './address-scan.js';
import { isDue, takeProbe } from './next-probe.js';
import {
  type Congestion,
  isOpen,
  noSourceAddress,
  outcomeOf,
  outOfResources,
  type ProbeOutcome,
  silence,
} from './outcome.js';
import { createRateLimit } from './rate-limit.js';
import { returnProbe, settleProbe } from './settle-probe.js';
import { advance } from './stages.js';
import { createThrottle } from './throttle.js';

export interface EngineOptions {
  readonly plan: AddressPlan;
  /** Probes under way at once, over all addresses. */
  readonly maximumWindow: number;
  /** Addresses under way at once; each holds up to 192 KiB of state. */
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
  /**
   * An endpoint accepted; the socket is the receiver's from now on, and undefined where the peer reset the connection at once.
   * `roundTrip` in milliseconds.
   */
  open(address: Address, port: number, socket: Socket | undefined, roundTrip: number): void;
  /** Every port of this address accepts, as its random-port controls have just shown. */
  acceptsEverything(address: Address): void;
  /** An address is finished: every one gets exactly one report, also when the scan is cancelled. */
  finished(report: AddressReport): void;
  /** True while the receiver wants no more open sockets. */
  isFull(): boolean;
}

export interface EngineProgress {
  /** Endpoints that are done, silent ones in proportion to the repeats they have had. */
  readonly decided: number;
  readonly probes: number;
}

/** How often time-outs are looked for, and what else is due with time. */
const tick = 20;

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
  const throttle = createThrottle(options.maximumWindow);
  const rateLimit = createRateLimit(options.rate, clock.now());
  let isPumping = false;
  let turn = 0;
  let probes = 0;
  let decidedBefore = 0;
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });

  const admit = () => {
    while (active.length < options.maximumAddresses) {
      const next = waiting.next();
      if (next.done === true) return;
      active.push(startAddressScan(next.value, plan, clock.now()));
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

  const settle = (probe: Probe, outcome: ProbeOutcome, socket?: Socket) => {
    const { scan, port, purpose } = probe;
    const wanted =
      isOpen(outcome) &&
      plan.isAsked(port) &&
      (purpose === 'endpoint' || purpose === 'random-control') &&
      !isSettledFor(scan, port);
    settleProbe(scan, probe, outcome, clock.now());
    if (purpose === 'random-control' && acceptsEverything(scan)) sink.acceptsEverything(scan.address);
    if (wanted) sink.open(scan.address, port, socket, scan.roundTrip?.smoothed ?? 0);
    else if (socket !== undefined) leave(socket);
  };

  const settleShortage = (probe: Probe, { code }: Congestion) => {
    // Another address may have one to send from, so this is no reason to slow down for all.
    if (code === 'EADDRNOTAVAIL' && !probe.scan.hasSent) settle(probe, noSourceAddress);
    else if (throttle.ranShort(clock.now())) settle(probe, outOfResources(code));
    else returnProbe(probe.scan, probe);
  };

  const onResult = (probe: Probe, result: DialResult) => {
    underWay.delete(probe);
    const outcome = outcomeOf(result);
    if (outcome.kind === 'congestion') settleShortage(probe, outcome);
    else {
      // A pulse comes back whether or not anything else gets through.
      if (probe.purpose !== 'pulse') throttle.gotThrough();
      settle(probe, outcome, result.kind === 'accepted' ? result.socket : undefined);
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
    if (isPumping) return;
    isPumping = true;
    while (!signal.aborted && !sink.isFull()) {
      const now = clock.now();
      if (underWay.size >= throttle.room(now) || !rateLimit.allows(now)) break;
      const probe = takeNext(now);
      if (probe !== undefined) {
        rateLimit.spend();
        start(probe);
      } else if (!moveOn(now)) break;
    }
    isPumping = false;
  };

  /** Moves idle addresses on, reports those that are through, lets new ones in. True where that made a probe due. */
  const moveOn = (now: number): boolean => {
    let isAnyDue = false;
    for (let index = active.length - 1; index >= 0; index--) {
      const scan = active[index];
      if (scan === undefined || scan.inFlight > 0) continue;
      advance(scan, now, options.isOnLink(scan.address));
      isAnyDue ||= isDue(scan, now);
      if (scan.stage === 'done') {
        active.splice(index, 1);
        report(reportAddress(scan, options.controlFailures));
      }
    }
    const before = active.length;
    admit();
    if (active.length === 0) stop();
    return isAnyDue || active.length > before;
  };

  const report = (finished: AddressReport) => {
    decidedBefore += plan.ports.length;
    sink.finished(finished);
  };

  const expire = () => {
    const now = clock.now();
    for (const [probe, abandon] of underWay) {
      if (probe.deadline > now) continue;
      underWay.delete(probe);
      abandon();
      settle(probe, silence);
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
    for (const scan of active.splice(0)) report(reportAddress(scan, options.controlFailures));
    const unstarted = reportUnstarted(plan);
    for (let next = waiting.next(); next.done !== true; next = waiting.next()) report(unstarted(next.value));
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
    progress: () => ({ decided: decidedBefore + active.reduce((sum, scan) => sum + portsDone(scan), 0), probes }),
  };
}

/** The connection told what it was for; a FIN ends it the way services expect. */
function leave(socket: Socket): void {
  socket.on('error', () => socket.destroy());
  socket.end();
  socket.resume();
  socket.setTimeout(1000, () => socket.destroy());
}
