import { dayMs, hourMs } from '../model/duration.js';
import { ExposcanError } from '../model/errors.js';
import type { Policy } from '../policy/policy.js';
import { declaredTargets } from '../policy/resolution/only.js';
import { createBell, type Bell } from './bell.js';
import type { Concluding } from './decision/conclude.js';
import { openLedger, type Ledger } from './ledger.js';
import { timetableOf, type Timetable } from './timetable.js';
import type { WatchSettings, WatchWorld } from './world.js';

/** What goes on while a watch lives. */
export interface Watching {
  readonly world: WatchWorld;
  readonly settings: WatchSettings;
  readonly ledger: Ledger;
  /** Absent where the watch is run once. */
  readonly timetable: Timetable | undefined;
  /** Fires when the watch is to end. */
  readonly signal: AbortSignal;
  /** Rung when there is something to send. */
  readonly delivery: Bell;
  policy: Policy;
  /** The last scheduled time that is done with. */
  accounted: Date;
  /** When to look again because nothing could be seen; milliseconds since 1970. */
  retryAt: number | undefined;
  /** Since when nothing can be kept, and when that was last told; absent where all is well. */
  unkept: { readonly since: Date; readonly toldAt: Date } | undefined;
}

/** Throws what loading the policy and reading the memory throw: a watch does not begin with broken settings. */
export async function beginWatching(
  world: WatchWorld,
  settings: WatchSettings,
  signal: AbortSignal,
): Promise<Watching> {
  const policy = await loadWatchedPolicy(world);
  const ledger = await openLedger(world, settings);
  const timetable = settings.schedule === undefined ? undefined : timetableOf(settings, settings.schedule);
  const now = world.clock.date();
  const accounted = timetable?.begin(ledger.state, now) ?? now;
  if (timetable !== undefined) {
    // From here on a time that goes by is missed, also where the watch ends before its first run.
    const { pattern, timeZone } = timetable.schedule;
    const state = { ...ledger.state, schedule: { pattern, timeZone }, accounted: accounted.toISOString() };
    await ledger.apply({ state, alerts: [] });
  }
  return {
    world,
    settings,
    ledger,
    timetable,
    signal,
    delivery: createBell(world.clock),
    policy,
    accounted,
    retryAt: ledger.state.blind?.open === true ? now.getTime() : undefined,
    unkept: undefined,
  };
}

export async function loadWatchedPolicy(world: WatchWorld): Promise<Policy> {
  const policy = await world.loadPolicy();
  if (declaredTargets(policy).length > 0) return policy;
  throw new ExposcanError(
    'ERR_NO_TARGETS',
    `The policy ${policy.name} names no host that could be watched, only patterns or "*". Name hosts in it.`,
  );
}

/** How conclusions are drawn now. What comes every day flaps over days, not hours. */
export function concludingNow({ world, settings, timetable, policy }: Watching): Concluding {
  const { tool, name, vantage } = settings;
  const at = world.clock.date();
  return {
    teller: { tool, watch: name, vantage, policy: { name: policy.name, file: policy.file } },
    at,
    damping: { windowMs: Math.max(dayMs, 6 * (timetable?.interval(at) ?? 0)), settleMs: 6 * hourMs },
  };
}

/** Keeps what happens to the watch itself in the evidence log. */
export async function noteEvent(
  { world, settings, policy }: Watching,
  event: 'started' | 'stopped' | 'reloaded' | 'reload-failed' | 'missed' | 'clock-set-back',
  more: Readonly<Record<string, string | number>> = {},
): Promise<void> {
  const { name: watch, vantage } = settings;
  await world.history.note('watch', { watch, vantage, event, policy: policy.name, ...more });
}
