import { messageOf } from '../model/errors.js';
import { counted } from '../model/quantity.js';
import { declaredTargets } from '../policy/resolution/only.js';
import { createBell } from './bell.js';
import { verdictOfState } from './decision/conclude.js';
import { concludeMissed, type Missed } from './decision/conclude-missed.js';
import { formatHealth } from './health.js';
import { PlaceLost } from './ledger.js';
import { makeRun, type RunResult } from './run.js';
import { blindRetryMs } from './timetable.js';
import { keptAgain, tellUnkept } from './unkept.js';
import { concludingNow, noteEvent, type Watching } from './watching.js';
import { retentionAt } from './world.js';

/** Why a run is made. */
export interface Due {
  /** The scheduled time that it is for; absent where it is made for another reason. */
  readonly time?: Date | undefined;
  readonly missed?: Missed | undefined;
}

/**
 * One run, with all that follows from it. False where it was stopped: then nothing is concluded, and its time is not done with. A
 * history that cannot be written leaves the watch running, without a heartbeat, and it tries again: its alerts would be lost if it ended.
 */
export async function performRun(watching: Watching, due: Due): Promise<boolean> {
  const { world, settings, ledger, policy, signal } = watching;
  const { state } = ledger;
  const concluding = () => concludingNow(watching);
  const begun = world.clock.date();
  const result = await makeRun(world, settings, { policy, state, concluding }, createBell(world.clock), signal);
  if (result === undefined) return false;
  watching.accounted = due.time ?? watching.accounted;
  const isKept = await keep(watching, result, due.missed);
  const now = world.clock.date();
  watching.retryAt = result.isBlind || !isKept ? now.getTime() + blindRetryMs : undefined;
  if (isKept && !result.isBlind) {
    await beat(watching, begun);
    await prune(watching);
  }
  await sayHealth(watching);
  return true;
}

async function keep(watching: Watching, result: NonNullable<RunResult>, missed: Missed | undefined): Promise<boolean> {
  const { world, ledger, timetable, accounted, delivery } = watching;
  const concluding = concludingNow(watching);
  const told = concludeMissed(result.state, missed, concluding);
  const lastRun = { endedAt: concluding.at.toISOString(), verdict: verdictOfState(told.state, result.at) };
  const accounting = timetable === undefined ? {} : { accounted: accounted.toISOString() };
  try {
    if (missed !== undefined) {
      await noteEvent(watching, 'missed', { count: missed.count, first: missed.first.toISOString() });
    }
    await ledger.apply({
      state: { ...told.state, ...accounting, lastRun },
      alerts: [...keptAgain(watching), ...result.alerts, ...told.alerts],
    });
    watching.unkept = undefined;
    delivery.ring();
    return true;
  } catch (error) {
    if (error instanceof PlaceLost) throw error;
    world.say(`the run could not be kept, and nothing of it was told: ${messageOf(error)}`);
    await tellUnkept(watching, messageOf(error));
    return false;
  }
}

/**
 * No heart beats while somebody has not been told what an earlier run decided: the switch is the last one who can say that nobody
 * hears of anything.
 */
async function beat({ world, signal }: Watching, begun: Date): Promise<void> {
  if (world.beat === undefined) return;
  try {
    const since = await world.outbox.failingSince();
    if (since !== undefined && since < begun) {
      world.say(`no heartbeat: a notice of ${since.toISOString()} has not reached its receiver yet`);
      return;
    }
  } catch (error) {
    world.say(`no heartbeat: whether notices arrive cannot be told: ${messageOf(error)}`);
    return;
  }
  const trouble = await world.beat(signal);
  if (trouble !== undefined && !signal.aborted) world.say(`the heartbeat failed: ${trouble}`);
}

async function prune({ world, settings }: Watching): Promise<void> {
  const retention = retentionAt(settings, world.clock.date());
  if (retention === undefined) return;
  try {
    const removed = await world.history.prune(retention);
    if (removed > 0) world.say(`${counted(removed, 'scan')} went out of the history`);
  } catch (error) {
    world.say(`old scans could not be taken out of the history: ${messageOf(error)}`);
  }
}

export async function sayHealth({ world, settings, ledger, timetable, policy, accounted }: Watching): Promise<void> {
  const next = timetable?.next(accounted, world.clock.date());
  let pending: number | undefined;
  try {
    pending = await world.outbox.pending();
  } catch (error) {
    world.say(`how many notices wait cannot be told: ${messageOf(error)}`);
  }
  world.say(formatHealth(settings.name, ledger.state, { hosts: declaredTargets(policy).length, next, pending }));
}
