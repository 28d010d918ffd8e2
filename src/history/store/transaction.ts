import { setTimeout as sleep } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { sql } from './kysely.js';
import { systemCode } from '../../model/errors.js';
import type { Tables } from './tables.js';

export type Database = Kysely<Tables>;

/** How long another process that writes is waited for, and how often it is asked. */
const usualPatienceMs = 15_000;
const pauseMs = 25;

/**
 * Runs a change as one transaction that has the right to write from its start: two processes that both read first and then want to
 * write would otherwise shut each other out. All of it happens, or nothing.
 */
export function writing<T>(
  db: Database,
  work: (db: Database) => Promise<T>,
  patienceMs: number = usualPatienceMs,
): Promise<T> {
  return db.connection().execute(async (connection) => {
    await whileBusy(() => sql`begin immediate`.execute(connection), patienceMs);
    try {
      const result = await work(connection);
      await whileBusy(() => sql`commit`.execute(connection), patienceMs);
      return result;
    } catch (error) {
      // A full disk has rolled it back already.
      await sql`rollback`.execute(connection).catch(() => undefined);
      throw error;
    }
  });
}

/** Runs queries that belong together: they all see the history as it was when the first of them began. */
export function reading<T>(
  db: Database,
  work: (db: Database) => Promise<T>,
  patienceMs: number = usualPatienceMs,
): Promise<T> {
  return db.connection().execute((connection) =>
    whileBusy(async () => {
      await sql`begin`.execute(connection);
      try {
        return await work(connection);
      } finally {
        await sql`rollback`.execute(connection).catch(() => undefined);
      }
    }, patienceMs),
  );
}

/** Tries again for as long as another process holds the file, up to a limit. */
export async function whileBusy<T>(attempt: () => Promise<T>, patienceMs: number = usualPatienceMs): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (systemCode(error)?.startsWith('SQLITE_BUSY') !== true || performance.now() > deadline) throw error;
      await sleep(pauseMs);
    }
  }
}
