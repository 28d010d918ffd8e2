import { formatRanges, parseRanges } from '../../model/ports.js';
import type { Snapshot } from '../../model/snapshot.js';
import { hostKey } from '../host-key.js';
import { keepBanners, keepDocuments } from './contents.js';
import { continueSpans, type Continuation } from './continue-spans.js';
import { chunksOf, nextId } from './rows.js';
import { writeFacts } from './series-facts.js';
import { openSeries } from './series.js';
import { extendFindings, extendSpans } from './extend-spans.js';
import { takeApart, type NewScan, type NewSeries } from './take-apart.js';
import type { Database } from './transaction.js';

/** Takes a scan in, under the number of its evidence record. The snapshot is a valid one. */
export async function applyScan(db: Database, id: number, snapshot: Snapshot): Promise<void> {
  const scan = takeApart(snapshot);
  const asked = JSON.stringify(formatRanges(parseRanges(snapshot.asked.ports)));
  const documentOf = await keepDocuments(db, bodiesOf(scan, asked));
  await insertScan(db, id, scan, documentOf);
  await insertTargets(db, id, snapshot, (position) => documentOf(scan.targets[position] ?? ''));

  const addresses = scan.series.map(({ address }) => address);
  const known = await openSeries(db, { vantage: scan.vantage, asked: documentOf(asked), scan: id }, addresses);
  const continued = scan.series.flatMap((parts, position): Continued[] => {
    const series = known.get(parts.address);
    if (series === undefined) return [];
    const continuation = continueSpans(parts, scan.startedAt, series.current, documentOf);
    return [{ ...continuation, series: series.id, position, parts }];
  });
  for (const chunk of chunksOf(continued)) {
    const rows = chunk.map(({ series, position, parts, facts }) => ({
      series,
      scan: id,
      position,
      open: parts.open.length,
      facts: writeFacts(facts),
    }));
    await db.insertInto('scan_series').values(rows).execute();
  }
  await extendSpans(
    db,
    'open_span',
    id,
    continued.flatMap(({ openOn }) => openOn),
  );
  await extendSpans(
    db,
    'rest_span',
    id,
    continued.flatMap(({ restOn }) => restOn),
  );
  await extendFindings(
    db,
    id,
    continued.flatMap(({ findingsOn }) => findingsOn ?? []),
  );
  await beginOpenSpans(db, id, continued, documentOf);
  await beginRestSpans(db, id, continued, documentOf);
  await beginFindingSpans(db, id, continued, documentOf);
}

/** A series with what the scan made of it. */
interface Continued extends Continuation {
  readonly series: number;
  readonly position: number;
  readonly parts: NewSeries;
}

function* bodiesOf(scan: NewScan, asked: string): Generator<string> {
  yield asked;
  yield scan.frame;
  yield scan.findings;
  if (scan.arrangement !== undefined) yield scan.arrangement;
  yield* scan.targets;
  for (const { open, rest, findings } of scan.series) {
    for (const { document } of open) yield document;
    for (const { document } of rest) yield document;
    if (findings !== undefined) yield findings;
  }
}

async function insertScan(
  db: Database,
  id: number,
  scan: NewScan,
  documentOf: (body: string) => number,
): Promise<void> {
  await db
    .insertInto('scan')
    .values({
      id,
      vantage: scan.vantage,
      started_at: scan.startedAt,
      finished_at: scan.finishedAt,
      complete: scan.complete ? 1 : 0,
      second: scan.isSecond ? 1 : 0,
      verdict: scan.verdict,
      frame: documentOf(scan.frame),
      findings: documentOf(scan.findings),
      arrangement: scan.arrangement === undefined ? null : documentOf(scan.arrangement),
    })
    .execute();
}

async function insertTargets(
  db: Database,
  scan: number,
  { targets }: Snapshot,
  documentOf: (position: number) => number,
): Promise<void> {
  const rows = targets.map(({ target }, position) => ({
    scan,
    position,
    host: hostKey(target),
    document: documentOf(position),
  }));
  for (const chunk of chunksOf(rows)) await db.insertInto('scan_target').values(chunk).execute();
}

async function beginOpenSpans(
  db: Database,
  scan: number,
  continued: readonly Continued[],
  documentOf: (body: string) => number,
): Promise<void> {
  const begun = continued.flatMap(({ series, openNew }) => openNew.map((part) => ({ series, ...part })));
  if (begun.length === 0) return;
  const bannerOf = await keepBanners(
    db,
    begun.flatMap(({ banner }) => banner ?? []),
  );
  let id = await nextId(db, 'open_span');
  const rows = begun.map(({ document, banner, seen, ...columns }) => ({
    id: id++,
    ...columns,
    document: documentOf(document),
    banner: banner === undefined ? null : bannerOf(banner),
    first_scan: scan,
    last_scan: scan,
    first_seen: seen,
    last_seen: seen,
  }));
  for (const chunk of chunksOf(rows)) await db.insertInto('open_span').values(chunk).execute();
}

async function beginRestSpans(
  db: Database,
  scan: number,
  continued: readonly Continued[],
  documentOf: (body: string) => number,
): Promise<void> {
  const begun = continued.flatMap(({ series, restNew }) => restNew.map((part) => ({ series, part })));
  if (begun.length === 0) return;
  let id = await nextId(db, 'rest_span');
  const rows = begun.map(({ series, part: { state, reason, ports, message, document, seen } }) => ({
    id: id++,
    series,
    state,
    reason,
    ports,
    message,
    document: documentOf(document),
    first_scan: scan,
    last_scan: scan,
    first_seen: seen,
    last_seen: seen,
  }));
  for (const chunk of chunksOf(rows)) await db.insertInto('rest_span').values(chunk).execute();
}

async function beginFindingSpans(
  db: Database,
  scan: number,
  continued: readonly Continued[],
  documentOf: (body: string) => number,
): Promise<void> {
  const begun = continued.flatMap(({ series, parts, findingsOn }) =>
    parts.findings === undefined || findingsOn !== undefined ? [] : [{ series, document: documentOf(parts.findings) }],
  );
  if (begun.length === 0) return;
  let id = await nextId(db, 'finding_span');
  const rows = begun.map((row) => ({ id: id++, ...row, first_scan: scan, last_scan: scan }));
  for (const chunk of chunksOf(rows)) await db.insertInto('finding_span').values(chunk).execute();
}
