import type { Alert } from '../model/alert.js';
import { ExposcanError, messageOf } from '../model/errors.js';
import type { Conclusion } from './decision/conclude.js';
import { readWatchState, type WatchState } from './decision/watch-state.js';
import { openSinceOf } from './open-since.js';
import type { WatchSettings, WatchWorld } from './world.js';

/** What the watch remembers, and the one way to change it. */
export interface Ledger {
  readonly state: WatchState;
  /**
   * Keeps a conclusion. In this order: the state and the notices to be sent, in one transaction, so that a crash neither loses an alert
   * nor decides it twice; then the evidence log; then that it is logged. A crash in between leaves the alerts under `unnoted`, and
   * the next start logs those that are not logged yet.
   */
  apply(conclusion: Conclusion): Promise<void>;
}

/** Throws `ERR_HISTORY`. */
export async function openLedger(world: WatchWorld, { name }: WatchSettings): Promise<Ledger> {
  const { history, memory, say } = world;
  let state = readWatchState(await memory.read(), name);

  async function commit(next: WatchState, alerts: readonly Alert[]): Promise<void> {
    if (!(await memory.commit(next, alerts))) throw placeLost(name);
    state = next;
  }

  async function note(): Promise<void> {
    if (state.unnoted.length === 0) return;
    for (const alert of state.unnoted) {
      await history.note('alert', alert);
      // Only here yet: where the next one fails, this one is not logged twice.
      state = { ...state, unnoted: state.unnoted.filter(({ id }) => id !== alert.id) };
    }
    await commit(state, []);
  }

  async function noteLeftOver(): Promise<void> {
    const [first] = state.unnoted;
    if (first === undefined) return;
    const since = new Date(Date.parse(first.at));
    const noted = new Set((await history.decisions('alert', { since })).map(({ body }) => idOf(body)));
    state = { ...state, unnoted: state.unnoted.filter(({ id }) => !noted.has(id)) };
    await note();
  }

  await noteLeftOver();
  return {
    get state() {
      return state;
    },
    async apply({ state: next, alerts }) {
      const told = alerts.length === 0 ? [] : await completed(world, alerts);
      await commit({ ...next, unnoted: [...state.unnoted, ...told] }, told);
      for (const { kind, summary } of told) say(`${kind}: ${summary}`);
      try {
        await note();
      } catch (error) {
        if (error instanceof PlaceLost) throw error;
        say(`what was told is not in the evidence log yet: ${messageOf(error)}`);
      }
    },
  };
}

async function completed(world: WatchWorld, alerts: readonly Alert[]): Promise<Alert[]> {
  const head = await world.history.head();
  const told: Alert[] = [];
  for (const alert of alerts) {
    let openSince: Alert['openSince'];
    try {
      openSince = await openSinceOf(alert, world.history);
    } catch (error) {
      world.say(`since when it is open is not told: ${messageOf(error)}`);
    }
    told.push({ ...alert, ...(openSince === undefined ? {} : { openSince }), head });
  }
  return told;
}

function idOf(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'id' in body ? body.id : undefined;
}

/** Ends the watch: two that decide by one memory would tell everything twice. */
export class PlaceLost extends ExposcanError {}

export function placeLost(name: string): PlaceLost {
  return new PlaceLost(
    'ERR_HISTORY_BUSY',
    `Another process has taken over the watch ${name}: this one was stopped, or its clock stood still, for too long.`,
  );
}
