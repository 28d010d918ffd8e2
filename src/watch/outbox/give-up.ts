import { noticesBefore, removeNotice, type Notice } from '../../history/store/outbox.js';
import { reading, writing } from '../../history/store/transaction.js';
import { dayMs } from '../../model/duration.js';
import { terminalSafe } from '../../model/printable.js';
import { giveUpAfterMs, isHopeless } from './backoff.js';
import type { OutboxWorld } from './outbox.js';

/** What waits for a notifier that is gone is kept for so long: whoever took it out by mistake has time to notice. */
const orphansKeptMs = 30 * dayMs;
const page = 100;

interface QueueName {
  readonly key: string;
  readonly name: string;
}

/** What the evidence log keeps of a notice that reached its receiver, or never will. */
export function deliveryBody(outcome: 'delivered' | 'given-up', notifier: string, notice: Notice) {
  const { attempts, createdAt, trouble } = notice;
  return {
    outcome,
    notifier,
    alert: alertId(notice),
    attempts,
    waitingSince: new Date(createdAt).toISOString(),
    ...(trouble === '' ? {} : { trouble }),
  };
}

/** Takes a notice out for good, and says so. The evidence log is told first: nothing vanishes without a trace. */
export async function giveUp(world: OutboxWorld, name: string, notice: Notice): Promise<void> {
  await world.history.note('delivery', deliveryBody('given-up', name, notice));
  await writing(world.database, (db) => removeNotice(db, notice.id));
  const why = notice.trouble === '' ? '' : ` (${notice.trouble})`;
  const since = new Date(notice.createdAt).toISOString();
  world.say(
    `Notifier ${name} did not get alert ${terminalSafe(alertId(notice))}, which waited since ${since}: given up${why}.`,
  );
}

/** Gives up what has waited for too long, for a receiver that has failed so often in a row. */
export async function giveUpOld(world: OutboxWorld, { key, name }: QueueName, failures: number): Promise<void> {
  const now = world.clock.date().getTime();
  await giveUpBefore(world, { key, name }, now - giveUpAfterMs, ({ createdAt }) =>
    isHopeless(createdAt, failures, now),
  );
}

export async function giveUpOrphans(world: OutboxWorld, queue: QueueName): Promise<void> {
  await giveUpBefore(world, queue, world.clock.date().getTime() - orphansKeptMs, () => true);
}

async function giveUpBefore(
  world: OutboxWorld,
  { key, name }: QueueName,
  time: number,
  isOver: (notice: Notice) => boolean,
): Promise<void> {
  for (;;) {
    const old = (await reading(world.database, (db) => noticesBefore(db, key, time, page))).filter(isOver);
    for (const notice of old) await giveUp(world, name, notice);
    if (old.length < page) return;
  }
}

/** The id of the alert; its own number where it is none of ours. */
function alertId({ alert, id }: Notice): string {
  try {
    const document: unknown = JSON.parse(alert);
    if (typeof document === 'object' && document !== null && 'id' in document && typeof document.id === 'string') {
      return document.id;
    }
  } catch {
    // It is told by its number.
  }
  return `#${id}`;
}
