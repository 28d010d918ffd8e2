import { withHistoryErrors } from '../history/store/history-error.js';
import { writing, type Database } from '../history/store/transaction.js';
import { keepWatch, leaveWatch, readWatch, takeWatch } from '../history/store/watch-state.js';
import { ExposcanError } from '../model/errors.js';
import { printableText } from '../model/printable.js';
import type { Clock } from '../net/clock.js';
import { fateOf, ownProcess } from '../net/own-process.js';
import type { Outbox } from './outbox/outbox.js';
import type { WatchMemory } from './world.js';

/** A watch whose process cannot be seen from here is believed to live for so long after it last said so. */
const leaseMs = 3 * 60_000;

/** A place that is held, and can be given free. */
export interface HeldMemory extends WatchMemory {
  release(): Promise<void>;
}

/**
 * Takes the place of this watch in the history. Throws `ERR_HISTORY_BUSY` where another process holds it: two of one name would tell
 * everything twice. After a crash the place is free at once, or, where it cannot be told that the process is dead, when its lease runs
 * out.
 */
export async function holdMemory(
  {
    database,
    file,
    watch,
    clock,
  }: { readonly database: Database; readonly file: string; readonly watch: string; readonly clock: Clock },
  outbox: Pick<Outbox, 'enqueue'>,
): Promise<HeldMemory> {
  const holder = ownProcess();
  const lease = () => ({ holder, heldUntil: clock.date().getTime() + leaseMs });
  const guarded = <T>(work: () => Promise<T>) => withHistoryErrors(file, work);
  const row = await guarded(() =>
    writing(database, (db) =>
      takeWatch(db, watch, lease(), (other) => {
        const fate = fateOf(other.holder);
        const left = other.heldUntil - clock.date().getTime();
        // What is left of a lease can only be more than a lease where a clock was set.
        return fate === 'alive' || (fate === 'unknown' && left > 0 && left <= leaseMs);
      }),
    ),
  );
  if (row.holder !== holder) {
    throw new ExposcanError(
      'ERR_HISTORY_BUSY',
      `The watch ${printableText(watch)} runs already, as process ${printableText(row.holder)}, with the history ${printableText(file)}. ` +
        'End that one first, or give this one a --name of its own.',
    );
  }
  return {
    read: () => guarded(async () => (await readWatch(database, watch))?.state ?? ''),
    commit: (state, alerts) =>
      guarded(() =>
        writing(database, async (db) => {
          if (!(await keepWatch(db, watch, lease(), JSON.stringify(state)))) return false;
          for (const alert of alerts) await outbox.enqueue(alert, db);
          return true;
        }),
      ),
    renew: () => guarded(() => writing(database, (db) => keepWatch(db, watch, lease()))),
    release: () => guarded(() => writing(database, (db) => leaveWatch(db, watch, holder))),
  };
}
