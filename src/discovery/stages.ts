import { acceptsEverything, type AddressScan, isSettledFor } from './address-scan.js';
import {
  confirmNearer,
  isNearerProved,
  isTooSoon,
  nextOriginAsk,
  retryOriginCheck,
  startOriginCheck,
} from './origin.js';
import { limitsRefusals, lossBound, lossOf, probesNeeded } from './loss.js';
import type { OriginCheck } from './origin-check.js';
import { isSentAgain } from './patience.js';
import { createSilenceLog, doubtSilence, isProvedSilent } from './silence.js';

/** An address that never answered is probed again on this many ports at most: it ends as unknown either way. */
const repeatsWithoutAnswer = 1024;
/** How often the canaries are asked in a row before they count as lost. */
const canaryAttempts = 4;
/** Half-open probes are not waited for long; in so many milliseconds at the end their late answers may still come. */
const linger = 1000;
/** Rounds that may be added where silence was worth nothing: the address was in doubt, or answers kept getting lost. */
const mostExtraRounds = 6;

/** Moves on once all that was under way has ended. `onLink`: the address is reached without a router. */
export function advance(scan: AddressScan, now: number, onLink: boolean): void {
  if (scan.inFlight > 0 || scan.urgent.length > 0) return;
  if (scan.doubtsNeighbour && !scan.answered && scan.cursor >= scan.queue.length) return;
  if (scan.neighbourMissing && !scan.answered) scan.stage = 'done';
  switch (scan.stage) {
    case 'rounds':
      if (scan.cursor >= scan.queue.length) endRound(scan, now, onLink);
      break;
    case 'linger':
      if (now >= scan.notBefore) endLinger(scan, now, onLink);
      break;
    case 'neighbour':
      scan.stage = 'done';
      break;
    case 'canaries':
      weighCanaries(scan, now);
      break;
    case 'origin':
      weighOrigin(scan, now);
      break;
    case 'done':
      break;
  }
  // Last of all, and once: who refused?
  if (scan.stage === 'done' && scan.origin === undefined) {
    scan.origin = startOriginCheck(scan);
    if (scan.origin !== undefined) {
      scan.stage = 'origin';
      weighOrigin(scan, now);
    }
  }
}

function endRound(scan: AddressScan, now: number, onLink: boolean): void {
  planRepeats(scan);
  const unsettled = scan.plan.ports.filter((port) => !isSettledFor(scan, port));
  if (unsettled.length > 0 && !scan.answered && !scan.hunted) {
    hunt(scan);
    if (scan.urgent.length > 0) return;
  }
  const again = worthAnotherRound(scan, unsettled);
  if (again.length === 0) leaveRounds(scan, now, unsettled.length > 0, onLink);
  else if (!askBetweenRounds(scan)) startRound(scan, again, now);
}

/** As often as it takes until a port that is open is missed by no more than the chance aimed at, for all that is known of the loss. */
function planRepeats(scan: AddressScan): void {
  const { plan, pathLosses } = scan;
  const bound = lossBound(lossOf(pathLosses));
  const wanted = bound === undefined ? plan.repeats : probesNeeded(bound, plan.missTarget) - 1;
  const repeats = Math.max(plan.repeats, Math.min(plan.mostRepeats, wanted));
  scan.silenceWanted = repeats + 1;
  // The last round, which is patient, sends two packets a probe.
  scan.repeats = isSentAgain(scan, plan.timeouts.maximum) ? Math.max(plan.repeats, repeats - 1) : repeats;
}

/** What is to be probed again; nothing where nothing is worth it, or enough has been tried. */
function worthAnotherRound(scan: AddressScan, unsettled: Uint16Array): Uint16Array {
  const isExtra = scan.round >= scan.repeats;
  if (isExtra && (!scan.answered || scan.extraRounds >= mostExtraRounds)) return new Uint16Array();
  const everything = acceptsEverything(scan);
  return unsettled.filter(
    (port) => (!everything || scan.plan.hasPriority(port)) && (!isExtra || isWorthMore(scan, port)),
  );
}

function startRound(scan: AddressScan, ports: Uint16Array, now: number): void {
  if (scan.round >= scan.repeats) scan.extraRounds += 1;
  scan.stage = 'rounds';
  scan.round += 1;
  scan.lossesInRound = 0;
  scan.localFailures = 0;
  scan.askedAfterRound = false;
  scan.queue = scan.answered ? ports : ports.slice(0, repeatsWithoutAnswer);
  scan.cursor = 0;
  scan.notBefore = now + scan.plan.spacing;
}

/** Between two rounds one canary tells whether the address still answers, where one can be asked without harm. */
function askBetweenRounds(scan: AddressScan): boolean {
  if (scan.askedAfterRound || !scan.answered) return false;
  scan.askedAfterRound = true;
  const port = scan.canaries.harmless((candidate) => scan.plan.punishes(scan.address, candidate))[0];
  if (port !== undefined) scan.urgent.push({ port, purpose: 'pulse' });
  return port !== undefined;
}

/** Silence that does not count yet, or that cannot be trusted while answers are being lost. */
function isWorthMore(scan: AddressScan, port: number): boolean {
  return (
    scan.outcomes.get(port)?.kind === 'state' &&
    (!isProvedSilent(scan.silence, port, scan.silenceWanted) || losesAnswers(scan))
  );
}

