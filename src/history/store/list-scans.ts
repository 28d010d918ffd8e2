import * as z from 'zod';
import type { Decision, DecisionKind, ScanFilter, ScanSummary } from '../history.js';
import { hostKey } from '../host-key.js';
import { loadDocuments } from './contents.js';
import { chunksOf } from './rows.js';
import { timeText } from './time-text.js';
import type { Database } from './transaction.js';

const targetSchema = z.looseObject({ target: z.string() });

/** The latest first. */
export async function listScans(
  db: Database,
  { host, vantage, until, first, limit }: ScanFilter,
): Promise<ScanSummary[]> {
  let query = db.selectFrom('scan').select(['id', 'vantage', 'started_at', 'finished_at', 'complete', 'verdict']);
  if (vantage !== undefined) query = query.where('vantage', '=', vantage);
  if (first === true) query = query.where('second', '=', 0);
  if (until !== undefined) query = query.where('finished_at', '<=', until.getTime());
  if (host !== undefined) {
    const key = hostKey(host);
    const ofTarget = db.selectFrom('scan_target').select('scan').where('host', '=', key);
    const ofAddress = db
      .selectFrom('scan_series')
      .select('scan')
      .where('series', 'in', db.selectFrom('series').select('id').where('address', '=', key));
    query = query.where((eb) => eb.or([eb('id', 'in', ofTarget), eb('id', 'in', ofAddress)]));
  }
  if (limit !== undefined) query = query.limit(limit);
  const scans = await query.orderBy('finished_at', 'desc').orderBy('id', 'desc').execute();
  const targets = await targetsOf(
    db,
    scans.map(({ id }) => id),
  );
  return scans.map(({ id, vantage: from, started_at, finished_at, complete, verdict }) => ({
    id,
    vantage: from,
    startedAt: timeText(started_at),
    finishedAt: timeText(finished_at),
    complete: complete === 1,
    verdict,
    targets: targets.get(id) ?? [],
  }));
}

/** Decisions of one kind, the latest first. */
export async function listDecisions(
  db: Database,
  kind: DecisionKind,
  { limit, since }: { readonly limit?: number; readonly since?: Date },
): Promise<Decision[]> {
  let query = db.selectFrom('decision').selectAll().where('kind', '=', kind);
  if (since !== undefined) query = query.where('time', '>=', since.getTime());
  if (limit !== undefined) query = query.limit(limit);
  const rows = await query.orderBy('seq', 'desc').execute();
  return rows.map((row): Decision => ({
    seq: row.seq,
    time: timeText(row.time),
    kind: row.kind,
    body: JSON.parse(row.body),
  }));
}

async function targetsOf(db: Database, scans: readonly number[]): Promise<Map<number, string[]>> {
  const targets = new Map<number, string[]>(scans.map((id) => [id, []]));
  for (const chunk of chunksOf(scans)) {
    const rows = await db
      .selectFrom('scan_target')
      .select(['scan', 'document'])
      .where('scan', 'in', chunk)
      .orderBy('scan')
      .orderBy('position')
      .execute();
    const documentOf = await loadDocuments(
      db,
      rows.map(({ document }) => document),
    );
    for (const { scan, document } of rows) {
      targets.get(scan)?.push(targetSchema.parse(JSON.parse(documentOf(document))).target);
    }
  }
  return targets;
}
