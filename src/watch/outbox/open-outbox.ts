import { withHistoryErrors } from '../../history/store/history-error.js';
import { addNotices, makeDue, queues, readHold, writeHold, type Queue } from '../../history/store/outbox.js';
import { reading, writing, type Database } from '../../history/store/transaction.js';
import { terminalSafe } from '../../model/printable.js';
import { counted } from '../../model/quantity.js';
import { DeliveryError, type Notifier } from '../notifiers/notifier.js';
import { dueWindow, isDue } from './backoff.js';
import { deliverTo, send } from './deliver.js';
import { giveUpOrphans } from './give-up.js';
import { isHeld, newHolder } from './holder.js';
import type { Outbox, OutboxWorld } from './outbox.js';

/** An outbox over the history's database; opening it changes nothing. */
export function openOutbox(world: OutboxWorld, notifiers: readonly Notifier[]): Outbox {
  const { database, clock, history, say } = world;
  // A slash of the watch's own name cannot be taken for the one that ends it.
  const prefix = `${encodeURIComponent(world.watch)}/`;
  const byKey = (list: readonly Notifier[]) => new Map(list.map((each) => [`${prefix}${each.name}`, each]));
  const nowMs = () => clock.date().getTime();
  /** Which one of several processes is at work. */
  const holder = newHolder();
  const underWay = new Map<string, Promise<void>>();
  const orphansTold = new Set<string>();
  /** Of those who are sending at this moment. */
  const wakers = new Set<() => void>();
  let current = byKey(notifiers);

  const ownQueues = async (db: Database) => (await queues(db)).filter(({ notifier }) => notifier.startsWith(prefix));

  async function tellOrphans(): Promise<void> {
    for (const { notifier: key, count } of await reading(database, ownQueues)) {
      if (current.has(key)) continue;
      const name = terminalSafe(key.slice(prefix.length));
      if (!orphansTold.has(key)) {
        orphansTold.add(key);
        const notices = counted(count, 'notice');
        say(`${notices} cannot be sent: there is no notifier ${name} any more. Name it again to have them sent.`);
      }
      await giveUpOrphans(world, { key, name });
    }
  }

  /** One after the other to one notifier, also where two callers ask for it. */
  function deliverOnce(key: string, notifier: Notifier, signal: AbortSignal): Promise<void> {
    const running = underWay.get(key);
    if (running !== undefined) return running;
    const run = deliverTo({ world, holder, key, notifier }, signal).finally(() => underWay.delete(key));
    underWay.set(key, run);
    return run;
  }

  async function dueTime(db: Database, queue: Queue): Promise<number> {
    const window = dueWindow(nowMs());
    const due = isDue(queue.lastDue, window) ? Math.min(queue.firstDue, window.now) : queue.firstDue;
    const hold = await readHold(db, queue.notifier);
    return hold !== undefined && isHeld(hold, holder, window) ? Math.max(due, hold.until) : due;
  }

  const guarded = <T>(work: () => Promise<T>) => withHistoryErrors(history.file, work);

  return {
    enqueue(alert, within) {
      const keys = [...current].flatMap(([key, notifier]) => (notifier.wants(alert) ? [key] : []));
      return guarded(async () => {
        const add = (db: Database) => addNotices(db, keys, JSON.stringify(alert), nowMs());
        await (within === undefined ? writing(database, add) : add(within));
        // Whoever is woken waits for the database until the transaction under way has ended.
        for (const wake of wakers) wake();
      });
    },
    deliverDue(signal) {
      return guarded(async () => {
        await tellOrphans();
        let failure: { readonly reason: unknown } | undefined;
        const deliverAll = async () => {
          const runs = [...current].map(([key, notifier]) => deliverOnce(key, notifier, signal));
          const failed = (await Promise.allSettled(runs)).find((result) => result.status === 'rejected');
          failure ??= failed;
        };
        for (let isMore = true; isMore;) {
          let wake: () => void = () => undefined;
          const enqueued = new Promise<boolean>((resolve) => {
            wake = () => {
              resolve(true);
            };
          });
          wakers.add(wake);
          // While one hangs, what is new for the others goes out.
          isMore = await Promise.race([deliverAll().then(() => false), enqueued]);
          wakers.delete(wake);
        }
        if (failure !== undefined) throw failure.reason;
      });
    },
    nextDue() {
      return guarded(() =>
        reading(database, async (db) => {
          const times: number[] = [];
          for (const queue of await ownQueues(db))
            if (current.has(queue.notifier)) times.push(await dueTime(db, queue));
          return times.length === 0 ? undefined : new Date(Math.min(...times));
        }),
      );
    },
    failingSince() {
      return guarded(async () => {
        const own = (await reading(database, ownQueues)).filter(({ notifier }) => current.has(notifier));
        const times = own.flatMap(({ failingSince }) => failingSince ?? []);
        return times.length === 0 ? undefined : new Date(Math.min(...times));
      });
    },
    async tellAtOnce(alert, signal) {
      const wanted = [...current.values()].filter((notifier) => notifier.wants(alert));
      await Promise.all(
        wanted.map(async (notifier) => {
          const trouble = await send(clock, notifier, alert, signal);
          if (trouble instanceof DeliveryError) say(`Notifier ${notifier.name} cannot be told: ${trouble.message}`);
        }),
      );
    },
    pending() {
      return guarded(async () => (await reading(database, ownQueues)).reduce((sum, { count }) => sum + count, 0));
    },
    replace(list) {
      const next = byKey(list);
      return guarded(async () => {
        await writing(database, async (db) => {
          const window = dueWindow(nowMs());
          for (const key of next.keys()) {
            const hold = await readHold(db, key);
            // Whoever is sending at this moment goes on.
            if (hold?.holder !== '' && isHeld(hold, '', window)) continue;
            await makeDue(db, key, window.now);
            await writeHold(db, key, undefined);
          }
        });
        current = next;
        orphansTold.clear();
      });
    },
  };
}
