import { messageOf } from '../model/errors.js';
import type { Policy } from '../policy/policy.js';
import { declaredTargets } from '../policy/resolution/only.js';
import type { Bell } from './bell.js';
import { concludeBlind, concludeRun, type Concluding, type Conclusion } from './decision/conclude.js';
import type { Look } from './decision/look.js';
import { secondLookFor } from './decision/second-look.js';
import type { WatchState } from './decision/watch-state.js';
import { lookAgain, lookAtAll, type Looked } from './look.js';
import type { WatchSettings, WatchWorld } from './world.js';

/** What a run came to; undefined where it was stopped, and decides nothing. */
export type RunResult = (Conclusion & { readonly at: Date; readonly isBlind: boolean }) | undefined;

/** Waits, also for the end. */
type Pause = Pick<Bell, 'wait'>;

/**
 * Looks at every host, and again at those that differ from what was told, and says what that comes to. Decides nothing by one look:
 * that nothing can be seen is borne out by a second look as well. Never throws for what fails on the way: a watch that cannot look is
 * blind.
 */
export async function makeRun(
  world: WatchWorld,
  settings: WatchSettings,
  { policy, state, concluding }: { policy: Policy; state: WatchState; concluding: () => Concluding },
  pause: Pause,
  signal: AbortSignal,
): Promise<RunResult> {
  const hosts = declaredTargets(policy).length;
  const guarded = async (look: () => Promise<Looked>): Promise<Looked> => {
    try {
      return await look();
    } catch (error) {
      if (signal.aborted) return { kind: 'stopped' };
      const why = `The scan failed: ${messageOf(error)}`;
      world.say(why);
      return { kind: 'blind', why, since: world.clock.date(), hosts };
    }
  };
  const blind = (looked: Extract<Looked, { kind: 'blind' }>): RunResult => {
    const now = concluding();
    return { ...concludeBlind(state, looked, now), at: now.at, isBlind: true };
  };
  const lookAll = () => guarded(() => lookAtAll(world, settings, policy, signal));
  let first = await lookAll();
  if (first.kind === 'blind' && state.blind?.open !== true) {
    const since = first.since;
    await pause.wait(settings.confirmAfterMs, signal);
    if (signal.aborted) return undefined;
    first = await lookAll();
    if (first.kind === 'blind') first = { ...first, since };
  }
  if (first.kind === 'stopped') return undefined;
  if (first.kind === 'blind') return blind(first);
  const { look } = first;
  const wanted = secondLookFor(state, look);
  let second: Look | undefined;
  if (wanted !== undefined) {
    await pause.wait(settings.confirmAfterMs, signal);
    if (signal.aborted) return undefined;
    const again = await guarded(() => lookAgain(world, settings, policy, wanted, signal));
    if (again.kind === 'stopped') return undefined;
    if (again.kind === 'blind') return blind(again);
    second = again.look;
  }
  const now = concluding();
  return { ...concludeRun(state, look, second, now), at: now.at, isBlind: false };
}
