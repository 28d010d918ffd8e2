import * as z from 'zod';
import { getOrInsert } from '../../model/groups.js';
import { parseRanges, type PortRange } from '../../model/ports.js';
import { chunksOf } from '../store/rows.js';
import type { Database } from '../store/transaction.js';
import type { KeptScan } from './sightings.js';
import { readDocuments } from './stored-documents.js';

/** All scans that asked the same ports of an address from a vantage. */
export interface Series {
  readonly id: number;
  readonly vantage: string;
  readonly address: string;
  readonly asked: readonly PortRange[];
  /** Those that are in the history, in the order of their numbers. */
  readonly scans: readonly KeptScan[];
}

/** Every series of some addresses; from one vantage, where one is given. */
export async function readSeries(
  db: Database,
  addresses: readonly string[],
  vantage: string | undefined,
): Promise<Series[]> {
  const rows: { id: number; vantage: string; address: string; asked: number }[] = [];
  for (const chunk of chunksOf(addresses)) {
    const all = db.selectFrom('series').select(['id', 'vantage', 'address', 'asked']).where('address', 'in', chunk);
    const wanted = vantage === undefined ? all : all.where('vantage', '=', vantage);
    for (const row of await wanted.execute()) rows.push(row);
  }
  const textOf = await readDocuments(
    db,
    rows.map(({ asked }) => asked),
    z.string(),
  );
  const ranges = new Map<string, PortRange[]>();
  const askedBy = (text: string) => getOrInsert(ranges, text, () => parseRanges(text));
  const scans = await readScans(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({ ...row, asked: askedBy(textOf(row.asked)), scans: scans.get(row.id) ?? [] }));
}

async function readScans(db: Database, series: readonly number[]): Promise<Map<number, KeptScan[]>> {
  const scans = new Map<number, KeptScan[]>();
  for (const chunk of chunksOf(series)) {
    const rows = await db
      .selectFrom('scan_series')
      .innerJoin('scan', 'scan.id', 'scan_series.scan')
      .select(['scan_series.series', 'scan_series.scan', 'scan.started_at'])
      .where('scan_series.series', 'in', chunk)
      .orderBy('scan_series.series')
      .orderBy('scan_series.scan')
      .execute();
    for (const { series: id, scan, started_at: begun } of rows) {
      getOrInsert(scans, id, (): KeptScan[] => []).push({ scan, begun });
    }
  }
  return scans;
}
