import type { Socket } from 'node:net';
import type { Address } from '../model/address.js';
import { getOrInsert } from '../model/groups.js';
import { closePolitely } from '../net/connection.js';
import type { DialResult } from '../net/dial.js';
import { type AddressReport, reportAddress, reportUnstarted } from './address-report.js';
import {
  acceptsEverything,
  type AddressPlan,
  type AddressScan,
  isSettledFor,
  portsDone,
  type Probe,
  startAddressScan,
} from './address-scan.js';
import type { Discovery, EngineOptions, EngineSink } from './discovery.js';
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
import { createDeadlines } from './deadlines.js';
import { createLosses, type Losses } from './loss.js';
import { createRateLimit } from './rate-limit.js';
import { noteLate, returnProbe, settleProbe } from './settle-probe.js';
import { advance, doubtNeighbour } from './stages.js';
import { createThrottle, type Throttle } from './throttle.js';
import { createTurns } from './turns.js';

/** How often time-outs are looked for, and what else is due with time. */
const tick = 10;
/** A tick this late, in milliseconds, comes after a standstill: what has come in meanwhile is unread, and no silence. */
const standstillAfter = 50;
/** So few probes under way hold no answer up. */
const few = 64;
/**
 * So many probes at most are sent before answers that have come are heard: each takes some microseconds, and a thousandfold of that would
 * count as the way's own round trip.
 */
const burst = 256;

