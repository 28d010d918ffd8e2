import * as z from 'zod';
import { removeOpenSpans, seriesBeside } from './remove-open-spans.js';
import { chunksOf } from './rows.js';
import type { Database } from './transaction.js';

/** The body of a `retention` record: what was asked, and which scans went. */
export const removalSchema = z.strictObject({
  before: z.iso.datetime({ precision: 3 }).optional(),
  keep: z.int().min(0).optional(),
  scans: z.array(z.int()),
});
export type Removal = z.infer<typeof removalSchema>;

/**
 * Takes scans out. A span that lies in another scan too stays as it is, with its beginning, and so does the beginning of what is open
 * still, so that it is not forgotten since when; whatever else no scan speaks of any more goes.
 */
export async function removeScans(db: Database, scans: readonly number[]): Promise<void> {
  const touched = new Set<number>();
  for (const chunk of chunksOf(scans)) {
    const rows = await db.selectFrom('scan_series').select('series').distinct().where('scan', 'in', chunk).execute();
    for (const { series } of rows) touched.add(series);
    await db.deleteFrom('scan_series').where('scan', 'in', chunk).execute();
    await db.deleteFrom('scan_target').where('scan', 'in', chunk).execute();
    await db.deleteFrom('scan').where('id', 'in', chunk).execute();
  }
  for (const beside of await seriesBeside(db, [...touched])) {
    // Before the others go, which tell what was not open in between.
    await removeOpenSpans(db, beside);
    const series = beside.map(({ id }) => id);
    for (const chunk of chunksOf(series)) {
      for (const table of ['rest_span', 'finding_span'] as const) await removeSpans(db, table, chunk);
    }
    await removeEmptySeries(db, series);
  }
  await removeOrphans(db);
}

async function removeSpans(
  db: Database,
  table: 'rest_span' | 'finding_span',
  series: readonly number[],
): Promise<void> {
  await db
    .deleteFrom(table)
    .where('series', 'in', series)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('scan_series')
            .select('scan')
            .whereRef('scan_series.series', '=', `${table}.series`)
            .whereRef('scan_series.scan', '>=', `${table}.first_scan`)
            .whereRef('scan_series.scan', '<=', `${table}.last_scan`),
        ),
      ),
    )
    .execute();
}

/** Those in which no scan is left, nor anything that must be remembered. */
async function removeEmptySeries(db: Database, series: readonly number[]): Promise<void> {
  for (const chunk of chunksOf(series)) {
    await db
      .deleteFrom('series')
      .where('id', 'in', chunk)
      .where((eb) =>
        eb.not(
          eb.or([
            eb.exists(eb.selectFrom('scan_series').select('scan').whereRef('scan_series.series', '=', 'series.id')),
            eb.exists(eb.selectFrom('open_span').select('id').whereRef('open_span.series', '=', 'series.id')),
          ]),
        ),
      )
      .execute();
  }
}

/** Documents and banners that nothing refers to any more. */
async function removeOrphans(db: Database): Promise<void> {
  const referred = db
    .selectFrom('scan')
    .select('frame as document')
    .union(db.selectFrom('scan').select('findings as document'))
    .union(
      db
        .selectFrom('scan')
        .select('arrangement as document')
        .where('arrangement', 'is not', null)
        .$narrowType<{ document: number }>(),
    )
    .union(db.selectFrom('scan_target').select('document'))
    .union(db.selectFrom('series').select('asked as document'))
    .union(db.selectFrom('open_span').select('document'))
    .union(db.selectFrom('rest_span').select('document'))
    .union(db.selectFrom('finding_span').select('document'));
  await db.deleteFrom('document').where('id', 'not in', referred).execute();
  const said = db.selectFrom('open_span').select('banner').where('banner', 'is not', null);
  await db.deleteFrom('banner').where('id', 'not in', said).execute();
}
