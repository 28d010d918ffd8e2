import type { Database } from './transaction.js';

/** Rows in one statement: SQLite takes 32,766 values, PostgreSQL 65,535, and beyond some hundred rows nothing is gained. */
const chunkRows = 500;

export function* chunksOf<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < list.length; at += chunkRows) yield list.slice(at, at + chunkRows);
}

/**
 * The next number of a table. Numbers are given here and not by the database, so that a replay of the evidence log gives the same ones;
 * nobody else can take them meanwhile, because a writing transaction is alone.
 */
export async function nextId(
  db: Database,
  table: 'document' | 'banner' | 'series' | 'open_span' | 'rest_span' | 'finding_span',
): Promise<number> {
  const { last } = await db
    .selectFrom(table)
    .select(({ fn }) => fn.max<number | null>('id').as('last'))
    .executeTakeFirstOrThrow();
  return (last ?? 0) + 1;
}
