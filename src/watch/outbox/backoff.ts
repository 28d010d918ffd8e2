import type { DueWindow } from '../../history/store/outbox.js';

const second = 1000;
const hour = 3_600 * second;
const day = 24 * hour;

/** The first repeat comes after this, the next after twice as long, and so on. */
const firstDelayMs = 5 * second;
/** No repeat is put off for longer, whatever the receiver asks for: an alert is urgent. */
export const longestDelayMs = hour;
/** What could not be delivered for so long is given up, once this many attempts have failed. */
export const giveUpAfterMs = 7 * day;
const leastFailures = 10;

/**
 * How long to wait after this many failures in a row: 5 s, 10 s, 20 s … 1 h, of which a random half is taken off, so that many watches
 * do not come back at once. `retryAfterMs`: what the receiver asked for at least.
 */
export function delayAfter(failures: number, random: number, retryAfterMs = 0): number {
  const full = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(Math.max(0, failures - 1), 20));
  return Math.min(longestDelayMs, Math.max(Math.round(full * (1 - random / 2)), retryAfterMs));
}

/**
 * Whether a notice has waited for too long. That it is old is not enough: the watch may have stood still, or the clock been put right,
 * and then it has had no chance.
 */
export function isHopeless(createdAt: number, failures: number, now: number): boolean {
  return now - createdAt > giveUpAfterMs && failures >= leastFailures;
}

/** What is due now. Nothing is ever put off past the horizon, so that what stands there was put off by a clock that was wrong. */
export function dueWindow(now: number): DueWindow {
  return { now, horizon: now + 2 * longestDelayMs };
}

export function isDue(time: number, { now, horizon }: DueWindow): boolean {
  return time <= now || time > horizon;
}
