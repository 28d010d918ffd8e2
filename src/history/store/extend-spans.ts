import { sql } from './kysely.js';
import { chunksOf } from './rows.js';
import type { Database } from './transaction.js';

/** Lets spans reach to this scan. In few statements, because there are many thousands of them in every scan. */
export async function extendSpans(
  db: Database,
  table: 'open_span' | 'rest_span',
  scan: number,
  spans: readonly { readonly id: number; readonly first_seen: number; readonly last_seen: number }[],
): Promise<void> {
  for (const chunk of chunksOf(spans)) {
    // The types of the first row are those of the column; values without a type are text to PostgreSQL.
    const rows = chunk.map(({ id, first_seen, last_seen }, at) =>
      at === 0
        ? sql`(cast(${id} as bigint), cast(${first_seen} as bigint), cast(${last_seen} as bigint))`
        : sql`(${id}, ${first_seen}, ${last_seen})`,
    );
    await sql`
      with seen (id, first_seen, last_seen) as (values ${sql.join(rows)})
      update ${sql.table(table)}
      set last_scan = ${scan}, first_seen = seen.first_seen, last_seen = seen.last_seen
      from seen where ${sql.ref(`${table}.id`)} = seen.id
    `.execute(db);
  }
}

export async function extendFindings(db: Database, scan: number, spans: readonly number[]): Promise<void> {
  for (const chunk of chunksOf(spans)) {
    await db.updateTable('finding_span').set({ last_scan: scan }).where('id', 'in', chunk).execute();
  }
}
