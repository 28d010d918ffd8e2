import type { Database } from './transaction.js';

/** An alert that waits for one notifier. Times are milliseconds since 1970. */
export interface Notice {
  readonly id: number;
  readonly notifier: string;
  /** The alert document, as JSON. */
  readonly alert: string;
  readonly createdAt: number;
  readonly attempts: number;
  /** What the last attempt failed of; empty before the first. */
  readonly trouble: string;
}

/** All that waits for one notifier. */
export interface Queue {
  readonly notifier: string;
  readonly count: number;
  readonly firstDue: number;
  readonly lastDue: number;
  /** When the oldest of those was created that an attempt has failed for. */
  readonly failingSince: number | undefined;
}

/** Says that nothing may be sent to a notifier for a while: somebody is sending right now, or it failed and is left alone. */
export interface Hold {
  readonly until: number;
  /** Who is sending; empty where nobody is. */
  readonly holder: string;
  /** How many attempts have failed since the last that did not. */
  readonly failures: number;
}

/** A window of times that are due: at `now` or before, or so far ahead that the clock must have been set back since. */
export interface DueWindow {
  readonly now: number;
  readonly horizon: number;
}

/** Keeps an alert for each of these notifiers, due at once. */
export async function addNotices(
  db: Database,
  notifiers: readonly string[],
  alert: string,
  now: number,
): Promise<void> {
  if (notifiers.length === 0) return;
  const row = { alert, created_at: now, attempts: 0, due_at: now, trouble: '' };
  await db
    .insertInto('outbox')
    .values(notifiers.map((notifier) => ({ notifier, ...row })))
    .execute();
}

/** The oldest notice for a notifier that is due. */
export async function oldestDue(db: Database, notifier: string, window: DueWindow): Promise<Notice | undefined> {
  const row = await db
    .selectFrom('outbox')
    .selectAll()
    .where('notifier', '=', notifier)
    .where((row) => row.or([row('due_at', '<=', window.now), row('due_at', '>', window.horizon)]))
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : noticeOf(row);
}

/** The oldest notices for a notifier that were created before this time, at most `limit`. */
export async function noticesBefore(db: Database, notifier: string, time: number, limit: number): Promise<Notice[]> {
  const rows = await db
    .selectFrom('outbox')
    .selectAll()
    .where('notifier', '=', notifier)
    .where('created_at', '<', time)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(noticeOf);
}

/** What waits, by notifier. */
export async function queues(db: Database): Promise<Queue[]> {
  const rows = await db
    .selectFrom('outbox')
    .select((row) => [
      'notifier',
      row.fn.countAll<number | string>().as('count'),
      row.fn.min<number | string>('due_at').as('firstDue'),
      row.fn.max<number | string>('due_at').as('lastDue'),
      row.fn
        .min<number | string | null>(row.case().when('attempts', '>', 0).then(row.ref('created_at')).end())
        .as('failingSince'),
    ])
    .groupBy('notifier')
    .orderBy('notifier')
    .execute();
  return rows.map(({ notifier, count, firstDue, lastDue, failingSince }) => ({
    notifier,
    count: Number(count),
    firstDue: Number(firstDue),
    lastDue: Number(lastDue),
    failingSince: failingSince === null ? undefined : Number(failingSince),
  }));
}

export async function putOff(db: Database, id: number, dueAt: number, trouble: string): Promise<void> {
  await db
    .updateTable('outbox')
    .set((row) => ({ attempts: row('attempts', '+', 1), due_at: dueAt, trouble }))
    .where('id', '=', id)
    .execute();
}

/** Makes all that waits for a notifier due. */
export async function makeDue(db: Database, notifier: string, now: number): Promise<void> {
  await db.updateTable('outbox').set({ due_at: now }).where('notifier', '=', notifier).execute();
}

export async function removeNotice(db: Database, id: number): Promise<void> {
  await db.deleteFrom('outbox').where('id', '=', id).execute();
}

export async function readHold(db: Database, notifier: string): Promise<Hold | undefined> {
  const row = await db.selectFrom('setting').select('value').where('name', '=', holdName(notifier)).executeTakeFirst();
  const [until, failures, ...holder] = (row?.value ?? '').split(' ');
  const hold = { until: Number(until), failures: Number(failures), holder: holder.join(' ') };
  // A value that is not of this making holds nothing up.
  return row !== undefined && Number.isFinite(hold.until) && Number.isFinite(hold.failures) ? hold : undefined;
}

/** Undefined takes the hold away. */
export async function writeHold(db: Database, notifier: string, hold: Hold | undefined): Promise<void> {
  const name = holdName(notifier);
  if (hold === undefined) {
    await db.deleteFrom('setting').where('name', '=', name).execute();
    return;
  }
  const value = `${hold.until} ${hold.failures} ${hold.holder}`;
  await db
    .insertInto('setting')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}

const holdName = (notifier: string) => `outbox hold ${notifier}`;

interface Row {
  readonly id: number;
  readonly notifier: string;
  readonly alert: string;
  readonly created_at: number;
  readonly attempts: number;
  readonly trouble: string;
}

function noticeOf({ id, notifier, alert, created_at, attempts, trouble }: Row): Notice {
  return { id, notifier, alert, createdAt: created_at, attempts, trouble };
}
