import { getOrInsert, groupBy } from '../../model/groups.js';
import { parseRanges, type PortRange } from '../../model/ports.js';
import { beginningsOf, type OpenReach, type RestReach } from './beginnings.js';
import { chunksOf } from './rows.js';
import type { Database } from './transaction.js';

/** Which address is looked at from where. */
interface Place {
  readonly id: number;
  readonly address: string;
  readonly vantage: string;
}

type OfSeries<T> = T & { readonly series: number };

/** These series and all others of the same addresses and vantages, in portions that each hold whole addresses. */
export async function seriesBeside(db: Database, series: readonly number[]): Promise<Place[][]> {
  const addresses = new Set<string>();
  for (const chunk of chunksOf(series)) {
    const rows = await db.selectFrom('series').select('address').where('id', 'in', chunk).execute();
    for (const { address } of rows) addresses.add(address);
  }
  const portions: Place[][] = [];
  for (const chunk of chunksOf([...addresses].sort())) {
    const rows = await db
      .selectFrom('series')
      .select(['id', 'address', 'vantage'])
      .where('address', 'in', chunk)
      .orderBy('id')
      .execute();
    portions.push(rows);
  }
  return portions;
}

/** Removes the open spans that no scan which stays speaks of, except for the beginnings of what is open still. */
export async function removeOpenSpans(db: Database, places: readonly Place[]): Promise<void> {
  const ids = places.map(({ id }) => id);
  const placeOf = new Map(places.map(({ id, address, vantage }) => [id, JSON.stringify([address, vantage])]));
  const byPlace = <T extends { readonly series: number }>(spans: readonly T[]) =>
    groupBy(spans, ({ series }) => placeOf.get(series));
  const [open, rest] = [byPlace(await openOf(db, ids)), byPlace(await restOf(db, ids))];
  const gone: number[] = [];
  for (const [place, spans] of open) {
    const { kept, cut } = beginningsOf(spans, rest.get(place) ?? []);
    for (const { id, firstKept } of spans) if (firstKept === null && !kept.has(id)) gone.push(id);
    for (const { id, scan } of cut) await beginAt(db, id, scan);
  }
  for (const chunk of chunksOf(gone)) await db.deleteFrom('open_span').where('id', 'in', chunk).execute();
}

async function openOf(db: Database, series: readonly number[]): Promise<OfSeries<OpenReach>[]> {
  const found: OfSeries<OpenReach>[] = [];
  for (const chunk of chunksOf(series)) {
    const rows = await db
      .selectFrom('open_span')
      .select(['id', 'series', 'port', 'first_scan as firstScan', 'last_scan as lastScan'])
      .select((eb) =>
        eb
          .selectFrom('scan_series')
          .select(({ fn }) => fn.min('scan').as('scan'))
          .whereRef('scan_series.series', '=', 'open_span.series')
          .whereRef('scan_series.scan', '>=', 'first_scan')
          .whereRef('scan_series.scan', '<=', 'last_scan')
          .as('firstKept'),
      )
      .where('series', 'in', chunk)
      .orderBy('id')
      .execute();
    for (const row of rows) found.push(row);
  }
  return found;
}

async function restOf(db: Database, series: readonly number[]): Promise<OfSeries<RestReach>[]> {
  const found: OfSeries<RestReach>[] = [];
  const ranges = new Map<string, PortRange[]>();
  for (const chunk of chunksOf(series)) {
    const rows = await db
      .selectFrom('rest_span')
      .select(['series', 'state', 'ports', 'last_scan as lastScan'])
      .select((eb) =>
        eb
          .selectFrom('scan_series')
          .select(({ fn }) => fn.min('scan').as('scan'))
          .whereRef('scan_series.series', '=', 'rest_span.series')
          .whereRef('scan_series.scan', '>=', 'first_scan')
          .whereRef('scan_series.scan', '<=', 'last_scan')
          .as('firstKept'),
      )
      .where('series', 'in', chunk)
      .orderBy('id')
      .execute();
    for (const { ports, ...row } of rows) {
      found.push({ ...row, ports: getOrInsert(ranges, ports, () => parseRanges(ports)) });
    }
  }
  return found;
}

/** Of a scan in the middle of a span it is known when it began, and not when the port was seen. */
async function beginAt(db: Database, span: number, scan: number): Promise<void> {
  const kept = await db.selectFrom('scan').select('started_at').where('id', '=', scan).executeTakeFirst();
  await db
    .updateTable('open_span')
    .set((eb) => ({
      first_scan: scan,
      first_seen: kept === undefined ? eb.ref('last_seen') : eb.val(kept.started_at),
    }))
    .where('id', '=', span)
    .execute();
}
