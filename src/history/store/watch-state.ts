import type { Database } from './transaction.js';

/** What is kept of a watch, and who runs it. */
export interface WatchRow {
  /** A document of the watch's own; empty where it has never run. */
  readonly state: string;
  /** The process that runs it; empty where none does. */
  readonly holder: string;
  /** Milliseconds since 1970; until then the holder may be believed to live. */
  readonly heldUntil: number;
}

/** Undefined for a watch that was never begun. */
export async function readWatch(db: Database, watch: string): Promise<WatchRow | undefined> {
  const row = await db.selectFrom('watch_state').selectAll().where('watch', '=', watch).executeTakeFirst();
  return row === undefined ? undefined : { state: row.state, holder: row.holder, heldUntil: row.held_until };
}

/**
 * Makes a process the one that runs a watch, unless another does. `mayLive`: whether the holder that stands there may be at work still.
 * Gives the row as it is afterwards: it is taken where its holder is this one. To be run in `writing`.
 */
export async function takeWatch(
  db: Database,
  watch: string,
  { holder, heldUntil }: Pick<WatchRow, 'holder' | 'heldUntil'>,
  mayLive: (row: WatchRow) => boolean,
): Promise<WatchRow> {
  const row = await readWatch(db, watch);
  if (row === undefined) {
    const made = { state: '', holder, heldUntil };
    await db.insertInto('watch_state').values({ watch, state: '', holder, held_until: heldUntil }).execute();
    return made;
  }
  if (row.holder !== '' && row.holder !== holder && mayLive(row)) return row;
  await db.updateTable('watch_state').set({ holder, held_until: heldUntil }).where('watch', '=', watch).execute();
  return { ...row, holder, heldUntil };
}

/**
 * Says that the holder lives until then, and keeps its state, where one is given. False where another holds the watch: nothing is
 * changed then.
 */
export async function keepWatch(
  db: Database,
  watch: string,
  { holder, heldUntil }: Pick<WatchRow, 'holder' | 'heldUntil'>,
  state?: string,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('watch_state')
    .set({ held_until: heldUntil, ...(state === undefined ? {} : { state }) })
    .where('watch', '=', watch)
    .where('holder', '=', holder)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Gives the watch free, if this one holds it. */
export async function leaveWatch(db: Database, watch: string, holder: string): Promise<void> {
  await db
    .updateTable('watch_state')
    .set({ holder: '', held_until: 0 })
    .where('watch', '=', watch)
    .where('holder', '=', holder)
    .execute();
}
