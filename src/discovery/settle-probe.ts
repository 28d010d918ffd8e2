import { type AddressScan, isSettledFor, portInTurn, type Probe } from './address-scan.js';
import { noteAnswer } from './canary.js';
import { noteHandshake, secondSyn } from './handshake-times.js';
import { isTooSoon } from './origin.js';
import { limitsRefusals, type Losses } from './loss.js';
import { noteOriginAnswer } from './origin-check.js';
import { isAnswer, isClosed, isOpen, isSilence, type ProbeOutcome } from './outcome.js';
import { isAside } from './next-probe.js';
import { isSentAgain } from './patience.js';
import { addSample } from './round-trip.js';
import { doubtSilence, noteAlive, noteSilence } from './silence.js';
import { growByWindowful, growWindow, shrinkWindow } from './window.js';

/** Local failures in a row after which the rest of the round is taken to fail the same way. */
const localFailuresEnough = 32;
/** One lost pulse is loss, and so may be two; several that were lost within this time, in milliseconds, may be a burst. */
const lostPulsesEnough = 3;
const lostLongEnough = 500;
/**
 * Where the last answer was to something sent longer ago than this, in milliseconds, a lost pulse is sent again at once; and after so
 * long a stretch there is doubt already.
 */
const seldomPulses = 100;
const longStretch = 1000;
/** Milliseconds in which pulses grow the window once. */
const growthInterval = 50;
/** Milliseconds by which the round trip may rise before it counts as queueing: this program's own turns take some. */
const queueingTolerance = 5;

/** Takes in what a probe showed. */
export function settleProbe(scan: AddressScan, probe: Probe, outcome: ProbeOutcome, now: number): void {
  if (!isAside(scan, probe.purpose)) scan.inFlight -= 1;
  if (!isLocalFailure(outcome)) scan.hasSent = true;
  const took = now - probe.sentAt;
  const isForged = isClosed(outcome) && isTooSoon(scan, took);
  const answer = isAnswer(outcome) && !isForged;
  noteTime(scan, probe.port, outcome, took);
  if (answer) {
    if (took < secondSyn || scan.roundTrip === undefined) scan.roundTrip = addSample(scan.roundTrip, took);
    scan.fastest = Math.min(scan.fastest, took);
    scan.answered = true;
    noteAlive(scan.silence, probe.sentAt);
    noteAnswer(scan.canaries, probe.port, outcome);
    scan.canaries.lastAnswered = Math.max(scan.canaries.lastAnswered, probe.sentAt);
  }
  switch (probe.purpose) {
    case 'endpoint':
      settleEndpoint(scan, probe, outcome, now);
      break;
    case 'random-control':
      scan.randomControlsSettled += 1;
      if (isOpen(outcome)) scan.randomControlsAccepted += 1;
      if (scan.plan.isAsked(probe.port)) settleEndpoint(scan, probe, outcome, now);
      break;
    case 'pulse':
      settlePulse(scan, probe, answer, now);
      break;
    case 'canary':
      if (answer) scan.canaries.confirmed = true;
      countTrial(scan, probe.port, answer);
      break;
    case 'neighbour':
      scan.doubtsNeighbour = false;
      if (outcome.kind === 'state' && outcome.reason === 'host-unreachable') {
        scan.neighbourMissing = true;
        if (!scan.answered) scan.urgent.splice(0);
      }
      break;
    case 'origin':
      if (scan.origin !== undefined) noteOriginAnswer(scan.origin, probe.port, outcome, { took, tooSoon: isForged });
      break;
    case 'hunt':
      break;
  }
  if (isOpen(outcome) && !scan.randomControlsStarted) startRandomControls(scan);
}

function noteTime(scan: AddressScan, port: number, outcome: ProbeOutcome, took: number): void {
  if (isOpen(outcome)) noteHandshake(scan.handshakes, port, took);
  else if (isClosed(outcome)) scan.refusals.note(port, took);
}

/** Pulses that stay away in a row suspend the scan of the address: going on would only collect worthless silence. */
function settlePulse(scan: AddressScan, { port, sentAt }: Probe, answer: boolean, now: number): void {
  const { canaries } = scan;
  countTrial(scan, port, answer);
  if (answer) {
    canaries.lostPulses = 0;
    growByPulse(scan, now);
  } else if (isOpen(scan.outcomes.get(port)) || !limitsRefusals(scan.losses)) {
    if (canaries.lostPulses === 0) canaries.lostSince = sentAt;
    canaries.lostPulses += 1;
    // One out of many is the loss that the repeats are for; what counts is whether the address went away, or we are too fast.
    const stretch = sentAt - canaries.lastAnswered;
    if (canaries.lostPulses > 1 || stretch > longStretch) {
      doubtSilence(scan.silence, sentAt);
      noteLoss(scan, now);
    } else if (stretch > seldomPulses) scan.urgent.push({ port, purpose: 'pulse' });
  }
  const lostFor = now - canaries.lostSince;
  if (canaries.lostPulses >= lostPulsesEnough && lostFor >= lostLongEnough && scan.stage === 'rounds') {
    scan.stage = 'canaries';
    canaries.suspended = true;
  }
}