/** Probes every port of every address. Resolves when every address has its report. Never rejects. */
export function discover(addresses: Iterable<Address>, options: EngineOptions, sink: EngineSink): Discovery {
  const { planOf, clock, signal } = options;
  const waiting = addresses[Symbol.iterator]();
  const active = new Map<string, AddressScan>();
  const paths = new Map<bigint, Losses>();
  const turns = createTurns();
  const deadlines = createDeadlines<Probe>(tick, clock.now());
  // What one method runs short of, another may have enough of.
  const throttles = new Map<AddressPlan, Throttle>();
  const throttleOf = ({ plan }: AddressScan) =>
    getOrInsert(throttles, plan, () => createThrottle(plan.totalWindow, clock.now()));
  const rateLimit = createRateLimit(options.rate, clock.now());
  /** Milliseconds in which this program did not run: starved, stopped, or on a machine that was suspended. */
  let stoodStill = 0;
  let lastTick = clock.now();
  let isPumping = false;
  let sentInBurst = 0;
  let isOver = false;
  let probes = 0;
  let decidedBefore = 0;
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });

  const pathLossesOf = (address: Address): Losses => getOrInsert(paths, neighbourhoodOf(address), createLosses);

  const admit = () => {
    while (active.size < options.maximumAddresses) {
      const next = waiting.next();
      if (next.done === true) return;
      const scan = startAddressScan(next.value, planOf(next.value), clock.now(), pathLossesOf(next.value));
      if (scan.plan.isHalfOpen && options.isOnLink(next.value)) doubtNeighbour(scan);
      active.set(next.value.text, scan);
      turns.add(scan);
    }
  };

  /** A scan is reported without waiting for its neighbour probe. */
  const isActive = (scan: AddressScan) => active.get(scan.address.text) === scan;

  const settle = (probe: Probe, outcome: ProbeOutcome, now: number, socket?: Socket) => {
    const { scan, port, purpose } = probe;
    const wanted =
      isOpen(outcome) &&
      scan.plan.isAsked(port) &&
      (purpose === 'endpoint' || purpose === 'random-control') &&
      !isSettledFor(scan, port);
    settleProbe(scan, probe, outcome, now);
    turns.add(scan);
    if (purpose === 'random-control' && acceptsEverything(scan)) sink.acceptsEverything(scan.address);
    if (wanted) sink.open(scan.address, port, socket, scan.roundTrip?.smoothed ?? 0);
    else if (socket !== undefined) closePolitely(socket);
  };

  const settleShortage = (probe: Probe, { code }: Congestion, now: number) => {
    // Another address may have one to send from, so this is no reason to slow down for all.
    if (code === 'EADDRNOTAVAIL' && !probe.scan.hasSent) settle(probe, noSourceAddress, now);
    else if (throttleOf(probe.scan).ranShort(now)) settle(probe, outOfResources(code), now);
    else {
      returnProbe(probe.scan, probe);
      turns.add(probe.scan);
    }
  };

  /** Also where nothing came back: this machine was not short of anything. */
  const noteSent = ({ scan, purpose }: Probe) => {
    // A pulse comes back whether or not anything else gets through.
    if (purpose !== 'pulse') throttleOf(scan).gotThrough();
  };

  const onResult = (probe: Probe, result: DialResult) => {
    if (probe.abandon === undefined) return;
    const now = clock.now();
    end(probe);
    if (!isActive(probe.scan)) {
      if (result.kind === 'accepted') closePolitely(result.socket);
      return;
    }
    const outcome = outcomeOf(result);
    if (outcome.kind === 'congestion') settleShortage(probe, outcome, now);
    else {
      noteSent(probe);
      settle(probe, outcome, now, result.kind === 'accepted' ? result.socket : undefined);
    }
    pump();
  };

  const start = (probe: Probe) => {
    probes += 1;
    throttleOf(probe.scan).begin();
    probe.deadline -= stoodStill;
    deadlines.add(probe);
    const dial = probe.purpose === 'neighbour' ? options.connect : options.dial;
    probe.abandon = dial(probe.scan.address, probe.port, (result) => {
      onResult(probe, result);
    });
  };

  /** Lets go of what it would take to call it off: the probe itself stays among the deadlines until its own. */
  const end = (probe: Probe) => {
    probe.abandon = undefined;
    throttleOf(probe.scan).end();
  };

  /** Time is what the check of the origin goes by, and a crowd of other probes takes its own of this program's. */
  const isBusy = () => {
    for (const { stage, inFlight } of active.values()) if (stage !== 'origin' && inFlight > few) return true;
    return false;
  };

  const pump = () => {
    if (isPumping) return;
    isPumping = true;
    while (!isOver && sentInBurst < burst && !sink.isFull()) {
      // Read anew each time: a probe must not be charged with what was done before it was sent.
      const now = clock.now();
      if (!rateLimit.allows(now)) break;
      const scan = turns.take();
      if (scan === undefined) break;
      // Its turn comes again when a probe of its own is over, or with the next tick.
      if (!throttleOf(scan).hasRoom(now) || (scan.stage === 'origin' && isBusy())) continue;
      const probe = takeProbe(scan, now);
      if (probe !== undefined) {
        turns.add(scan);
        rateLimit.spend();
        start(probe);
        sentInBurst += 1;
        if (sentInBurst === burst) cancelBurst = clock.after(0, nextBurst);
      } else if (scan.inFlight === 0) moveOn(scan, now);
    }
    isPumping = false;
  };

  const nextBurst = () => {
    sentInBurst = 0;
    pump();
  };

  /** Moves an idle address on, or reports it and lets another in. */
  const moveOn = (scan: AddressScan, now: number) => {
    advance(scan, now, options.isOnLink(scan.address));
    if (scan.stage === 'done') {
      active.delete(scan.address.text);
      report(reportAddress(scan, options.controlFailures), scan.plan);
      admit();
      if (active.size === 0) stop();
    } else if (isDue(scan, now)) turns.add(scan);
  };

  const report = (finished: AddressReport, { ports }: AddressPlan) => {
    decidedBefore += ports.length;
    sink.finished(finished);
  };

  const onTick = () => {
    // Armed first: what follows may end the scan, and the tick with it.
    cancelTick = clock.after(tick, onTick);
    const now = clock.now();
    stoodStill += Math.max(0, now - lastTick - standstillAfter);
    lastTick = now;
    for (const probe of deadlines.due(now - stoodStill)) {
      const { abandon } = probe;
      if (abandon === undefined) continue;
      end(probe);
      abandon();
      noteSent(probe);
      if (isActive(probe.scan)) settle(probe, silence, now);
    }
    // Pauses end and pulses come due with time alone.
    for (const scan of active.values()) turns.add(scan);
    pump();
  };

  const cancel = () => {
    for (const scan of active.values()) report(reportAddress(scan, options.controlFailures), scan.plan);
    active.clear();
    for (let next = waiting.next(); next.done !== true; next = waiting.next()) {
      const plan = planOf(next.value);
      report(reportUnstarted(next.value, plan), plan);
    }
    stop();
  };

  let cancelTick: () => void = nothing;
  let cancelBurst: () => void = nothing;
  const stop = () => {
    isOver = true;
    for (const { abandon } of deadlines.all()) abandon?.();
    cancelTick();
    cancelBurst();
    signal.removeEventListener('abort', cancel);
    finish();
  };

  admit();
  if (active.size === 0) stop();
  else if (signal.aborted) cancel();
  else {
    signal.addEventListener('abort', cancel, { once: true });
    cancelTick = clock.after(tick, onTick);
    pump();
  }

  const late = (address: Address, port: number, result: DialResult) => {
    const scan = active.get(address.text);
    const outcome = outcomeOf(result);
    if (scan === undefined || outcome.kind === 'congestion' || isSettledFor(scan, port)) return;
    noteLate(scan, port, outcome);
    if (isOpen(outcome) && scan.plan.isAsked(port)) sink.open(address, port, undefined, scan.roundTrip?.smoothed ?? 0);
    turns.add(scan);
  };

  return {
    done,
    late,
    progress: () => ({
      decided: decidedBefore + [...active.values()].reduce((sum, scan) => sum + portsDone(scan), 0),
      probes,
    }),
  };
}

/** The /24 of IPv4 or /64 of IPv6 that an address is in: few of these are reached by several paths. */
function neighbourhoodOf({ family, value }: Address): bigint {
  return family === 4 ? value >> 8n : -1n - (value >> 64n);
}

function nothing(): void {
  // There is nothing to call off yet.
}
