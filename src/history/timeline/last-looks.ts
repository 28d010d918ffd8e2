import * as z from 'zod';
import { getOrInsert } from '../../model/groups.js';
import { terminalSafe } from '../../model/printable.js';
import { findingSchema, snapshotSchema, type SnapshotTarget, type Verdict } from '../../model/snapshot.js';
import type { HostSummary } from '../../model/timeline.js';
import { verdictOf } from '../../model/verdict.js';
import { chunksOf } from '../store/rows.js';
import type { Database } from '../store/transaction.js';
import { readDocuments } from './stored-documents.js';

type Look = Pick<HostSummary, 'open' | 'verdict'>;

const { outcome, counted, host } = findingSchema.shape;
const findingsDocument = z.array(z.object({ outcome, counted, host }));
type Finding = z.infer<typeof findingsDocument>[number];

/** What is needed of one scan to tell its hosts apart. */
interface LookedScan {
  readonly verdict: Verdict;
  /** By `hostKey`. */
  readonly targets: Map<string, SnapshotTarget[]>;
  /** By address. */
  readonly open: Map<string, number>;
  /** Of no address, under the empty text. */
  readonly findings: Map<string, readonly Finding[]>;
}

/** What some scans saw and proved of each of their hosts. */
export async function readLastLooks(db: Database, scans: ReadonlySet<number>) {
  const looked = new Map<number, LookedScan>();
  for (const chunk of chunksOf([...scans])) {
    await readScans(db, chunk, looked);
    await readTargets(db, chunk, looked);
    await readAddresses(db, chunk, looked);
  }
  return {
    of(scan: number, host: string): Look {
      const look = looked.get(scan);
      return look === undefined ? { open: 0, verdict: 'none' } : lookAt(look, look.targets.get(host) ?? []);
    },
  };
}

/** The verdict of a scan of several hosts may be another host's; that of its findings about this one is its own. */
function lookAt({ verdict, targets, open, findings }: LookedScan, typed: readonly SnapshotTarget[]): Look {
  const addresses = [...new Set(typed.flatMap((target) => target.addresses))];
  const names = new Set(typed.map(({ target }) => terminalSafe(target)));
  const own = ['', ...addresses]
    .flatMap((address) => findings.get(address) ?? [])
    .filter(({ host }) => host === undefined || names.has(host));
  return {
    open: addresses.reduce((sum, address) => sum + (open.get(address) ?? 0), 0),
    verdict: verdict === 'none' || targets.size === 1 ? verdict : verdictOf(own),
  };
}

async function readScans(db: Database, scans: readonly number[], looked: Map<number, LookedScan>): Promise<void> {
  const rows = await db.selectFrom('scan').select(['id', 'verdict', 'findings']).where('id', 'in', scans).execute();
  const documentOf = await readDocuments(
    db,
    rows.map(({ findings }) => findings),
    findingsDocument,
  );
  for (const { id, verdict, findings } of rows) {
    const general = new Map([['', documentOf(findings)]]);
    looked.set(id, { verdict, targets: new Map(), open: new Map(), findings: general });
  }
}

async function readTargets(db: Database, scans: readonly number[], looked: Map<number, LookedScan>): Promise<void> {
  const rows = await db
    .selectFrom('scan_target')
    .select(['scan', 'host', 'document'])
    .where('scan', 'in', scans)
    .execute();
  const documentOf = await readDocuments(
    db,
    rows.map(({ document }) => document),
    snapshotSchema.shape.targets.element,
  );
  for (const { scan, host, document } of rows) {
    const targets = looked.get(scan)?.targets;
    if (targets !== undefined) getOrInsert(targets, host, (): SnapshotTarget[] => []).push(documentOf(document));
  }
}

async function readAddresses(db: Database, scans: readonly number[], looked: Map<number, LookedScan>): Promise<void> {
  const rows = await db
    .selectFrom('scan_series')
    .innerJoin('series', 'series.id', 'scan_series.series')
    .leftJoin('finding_span', (join) =>
      join
        .onRef('finding_span.series', '=', 'scan_series.series')
        .onRef('finding_span.first_scan', '<=', 'scan_series.scan')
        .onRef('finding_span.last_scan', '>=', 'scan_series.scan'),
    )
    .select(['scan_series.scan', 'scan_series.open', 'series.address', 'finding_span.document'])
    .where('scan_series.scan', 'in', scans)
    .execute();
  const documentOf = await readDocuments(
    db,
    rows.flatMap(({ document }) => document ?? []),
    findingsDocument,
  );
  for (const { scan, open, address, document } of rows) {
    looked.get(scan)?.open.set(address, open);
    if (document !== null) looked.get(scan)?.findings.set(address, documentOf(document));
  }
}
