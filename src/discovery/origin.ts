import { acceptsEverything, type AddressScan } from './address-scan.js';
import { quickestPort } from './handshake-times.js';
import type { OriginCheck } from './origin-check.js';

/*
 * Who refuses? A refusal that arrives sooner than a packet could have gone to the host and back came from something nearer: a
 * firewall on this machine or on the way, which rejects in the host's name. It proves nothing about the host.
 *
 * A busy machine sees answers late, never early. So a refusal is never taken for too early by mistake of its own, but a round trip
 * can be taken for too long. Hence a suspicion is checked at the end of the address's scan, when all is quiet, and ordinary scans,
 * where nothing is suspicious, send nothing for it.
 *
 * What remains: where the only open port is forwarded to a machine much further away than the one that has the address, the refusals of
 * the latter are its own, and yet become unknown. One cannot tell that from a firewall by time; unknown is the safe side.
 */

/** A refusal is suspicious that took less than this share of the least handshake, and was sooner by more than so many milliseconds. */
const suspiciousShare = 0.5;
const suspiciousGap = 10;
/** Once it is certain that something nearer refuses, refusals that took less than this share of a handshake count as its own. */
const judgedShare = 0.75;
/** How many suspected ports are asked again, and how often each. */
const suspects = 3;
const rounds = 3;
/** Of so many answers that should come early, one may be late: this machine may have been busy at that moment. */
const answersForOneLate = suspects * rounds;
const attempts = 2;
/** How many of the other refusals are looked at once more: so many of the soonest, and as many out of all. */
const sample = 256;
/** How often all are looked at once more, if need be. */
const furtherLooks = 3;
/** Ports that are taken in hand together. */
const turn = 1024;

function suspiciousBelow({ handshakes: { least } }: AddressScan): number {
  return least === Number.POSITIVE_INFINITY ? 0 : Math.min(least * suspiciousShare, least - suspiciousGap);
}

/** Begins a check where some refusals came too early to be believed, and gives it back. */
export function startOriginCheck(scan: AddressScan): OriginCheck | undefined {
  const { plan, address, handshakes } = scan;
  const suspected = quickestRefusals(scan);
  if (suspected.length === 0 || acceptsEverything(scan)) return undefined;
  const harmless = quickestPort(handshakes, (port) => !plan.punishes(address, port));
  const reference = harmless ?? quickestPort(handshakes, () => true);
  if (reference === undefined) return undefined;
  // A service that counts connections gets one more at most.
  const mayRepeat = harmless !== undefined;
  return {
    reference,
    mayRepeat,
    asks: mayRepeat ? inRounds([reference, ...suspected]) : [reference, ...inRounds(suspected)],
    refusals: [],
    accepted: 0,
    attempts: 1,
    nearer: undefined,
    foundMore: false,
    secondLook: undefined,
  };
}

/** The ports whose refusals are the most suspicious. */
function quickestRefusals(scan: AddressScan): number[] {
  const limit = suspiciousBelow(scan);
  if (limit <= 0) return [];
  let quickest: { port: number; took: number }[] = [];
  for (const port of scan.plan.ports) {
    const took = scan.refusals.get(port);
    const worst = quickest.length < suspects ? limit : (quickest.at(-1)?.took ?? limit);
    if (took < worst) quickest = [...quickest, { port, took }].sort((a, b) => a.took - b.took).slice(0, suspects);
  }
  return quickest.map(({ port }) => port);
}

/**
 * The port to ask next, alone; undefined where all have been asked, or where the handshakes turned out to be as quick as the refusals.
 * Refusals that were held up by the same busy moment are still in question, though they no longer look so quick.
 */
export function nextOriginAsk({ plan, handshakes, refusals }: AddressScan, check: OriginCheck): number | undefined {
  const limit = handshakes.least * judgedShare;
  return plan.ports.some((port) => refusals.get(port) < limit) ? check.asks.shift() : undefined;
}

/** Asks once more where the answers so far decide nothing, since this machine may have been busy; true where that is so. */
export function retryOriginCheck(scan: AddressScan, check: OriginCheck): boolean {
  const suspected = quickestRefusals(scan);
  if (check.attempts >= attempts || check.accepted === 0 || suspected.length === 0) return false;
  check.attempts += 1;
  check.refusals = [];
  check.asks = inRounds(check.mayRepeat ? [check.reference, ...suspected] : suspected);
  return true;
}

/** In turn, so that a busy moment of this machine strikes all alike. */
function inRounds(ports: readonly number[]): number[] {
  return Array.from({ length: rounds }, () => ports).flat();
}

/** Weighs the answers: true where it is now certain that something nearer than the host refuses. */
export function confirmNearer(scan: AddressScan, check: OriginCheck): boolean {
  const limit = suspiciousBelow(scan);
  const late = check.refusals.filter((took) => took >= limit).length;
  const enough = check.accepted > 0 && check.asks.length === 0 && check.refusals.length > 0;
  if (!enough || late > Math.floor(check.refusals.length / answersForOneLate)) return false;
  check.nearer = Math.min(...check.refusals);
  check.secondLook = secondLook(scan, check);
  return true;
}

/** Whether it is certain that something nearer refuses: until a handshake turns out to be as quick, after all, as the refusals. */
export function isNearerProved(scan: AddressScan): boolean {
  return scan.origin?.nearer !== undefined && scan.origin.nearer < suspiciousBelow(scan);
}

/** True where a refusal that took this long cannot be the host's, as has been proved of others at this address. */
export function isTooSoon(scan: AddressScan, took: number): boolean {
  return isNearerProved(scan) && took < scan.handshakes.least * judgedShare;
}

/**
 * Ports to ask again, some at a time, once it is certain that something nearer refuses: their refusals came late enough to be the
 * host's, but perhaps only because this machine was busy. First those that matter, those that refused soonest and a sample of the
 * others. Where one of these refuses too soon now, the times of the scan tell nothing, and all are asked, again for as long as that
 * finds more; otherwise the rest stands.
 */
function* secondLook(scan: AddressScan, check: OriginCheck): Generator<readonly number[], undefined> {
  const doubtful = refusalsInDoubt(scan);
  const soonest = [...doubtful].sort((a, b) => scan.refusals.get(a) - scan.refusals.get(b)).slice(0, sample);
  const step = Math.ceil(doubtful.length / sample);
  const others = doubtful.filter((_, index) => index % step === 0);
  yield* inTurns([...new Set([...doubtful.filter(scan.plan.hasPriority), ...soonest, ...others])]);
  for (let look = 0; look < furtherLooks && check.foundMore; look++) {
    check.foundMore = false;
    yield* inTurns(refusalsInDoubt(scan));
  }
  return undefined;
}

function refusalsInDoubt(scan: AddressScan): number[] {
  return Array.from(scan.plan.ports).filter((port) => {
    const took = scan.refusals.get(port);
    return took !== Number.POSITIVE_INFINITY && !isTooSoon(scan, took);
  });
}

function* inTurns(ports: readonly number[]): Generator<readonly number[], void> {
  for (let at = 0; at < ports.length; at += turn) yield ports.slice(at, at + turn);
}
