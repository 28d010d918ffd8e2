import { groupBy } from '../../model/groups.js';
import { loadBanners } from './contents.js';
import type { CurrentSpans } from './continue-spans.js';
import { chunksOf, nextId } from './rows.js';
import { readSaid } from './series-facts.js';
import type { Database } from './transaction.js';

/** A series as the scan finds it that is about to be recorded. */
interface OpenSeries {
  readonly id: number;
  readonly current: CurrentSpans;
}

const nothing: CurrentSpans = { open: [], rest: [], findings: undefined, said: {} };

/** The series of these addresses, made where there were none; from now on the scan is the latest of them all. */
export async function openSeries(
  db: Database,
  key: { readonly vantage: string; readonly asked: number; readonly scan: number },
  addresses: readonly string[],
): Promise<ReadonlyMap<string, OpenSeries>> {
  const found = new Map<string, OpenSeries>();
  for (const chunk of chunksOf(addresses)) {
    for (const [address, series] of await findSeries(db, key, chunk)) found.set(address, series);
  }
  let id = await nextId(db, 'series');
  const made = addresses.filter((address) => !found.has(address)).map((address) => ({ id: id++, address }));
  for (const chunk of chunksOf(made)) {
    const rows = chunk.map((series) => ({
      ...series,
      vantage: key.vantage,
      asked: key.asked,
      last_scan: key.scan,
    }));
    await db.insertInto('series').values(rows).execute();
  }
  for (const series of made) found.set(series.address, { id: series.id, current: nothing });
  return found;
}

async function findSeries(
  db: Database,
  { vantage, asked, scan }: { readonly vantage: string; readonly asked: number; readonly scan: number },
  addresses: readonly string[],
): Promise<Map<string, OpenSeries>> {
  const series = await db
    .selectFrom('series')
    .leftJoin('scan_series', (join) =>
      join.onRef('scan_series.series', '=', 'series.id').onRef('scan_series.scan', '=', 'series.last_scan'),
    )
    .select(['series.id', 'series.address', 'scan_series.facts'])
    .where('series.vantage', '=', vantage)
    .where('series.asked', '=', asked)
    .where('series.address', 'in', addresses)
    .execute();
  if (series.length === 0) return new Map();
  const ids = series.map(({ id }) => id);
  const spans = await currentSpans(db, ids);
  await db.updateTable('series').set({ last_scan: scan }).where('id', 'in', ids).execute();
  return new Map(
    series.map(({ id, address, facts }) => [
      address,
      { id, current: { ...spans(id), said: facts === null ? {} : readSaid(facts) } },
    ]),
  );
}

async function currentSpans(db: Database, ids: readonly number[]): Promise<(series: number) => CurrentSpans> {
  const open = await db
    .selectFrom('series')
    .innerJoin('open_span', (join) =>
      join.onRef('open_span.series', '=', 'series.id').onRef('open_span.last_scan', '=', 'series.last_scan'),
    )
    .select(['open_span.id', 'series', 'port', 'document', 'banner', 'first_seen', 'last_seen'])
    .where('series.id', 'in', ids)
    .execute();
  const rest = await db
    .selectFrom('series')
    .innerJoin('rest_span', (join) =>
      join.onRef('rest_span.series', '=', 'series.id').onRef('rest_span.last_scan', '=', 'series.last_scan'),
    )
    .select(['rest_span.id', 'series', 'ports', 'document', 'message', 'first_seen', 'last_seen'])
    .where('series.id', 'in', ids)
    .execute();
  const findings = await db
    .selectFrom('series')
    .innerJoin('finding_span', (join) =>
      join.onRef('finding_span.series', '=', 'series.id').onRef('finding_span.last_scan', '=', 'series.last_scan'),
    )
    .select(['finding_span.id', 'series', 'document'])
    .where('series.id', 'in', ids)
    .execute();
  const bannerOf = await loadBanners(
    db,
    open.flatMap(({ banner }) => banner ?? []),
  );
  const bySeries = <T extends { readonly series: number }>(rows: readonly T[]) => groupBy(rows, ({ series }) => series);
  const [openOf, restOf, findingsOf] = [bySeries(open), bySeries(rest), bySeries(findings)];
  return (series) => ({
    open: (openOf.get(series) ?? []).map((span) => ({
      ...span,
      banner: span.banner === null ? null : bannerOf(span.banner),
    })),
    rest: restOf.get(series) ?? [],
    findings: findingsOf.get(series)?.[0],
    said: {},
  });
}
