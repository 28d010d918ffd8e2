import type { WatchState } from './decision/watch-state.js';
import type { Missed } from './decision/conclude-missed.js';
import { jitterFor } from './schedule/jitter.js';
import { planRun, type MissedTimes, type Plan } from './schedule/plan-run.js';
import type { Schedule } from './schedule/schedule.js';
import type { WatchSettings } from './world.js';

/** A watch that saw nothing looks again after so long, whatever its schedule: it may be the only one that would notice. */
export const blindRetryMs = 15 * 60_000;

/** When to run next. */
export interface Timetable {
  readonly schedule: Schedule;
  /** Where accounting begins: a new schedule has missed nothing yet. */
  begin(state: WatchState, now: Date): Date;
  plan(state: WatchState, accounted: Date, now: Date): Plan;
  /** From the next time to the one after it, in milliseconds. */
  interval(now: Date): number;
  /** For people. */
  next(accounted: Date, now: Date): Date;
}

export function timetableOf({ name, jitterMs }: WatchSettings, schedule: Schedule): Timetable {
  const delayOf = (time: Date) => jitterFor(name, time, jitterMs);
  return {
    schedule,
    begin(state, now) {
      const isSame = state.schedule?.pattern === schedule.pattern && state.schedule.timeZone === schedule.timeZone;
      return isSame && state.accounted !== undefined ? new Date(state.accounted) : now;
    },
    plan(state, accounted, now) {
      const endedAt = state.lastRun === undefined ? undefined : new Date(state.lastRun.endedAt);
      return planRun(schedule, { accounted, endedAt }, now, delayOf);
    },
    interval(now) {
      const first = schedule.after(now);
      return schedule.after(first).getTime() - first.getTime();
    },
    next(accounted, now) {
      let time = schedule.after(accounted);
      if (time.getTime() + delayOf(time) < now.getTime()) time = schedule.after(now);
      return new Date(time.getTime() + delayOf(time));
    },
  };
}

export function missedBy({ first, last, count, busy }: MissedTimes, now: Date): Missed {
  const span = count === 1 ? first.toISOString() : `${first.toISOString()} to ${last.toISOString()}`;
  const why = busy
    ? `At ${span} the run before was still under way. Runs take longer than the schedule leaves them: let it come less often, or watch fewer hosts or ports.`
    : `At ${span} the watch did not run, or its machine stood still, until ${now.toISOString()}; one run makes up for all of them.`;
  return { count, first, why };
}
