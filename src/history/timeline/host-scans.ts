import { groupBy } from '../../model/groups.js';
import { snapshotSchema } from '../../model/snapshot.js';
import type { Database } from '../store/transaction.js';
import { readDocuments } from './stored-documents.js';
import type { HostScan } from './tenure.js';

interface ScanOfHost extends HostScan {
  readonly scan: number;
}

const targetDocument = snapshotSchema.shape.targets.element;

/** The scans that had this target, by vantage, each the earliest first. `host`: as `hostKey` spells it. */
export async function readHostScans(
  db: Database,
  host: string,
  vantage: string | undefined,
): Promise<ReadonlyMap<string, readonly ScanOfHost[]>> {
  const all = db
    .selectFrom('scan_target')
    .innerJoin('scan', 'scan.id', 'scan_target.scan')
    .select(['scan_target.scan', 'scan_target.document', 'scan.vantage', 'scan.started_at'])
    .where('scan_target.host', '=', host);
  const rows = await (vantage === undefined ? all : all.where('scan.vantage', '=', vantage)).execute();
  const documentOf = await readDocuments(
    db,
    rows.map(({ document }) => document),
    targetDocument,
  );
  const sorted = rows.sort((a, b) => a.started_at - b.started_at || a.scan - b.scan);
  const byVantage = groupBy(sorted, (row) => row.vantage);
  return new Map(
    [...byVantage].map(([name, scans]) => [
      name,
      scans.map(({ scan, document, started_at: begun }) => ({ scan, begun, target: documentOf(document) })),
    ]),
  );
}
