import { isClosed, isOpen, type ProbeOutcome } from './outcome.js';

/** The check, from the suspicion on. */
export interface OriginCheck {
  /** A port that accepts: its handshakes are what refusals are compared with. */
  readonly reference: number;
  /** It may be asked as often as one likes. */
  readonly mayRepeat: boolean;
  /** Ports to ask yet, one at a time. */
  asks: number[];
  /** How long those under suspicion took to refuse when asked again; Infinity where they did something else. */
  refusals: number[];
  /** How often the reference accepted again. */
  accepted: number;
  attempts: number;
  /** Something nearer than the host refuses; the soonest that it did so when asked again, in milliseconds. */
  nearer: number | undefined;
  /** From then on: more ports whose refusals are to be looked at once more, and whether one of them came too soon this time. */
  secondLook: Generator<readonly number[], undefined> | undefined;
  foundMore: boolean;
}

/** Takes in how a port answered that was asked for the check; `tooSoon` once it is known what that is. */
export function noteOriginAnswer(
  check: OriginCheck,
  port: number,
  outcome: ProbeOutcome,
  { took, tooSoon }: { took: number; tooSoon: boolean },
): void {
  if (check.nearer !== undefined) check.foundMore ||= tooSoon;
  else if (port !== check.reference) check.refusals.push(isClosed(outcome) ? took : Number.POSITIVE_INFINITY);
  else if (isOpen(outcome)) check.accepted += 1;
}
