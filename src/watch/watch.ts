import { hourMs } from '../model/duration.js';
import { messageOf } from '../model/errors.js';
import { counted } from '../model/quantity.js';
import { declaredTargets } from '../policy/resolution/only.js';
import type { Bell } from './bell.js';
import { concludeMissed } from './decision/conclude-missed.js';
import { formatStart } from './health.js';
import { PlaceLost } from './ledger.js';
import { performRun, sayHealth, type Due } from './perform-run.js';
import { reload } from './reload.js';
import { blindRetryMs, missedBy } from './timetable.js';
import { keepUp } from './upkeep.js';
import { beginWatching, concludingNow, noteEvent, type Watching } from './watching.js';
import type { WatchSettings, WatchWorld } from './world.js';

/** How a watch is told what to do from outside. */
export interface WatchSignals {
  /** Ends the watch. */
  readonly stop: AbortSignal;
  /** Rung where the policy and the notifiers are to be read anew. */
  readonly reload: Bell;
}

/** A clock is put right by less now and then. */
const smallStepMs = 60_000;

/**
 * Watches until it is stopped. Throws what stands in the way of a beginning (`ERR_POLICY_INVALID`, `ERR_NO_TARGETS`, `ERR_HISTORY`, …),
 * and `ERR_HISTORY_BUSY` where another process has taken its place; nothing else ends it.
 */
export function watch(
  world: WatchWorld,
  settings: WatchSettings,
  signals: WatchSignals,
  { isNow }: { /** Run at once, then by the schedule. */ readonly isNow: boolean },
): Promise<void> {
  return living(world, settings, signals.stop, async (watching) => {
    const begun = world.clock.date();
    const next = watching.timetable?.next(watching.accounted, begun);
    world.say(formatStart(settings, watching.policy, declaredTargets(watching.policy).length, next));
    if (isNow) watching.retryAt ??= begun.getTime();
    let healthAt = begun.getTime();
    let lastAt = begun.getTime();
    while (!watching.signal.aborted) {
      if (signals.reload.wasRung()) await reload(watching);
      const now = world.clock.date();
      if (now.getTime() < lastAt - smallStepMs) await sayClockSetBack(watching, new Date(lastAt), now);
      const step = await nextStep(watching, now);
      if (step.kind === 'run') {
        await performRun(watching, step.due);
        healthAt = lastAt = world.clock.date().getTime();
        continue;
      }
      lastAt = now.getTime();
      if (Math.abs(lastAt - healthAt) >= hourMs) {
        await sayHealth(watching);
        healthAt = lastAt;
      }
      await signals.reload.wait(Math.max(1, Math.min(settings.pieceMs, step.until - lastAt)), watching.signal);
    }
  });
}

/** One run at once, with all that follows from it. Gives what the open problems amount to; undefined where it was stopped. */
export async function watchOnce(
  world: WatchWorld,
  settings: WatchSettings,
  stop: AbortSignal,
): Promise<'pass' | 'fail' | 'indeterminate' | undefined> {
  return living(world, settings, stop, async (watching) => {
    world.say(formatStart(settings, watching.policy, declaredTargets(watching.policy).length, undefined));
    if (!(await performRun(watching, {}))) return undefined;
    await world.outbox.deliverDue(watching.signal);
    const waiting = await world.outbox.pending();
    if (waiting > 0) world.say(`${counted(waiting, 'notice')} could not be delivered and will be sent by a later run`);
    const verdict = watching.ledger.state.lastRun?.verdict ?? 'indeterminate';
    // Nothing was seen, or nothing of it could be kept.
    return watching.retryAt !== undefined && verdict === 'pass' ? 'indeterminate' : verdict;
  });
}

/** The frame of a watch: its place is held and its notices are sent for as long as it lives. */
async function living<T>(
  world: WatchWorld,
  settings: WatchSettings,
  stop: AbortSignal,
  live: (watching: Watching) => Promise<T>,
): Promise<T> {
  const lifetime = new AbortController();
  const end = () => {
    lifetime.abort();
  };
  const lost: Error[] = [];
  stop.addEventListener('abort', end);
  if (stop.aborted) end();
  try {
    const watching = await beginWatching(world, settings, lifetime.signal);
    await noteEvent(watching, 'started');
    const upkeep = keepUp(watching, (error) => {
      lost.push(error);
      end();
    });
    let result: T;
    try {
      result = await live(watching);
    } finally {
      end();
      await upkeep;
    }
    for (const error of lost) throw error;
    await noteEvent(watching, 'stopped');
    return result;
  } finally {
    stop.removeEventListener('abort', end);
  }
}

type Step = { readonly kind: 'run'; readonly due: Due } | { readonly kind: 'wait'; readonly until: number };

async function nextStep(watching: Watching, now: Date): Promise<Step> {
  const { timetable, ledger, retryAt } = watching;
  const plan = timetable?.plan(ledger.state, watching.accounted, now);
  switch (plan?.kind) {
    case 'run': {
      const missed = plan.missed === undefined ? undefined : missedBy(plan.missed, now);
      return { kind: 'run', due: { time: plan.time, missed } };
    }
    case 'skip':
      await passOver(watching, plan.time, missedBy(plan.missed, now));
      return { kind: 'wait', until: now.getTime() };
    case 'set-back':
      // What was run by a clock that was wrong says nothing of the times to come.
      watching.accounted = now;
      return { kind: 'run', due: { time: now } };
    default: {
      const until = plan?.until.getTime() ?? Infinity;
      // A clock that was set back does not put the next try off.
      const retry = retryAt === undefined ? Infinity : Math.min(retryAt, now.getTime() + blindRetryMs);
      watching.retryAt = retryAt === undefined ? undefined : retry;
      return retry <= now.getTime() ? { kind: 'run', due: {} } : { kind: 'wait', until: Math.min(until, retry) };
    }
  }
}

/** These times are done with, and nothing is run for them. */
async function passOver(watching: Watching, time: Date, missed: ReturnType<typeof missedBy>): Promise<void> {
  const { ledger, world, delivery } = watching;
  watching.accounted = time;
  try {
    await noteEvent(watching, 'missed', { count: missed.count, first: missed.first.toISOString() });
    const { state, alerts } = concludeMissed(ledger.state, missed, concludingNow(watching));
    await ledger.apply({ state: { ...state, accounted: time.toISOString() }, alerts });
    delivery.ring();
  } catch (error) {
    if (error instanceof PlaceLost) throw error;
    world.say(`that runs were missed could not be kept: ${messageOf(error)}`);
  }
}

async function sayClockSetBack(watching: Watching, from: Date, to: Date): Promise<void> {
  const { world, accounted } = watching;
  world.say(
    `the clock was set back from ${from.toISOString()} to ${to.toISOString()}; the next run is after ${accounted.toISOString()}`,
  );
  try {
    await noteEvent(watching, 'clock-set-back', { from: from.toISOString(), to: to.toISOString() });
  } catch (error) {
    world.say(`that could not be kept in the history: ${messageOf(error)}`);
  }
}