/** A probe to a port that is known to answer. */
function countTrial(scan: AddressScan, port: number, answered: boolean): void {
  count(scan, isOpen(scan.outcomes.get(port)) ? 'accepted' : 'refused', 1, answered ? 0 : 1);
}

function count({ losses, pathLosses }: AddressScan, kind: keyof Losses, trials: number, lost: number): void {
  for (const counts of [losses[kind], pathLosses[kind]]) {
    counts.trials += trials;
    counts.lost += lost;
  }
}

/** An answered pulse stands for a windowful of silent probes, but no two for the same. */
function growByPulse(scan: AddressScan, now: number): void {
  if (now - scan.lastGrowth < Math.max(growthInterval, 2 * (scan.roundTrip?.smoothed ?? 0))) return;
  scan.lastGrowth = now;
  scan.window = growByWindowful(scan.window);
}

function settleEndpoint(scan: AddressScan, { port, sentAt }: Probe, outcome: ProbeOutcome, now: number): void {
  // It answered an earlier probe while this one was under way; what a repeat shows takes nothing back.
  if (isSettledFor(scan, port)) return;
  const before = scan.outcomes.get(port);
  if (isAnswer(outcome)) {
    scan.decided += 1;
    // It was silent before and answers now: that silence was loss, and a smaller window may lose less.
    const losses = isSilence(before) ? scan.round : 0;
    count(scan, isOpen(outcome) ? 'accepted' : 'refused', 1 + losses, losses);
    if (losses > 0 && !limitsRefusals(scan.losses)) {
      scan.lossesInRound += 1;
      noteLoss(scan, now);
    } else grow(scan, 1);
  } else if (outcome.kind === 'state') noteSilence(scan.silence, port, sentAt, isSentAgain(scan, now - sentAt) ? 2 : 1);
  // An ICMP error says more than silence does: a later silence does not hide it.
  const saysMore = before === undefined || before.kind === 'unknown' || !isSilence(outcome);
  if (saysMore) scan.outcomes.set(port, outcome);
  scan.localFailures = isLocalFailure(outcome) ? scan.localFailures + 1 : 0;
  if (scan.localFailures >= localFailuresEnough && !scan.answered) failRestOfRound(scan, outcome);
}

function isLocalFailure(outcome: ProbeOutcome): boolean {
  return outcome.kind === 'unknown' && outcome.code !== 'ERR_SELF_CONNECT';
}

function failRestOfRound(scan: AddressScan, outcome: ProbeOutcome): void {
  for (; scan.cursor < scan.queue.length; scan.cursor++) {
    const port = portInTurn(scan, scan.cursor);
    if (!isSettledFor(scan, port)) scan.outcomes.set(port, outcome);
  }
}

/** A larger window helps only while answers come back as fast as they ever did; beyond that, probes wait in a queue. */
function grow(scan: AddressScan, answers: number): void {
  const isQueueing = (scan.roundTrip?.smoothed ?? 0) > 2 * scan.fastest + queueingTolerance;
  if (!isQueueing) scan.window = growWindow(scan.window, answers);
}

/** At most one step down per round trip: many losses at once are one event. */
function noteLoss(scan: AddressScan, now: number): void {
  const pause = Math.max(scan.plan.timeouts.minimum, scan.roundTrip?.smoothed ?? 0);
  if (now - scan.lastShrink < pause) return;
  scan.lastShrink = now;
  scan.window = shrinkWindow(scan.window);
}

function startRandomControls(scan: AddressScan): void {
  scan.randomControlsStarted = true;
  for (const port of scan.plan.randomControls) {
    if (isSettledFor(scan, port)) {
      scan.randomControlsSettled += 1;
      if (isOpen(scan.outcomes.get(port))) scan.randomControlsAccepted += 1;
    } else scan.urgent.push({ port, purpose: 'random-control' });
  }
}

/** An answer that came when nobody waited any more: it is worth as much, but tells nothing of loss or of the round trip. */
export function noteLate(scan: AddressScan, port: number, outcome: ProbeOutcome): void {
  if (isAnswer(outcome)) {
    if (scan.plan.isAsked(port)) scan.decided += 1;
    scan.answered = true;
    // How late is not known; with more patience the next answers will tell.
    scan.roundTrip ??= addSample(undefined, scan.plan.timeouts.maximum / 2);
    noteAnswer(scan.canaries, port, outcome);
  }
  scan.outcomes.set(port, outcome);
  if (!isOpen(outcome)) return;
  // Without a handshake that was timed, refusals from nearer by would pass for the host's own.
  if (scan.handshakes.least === Number.POSITIVE_INFINITY) scan.urgent.push({ port, purpose: 'origin' });
  if (!scan.randomControlsStarted) startRandomControls(scan);
}

/** This machine ran short: the probe goes back to be taken again. */
export function returnProbe(scan: AddressScan, probe: Probe): void {
  if (!isAside(scan, probe.purpose)) scan.inFlight -= 1;
  scan.urgent.push({ port: probe.port, purpose: probe.purpose });
}