/** Silence cannot be trusted yet; refusals that a host limits are no loss of answers. */
function losesAnswers({ lossesInRound, losses }: AddressScan): boolean {
  return lossesInRound > 0 && !limitsRefusals(losses);
}

/** Nothing asked for has answered: perhaps something else does, and gives the silence a meaning. */
function hunt(scan: AddressScan): void {
  scan.hunted = true;
  for (const port of scan.plan.likelyToAnswer) {
    if (!scan.plan.isAsked(port)) scan.urgent.push({ port, purpose: 'hunt' });
  }
}

function leaveRounds(scan: AddressScan, now: number, silentPorts: boolean, onLink: boolean): void {
  if (!silentPorts) scan.stage = 'done';
  else if (scan.plan.isHalfOpen && !scan.lingered) {
    scan.lingered = true;
    scan.stage = 'linger';
    scan.notBefore = now + linger;
  } else if (scan.answered) {
    scan.stage = 'canaries';
    askCanaries(scan, now);
  } else if (onLink && !scan.plan.isHalfOpen && scan.localFailures === 0) {
    scan.stage = 'neighbour';
    askNeighbour(scan);
  } else scan.stage = 'done';
}

/** Before a half-open scan of an address on a link of ours: a packet to nobody tells nothing, and stands in the way of others. */
export function doubtNeighbour(scan: AddressScan): void {
  scan.doubtsNeighbour = true;
  askNeighbour(scan);
}

function askNeighbour({ plan, urgent }: AddressScan): void {
  urgent.push({ port: plan.randomControls[0] ?? plan.ports[0] ?? 0, purpose: 'neighbour' });
}

/** Late answers may have come meanwhile, and with the first of an address its silence begins to mean something. */
function endLinger(scan: AddressScan, now: number, onLink: boolean): void {
  const unsettled = scan.plan.ports.filter((port) => !isSettledFor(scan, port));
  const again = worthAnotherRound(scan, unsettled);
  if (again.length > 0) startRound(scan, again, now);
  else leaveRounds(scan, now, unsettled.length > 0, onLink);
}

function askCanaries(scan: AddressScan, now: number): void {
  const { canaries, plan, address } = scan;
  const ports = canaries.choose((port) => plan.punishes(address, port));
  if (canaries.attempts > 0) scan.notBefore = now + plan.spacing;
  canaries.attempts += 1;
  for (const port of ports) scan.urgent.push({ port, purpose: 'canary' });
}

/** The canaries have been asked and have answered, or have not. */
function weighCanaries(scan: AddressScan, now: number): void {
  const { canaries } = scan;
  if (!canaries.confirmed) {
    // Nothing else is under way, so every later answer is one to a later probe.
    if (canaries.attempts > 0) doubtSilence(scan.silence, now);
    if (canaries.attempts >= canaryAttempts) scan.stage = 'done';
    else askCanaries(scan, now);
    return;
  }
  const wasSuspended = canaries.suspended;
  Object.assign(canaries, { suspended: false, attempts: 0, lostPulses: 0 });
  if (wasSuspended) {
    canaries.confirmed = false;
    scan.stage = 'rounds';
    scan.window = { ...scan.window, size: scan.window.minimum };
    return;
  }
  // They may have told of more loss than was known when the rounds ended.
  planRepeats(scan);
  const unsettled = scan.plan.ports.filter((port) => !isSettledFor(scan, port));
  const again = worthAnotherRound(scan, unsettled);
  if (again.length > 0) {
    canaries.confirmed = false;
    startRound(scan, again, now);
  } else scan.stage = 'done';
}

/** Asks on, or draws the conclusion. */
function weighOrigin(scan: AddressScan, now: number): void {
  const { origin } = scan;
  if (origin === undefined) scan.stage = 'done';
  else if (origin.nearer === undefined) askForOrigin(scan, origin, now);
  else {
    const again = origin.secondLook?.next().value ?? [];
    for (const port of again) scan.urgent.push({ port, purpose: 'origin' });
    if (again.length === 0) reconsiderSilence(scan, now);
  }
}

function askForOrigin(scan: AddressScan, origin: OriginCheck, now: number): void {
  const port = nextOriginAsk(scan, origin);
  if (port !== undefined) scan.urgent.push({ port, purpose: 'origin' });
  else if (confirmNearer(scan, origin) || retryOriginCheck(scan, origin)) weighOrigin(scan, now);
  else scan.stage = 'done';
}

/** What is not the host's own refusal gave no meaning to the host's silence either: that is to be observed anew. */
function reconsiderSilence(scan: AddressScan, now: number): void {
  const { canaries, plan } = scan;
  scan.stage = 'done';
  const silent = plan.ports.filter((port) => !isSettledFor(scan, port));
  if (silent.length === 0 || acceptsEverything(scan) || !isNearerProved(scan)) return;
  const genuine = canaries.refused.filter((port) => !isTooSoon(scan, scan.refusals.get(port)));
  canaries.refused.splice(0, canaries.refused.length, ...genuine);
  Object.assign(canaries, { confirmed: false, suspended: false, attempts: 0, lostPulses: 0 });
  scan.silence = createSilenceLog(plan.index);
  scan.round = Math.max(scan.round, scan.repeats);
  scan.extraRounds = 0;
  startRound(scan, silent, now);
  // Its answer comes before the silence that it gives a meaning to.
  const [port] = canaries.choose((candidate) => plan.punishes(scan.address, candidate));
  if (port !== undefined) scan.urgent.push({ port, purpose: 'pulse' });
}
