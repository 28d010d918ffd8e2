import { acceptsEverything, type AddressScan, isSettledFor, type Probe, type Purpose } from './address-scan.js';
import { duePulse } from './canary.js';
import { timeoutFor } from './round-trip.js';
import { growWindow } from './window.js';

/**
 * The last repeats wait until the kernel has sent its own second SYN (after one second) and could be answered: by a service whose
 * queue was full, by a host that drops every first SYN, or by an ICMP error. Ports that matter, and few ports, get more time.
 */
const patientTimeout = 1150;
const morePatientTimeout = 1500;
const fewSilent = 64;
const patientFactor = 2;
/** Linux gives up on a neighbour after three seconds. */
const neighbourTimeout = 4000;
/** So few answers at once hold each other up by some milliseconds at most. */
const quietWindow = 128;
/** Pulses are for long stretches only. */
const longQueue = 256;
/** How often, to what size, and how soon after a loss the window may grow with nothing to go by. */
const coastInterval = 500;
const coastLimit = 1024;
const coastAfterLoss = 5000;

/** The next probe that is due, already counted as under way; undefined where none is due now or the window is full. */
export function takeProbe(scan: AddressScan, now: number): Probe | undefined {
  if (now < scan.notBefore) return undefined;
  const next = pulsePort(scan, now) ?? (scan.inFlight < room(scan) ? nextPort(scan) : undefined);
  if (next === undefined) return undefined;
  scan.inFlight += 1;
  return { scan, ...next, sentAt: now, deadline: now + timeoutOf(scan, next.port, next.purpose) };
}

/** At the same rate, more may be under way where each waits longer; few where the time is what counts. */
function room({ window, round, plan, stage }: AddressScan): number {
  if (stage === 'origin') return Math.min(quietWindow, window.maximum);
  return Math.floor(round >= plan.repeats && round > 0 ? window.size * patientFactor : window.size);
}

/** Whether a probe could be taken now, but for the window. */
export function isDue(scan: AddressScan, now: number): boolean {
  const queued = scan.stage === 'rounds' && scan.cursor < scan.queue.length;
  return now >= scan.notBefore && (queued || scan.urgent.length > 0);
}

/** Keeps the window honest while a long row of ports says nothing: by a pulse where one can be sent, else by time. */
function pulsePort(scan: AddressScan, now: number): { port: number; purpose: Purpose } | undefined {
  if (scan.stage !== 'rounds' || scan.queue.length - scan.cursor < longQueue) return undefined;
  const port = duePulse(scan.canaries, now, (candidate) => scan.plan.punishes(scan.address, candidate));
  if (port !== undefined) return { port, purpose: 'pulse' };
  if (now - scan.lastCoast >= coastInterval) {
    scan.lastCoast = now;
    const mayGrow = scan.window.size < coastLimit && now - scan.lastShrink > coastAfterLoss;
    if (mayGrow) scan.window = growWindow(scan.window, scan.window.size / 4);
  }
  return undefined;
}

function nextPort(scan: AddressScan): { port: number; purpose: Purpose } | undefined {
  const urgent = scan.urgent.shift();
  if (urgent !== undefined) return urgent;
  const everything = acceptsEverything(scan);
  while (scan.stage === 'rounds' && scan.cursor < scan.queue.length) {
    const port = scan.queue[scan.cursor++] ?? 0;
    if (everything && !scan.plan.hasPriority(port)) continue;
    if (isSettledFor(scan, port)) continue;
    return { port, purpose: 'endpoint' };
  }
  return undefined;
}

function timeoutOf(scan: AddressScan, port: number, purpose: Purpose): number {
  const { plan, roundTrip, round, queue } = scan;
  if (purpose === 'neighbour') return neighbourTimeout;
  const adapted = timeoutFor(roundTrip, round, plan.timeouts);
  const asksAgain = purpose === 'canary' || purpose === 'origin';
  const matters = asksAgain || queue.length <= fewSilent || plan.hasPriority(port);
  const patience = asksAgain || round >= plan.repeats ? (matters ? morePatientTimeout : patientTimeout) : 0;
  return Math.max(adapted, Math.min(patience, plan.timeouts.maximum));
}
