import { acceptsEverything, type AddressScan, isSettledFor } from './address-scan.js';

/** An address that never answered is probed again on this many ports at most: it ends as unknown either way. */
const repeatsWithoutAnswer = 1024;
/** How often the canaries are asked at the end before they count as lost. */
const canaryAttempts = 3;

/** Moves on once all that was under way has ended. `onLink`: the address is reached without a router. */
export function advance(scan: AddressScan, now: number, onLink: boolean): void {
  if (scan.inFlight > 0 || scan.urgent.length > 0) return;
  switch (scan.stage) {
    case 'rounds':
      if (scan.cursor >= scan.queue.length) endRound(scan, now, onLink);
      break;
    case 'neighbour':
      scan.stage = 'done';
      break;
    case 'canaries':
      if (scan.canaries.confirmed && scan.canaries.suspended) resumeRound(scan);
      else if (scan.canaries.confirmed || scan.canaries.attempts >= canaryAttempts) scan.stage = 'done';
      else askCanaries(scan, now);
      break;
    case 'done':
      break;
  }
}

/** The address is back: what was sent since it was last known to answer is sent again, slowly at first. */
function resumeRound(scan: AddressScan): void {
  const { canaries } = scan;
  Object.assign(canaries, { suspended: false, confirmed: false, attempts: 0, lostPulses: 0 });
  scan.stage = 'rounds';
  scan.cursor = canaries.cursorAtAnswer;
  scan.window = { ...scan.window, size: scan.window.minimum };
}

function endRound(scan: AddressScan, now: number, onLink: boolean): void {
  const unsettled = scan.plan.ports.filter((port) => !isSettledFor(scan, port));
  if (unsettled.length > 0 && !scan.answered && !scan.hunted) {
    hunt(scan);
    if (scan.urgent.length > 0) return;
  }
  const everything = acceptsEverything(scan);
  const worthwhile = everything ? unsettled.filter((port) => scan.plan.hasPriority(port)) : unsettled;
  if (worthwhile.length === 0 || scan.round >= scan.plan.repeats) {
    leaveRounds(scan, now, unsettled.length > 0, onLink);
    return;
  }
  scan.round += 1;
  scan.localFailures = 0;
  scan.queue = scan.answered ? worthwhile : worthwhile.slice(0, repeatsWithoutAnswer);
  scan.cursor = 0;
  scan.canaries.cursorAtAnswer = 0;
  scan.notBefore = now + scan.plan.spacing;
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
  else if (scan.answered) {
    scan.stage = 'canaries';
    askCanaries(scan, now);
  } else if (onLink && scan.localFailures === 0) {
    scan.stage = 'neighbour';
    scan.urgent.push({ port: scan.plan.ports[0] ?? 0, purpose: 'neighbour' });
  } else scan.stage = 'done';
}

function askCanaries(scan: AddressScan, now: number): void {
  const { canaries, plan, address } = scan;
  const ports = canaries.choose((port) => plan.punishes(address, port));
  if (canaries.attempts > 0) scan.notBefore = now + plan.spacing;
  canaries.attempts += 1;
  for (const port of ports) scan.urgent.push({ port, purpose: 'canary' });
}
