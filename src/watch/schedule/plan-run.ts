import { hourMs } from '../../model/duration.js';
import type { Schedule } from './schedule.js';

/** What a plan goes by. */
export interface Progress {
  /** The last scheduled time that has been run or told as missed. */
  readonly accounted: Date;
  /** When the last run ended; undefined before the first. */
  readonly endedAt: Date | undefined;
}

/** Scheduled times at which nothing was run. */
export interface MissedTimes {
  readonly first: Date;
  readonly last: Date;
  readonly count: number;
  /** A run was under way then; else the watch did not run, or its machine stood still. */
  readonly busy: boolean;
}

export type Plan =
  | { readonly kind: 'wait'; readonly until: Date }
  /** A run is due for this time. */
  | { readonly kind: 'run'; readonly time: Date; readonly missed: MissedTimes | undefined }
  /** These times went by while a run was under way. That run was later than they, so they are not made up for. */
  | { readonly kind: 'skip'; readonly time: Date; readonly missed: MissedTimes }
  /** The clock is so far before what it said at the last run that it must have been wrong then. */
  | { readonly kind: 'set-back' };

/** A run that starts so much later than planned is on time still; what is more was a standstill. */
const graceMs = 5 * 60_000;
/** A clock that is set back by less is waited for, so that no time is run twice. */
const longestWaitMs = 6 * hourMs;
const mostCounted = 10_000;

/** What to do now. `delayOf`: the jitter of a scheduled time; less than the time to the next one. Pure. */
export function planRun(schedule: Schedule, progress: Progress, now: Date, delayOf: (time: Date) => number): Plan {
  const { accounted, endedAt } = progress;
  if (accounted.getTime() - now.getTime() > longestWaitMs) return { kind: 'set-back' };
  const dueAt = (time: Date) => time.getTime() + delayOf(time);
  const first = schedule.after(accounted);
  if (dueAt(first) > now.getTime()) return { kind: 'wait', until: new Date(dueAt(first)) };
  let [last, count] = [first, 1];
  for (;;) {
    const next = schedule.after(last);
    if (dueAt(next) > now.getTime()) break;
    // Every minute of a year is not worth being counted.
    last = count >= mostCounted ? latest(schedule, now, dueAt, next) : next;
    count += 1;
    if (count > mostCounted) break;
  }
  if (endedAt !== undefined && dueAt(last) <= endedAt.getTime()) {
    return { kind: 'skip', time: last, missed: { first, last, count, busy: true } };
  }
  const isLate = now.getTime() - dueAt(last) > graceMs;
  const missedCount = isLate ? count : count - 1;
  if (missedCount === 0) return { kind: 'run', time: last, missed: undefined };
  const lastMissed = isLate ? last : lastBefore(schedule, last, first);
  const busy = endedAt !== undefined && dueAt(lastMissed) <= endedAt.getTime();
  return { kind: 'run', time: last, missed: { first, last: lastMissed, count: missedCount, busy } };
}

function lastBefore(schedule: Schedule, time: Date, fallback: Date): Date {
  return schedule.before(new Date(time.getTime() - 1000)) ?? fallback;
}

function latest(schedule: Schedule, now: Date, dueAt: (time: Date) => number, fallback: Date): Date {
  const last = schedule.before(now) ?? fallback;
  return dueAt(last) <= now.getTime() ? last : lastBefore(schedule, last, fallback);
}
