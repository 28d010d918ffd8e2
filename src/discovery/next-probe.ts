import {
  acceptsEverything,
  type AddressScan,
  isSettledFor,
  portInTurn,
  type Probe,
  type Purpose,
} from './address-scan.js';
import { duePulse, quickInterval } from './canary.js';
import { patientTimeout } from './patience.js';
import { timeoutFor } from './round-trip.js';
import { growWindow } from './window.js';

/** So few ports are waited for as if each mattered. */
const fewSilent = 64;
const patientFactor = 4;
/** Linux gives up on a neighbour after three seconds, and after three more where it was already being asked for. */
const neighbourTimeout = 6000;
/** So few answers at once hold each other up by some milliseconds at most. */
const quietWindow = 128;
/** From here on, such a share of lost refusals is no accident. */
const fewTrials = 20;
const muchLost = 0.2;
/** Where the rate is low, pulses must leave room for what they are for. */
const probesPerPulse = 16;
/** The kernel holds packets to an address that nobody may have, in space that all others need as well. */
const whileInDoubt = 4;
/** Pulses are for long stretches only. */
const longQueue = 256;
/** How often, to what size, and how soon after a loss the window may grow with nothing to go by. */
const coastInterval = 500;
const coastLimit = 1024;
const coastAfterLoss = 5000;

/** The next probe that is due, already counted as under way; undefined where none is due now or the window is full. */
export function takeProbe(scan: AddressScan, now: number): Probe | undefined {
  if (now < scan.notBefore || (scan.neighbourMissing && !scan.answered)) return undefined;
  const pulse = pulsePort(scan, now);
  if (pulse !== undefined) return probeOf(scan, pulse, 'pulse', now);
  if (scan.inFlight >= room(scan)) return undefined;
  const urgent = scan.urgent.shift();
  if (urgent !== undefined) return probeOf(scan, urgent.port, urgent.purpose, now);
  const port = nextPort(scan);
  return port === undefined ? undefined : probeOf(scan, port, 'endpoint', now);
}

/** Whether a neighbour has the address may take seconds to learn; nothing waits for that where something answers meanwhile. */
export function isAside({ plan }: AddressScan, purpose: Purpose): boolean {
  return plan.isHalfOpen && purpose === 'neighbour';
}

function probeOf(scan: AddressScan, port: number, purpose: Purpose, now: number): Probe {
  if (!isAside(scan, purpose)) scan.inFlight += 1;
  scan.sent += 1;
  return { scan, port, purpose, sentAt: now, deadline: now + timeoutOf(scan, port, purpose), abandon: nothing };
}

/** At the same rate, more may be under way where each waits longer; few where the time is what counts. */
function room(scan: AddressScan): number {
  const { window, round, repeats, stage, plan } = scan;
  if (scan.doubtsNeighbour && !scan.answered) return whileInDoubt;
  if (stage === 'origin') return Math.min(quietWindow, window.maximum);
  return Math.floor(round >= repeats && round > 0 && !plan.isHalfOpen ? window.size * patientFactor : window.size);
}

/** Whether a probe could be taken now, but for the window. */
export function isDue(scan: AddressScan, now: number): boolean {
  const queued = scan.stage === 'rounds' && scan.cursor < scan.queue.length;
  return now >= scan.notBefore && (queued || scan.urgent.length > 0);
}

/** Keeps the window honest while a long row of ports says nothing: by a pulse where one can be sent, else by time. */
function pulsePort(scan: AddressScan, now: number): number | undefined {
  if (scan.stage !== 'rounds' || scan.queue.length - scan.cursor < longQueue) return undefined;
  if (now - scan.canaries.lastPulse < quickInterval || scan.canaries.pulses * probesPerPulse > scan.sent)
    return undefined;
  const { plan, address } = scan;
  const port = duePulse(scan.canaries, now, {
    punishes: (candidate) => plan.punishes(address, candidate),
    isHalfOpen: plan.isHalfOpen,
    refusesReliably: !losesRefusals(scan),
  });
  if (port !== undefined) return port;
  if (now - scan.lastCoast >= coastInterval) {
    scan.lastCoast = now;
    const mayGrow = scan.window.size < coastLimit && now - scan.lastShrink > coastAfterLoss;
    if (mayGrow) scan.window = growWindow(scan.window, scan.window.size / 4);
  }
  return undefined;
}

/** So many refusals are lost that they tell nothing of the path. */
function losesRefusals({ losses }: AddressScan): boolean {
  const { trials, lost } = losses.refused;
  return trials >= fewTrials && lost > trials * muchLost;
}

function nextPort(scan: AddressScan): number | undefined {
  const everything = acceptsEverything(scan);
  while (scan.stage === 'rounds' && scan.cursor < scan.queue.length) {
    const port = portInTurn(scan, scan.cursor++);
    if (everything && !scan.plan.hasPriority(port)) continue;
    if (isSettledFor(scan, port)) continue;
    return port;
  }
  return undefined;
}

function timeoutOf(scan: AddressScan, port: number, purpose: Purpose): number {
  const { plan, roundTrip, round, repeats, queue } = scan;
  if (purpose === 'neighbour') return neighbourTimeout;
  const adapted = timeoutFor(roundTrip, plan.isHalfOpen ? 0 : round, plan.timeouts);
  // Most answer at once, and all would wait for the one that got lost.
  const asksAgain = (purpose === 'canary' && scan.canaries.attempts > 1) || purpose === 'origin';
  // What answers later than that is heard all the same, and no kernel sends a second SYN. Not so where the port is known to answer.
  if (plan.isHalfOpen && !asksAgain) return adapted;
  const matters = asksAgain || queue.length <= fewSilent || plan.hasPriority(port);
  const patience = asksAgain || round >= repeats ? patientTimeout(scan, matters) : 0;
  return Math.max(adapted, Math.min(patience, plan.timeouts.maximum));
}

function nothing(): void {
  // There is nothing to call off yet.
}
