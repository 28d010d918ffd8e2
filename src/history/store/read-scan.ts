import { ExposcanError, messageOf } from '../../model/errors.js';
import { parseRanges } from '../../model/ports.js';
import { groupBy } from '../../model/groups.js';
import { checkSnapshot } from '../../model/read-snapshot.js';
import type { Snapshot } from '../../model/snapshot.js';
import { patchBanner } from './banner-difference.js';
import { loadBanners, loadDocuments } from './contents.js';
import { DamagedHistory } from './history-error.js';
import { putTogether } from './put-together.js';
import { readFacts } from './series-facts.js';
import type { OpenPart, RestPart, SeriesParts } from './scan-parts.js';
import type { Database } from './transaction.js';

/** A scan as it was recorded; undefined where there is none of this number. Throws where it cannot be put together any more. */
export async function readScan(db: Database, id: number): Promise<Snapshot | undefined> {
  const scan = await db.selectFrom('scan').selectAll().where('id', '=', id).executeTakeFirst();
  if (scan === undefined) return undefined;
  const targets = await db
    .selectFrom('scan_target')
    .select('document')
    .where('scan', '=', id)
    .orderBy('position')
    .execute();
  const series = await seriesOf(db, id);
  const spans = await spansOf(db, id);
  const documentOf = await loadDocuments(db, [
    scan.frame,
    scan.findings,
    ...(scan.arrangement === null ? [] : [scan.arrangement]),
    ...[...targets, ...spans.open, ...spans.rest, ...spans.findings].map(({ document }) => document),
  ]);
  const bannerOf = await loadBanners(
    db,
    spans.open.flatMap(({ banner }) => banner ?? []),
  );
  const [open, rest] = [groupBy(spans.open, ({ series }) => series), groupBy(spans.rest, ({ series }) => series)];
  const findings = new Map(spans.findings.map(({ series, document }) => [series, documentOf(document)]));
  const document = putTogether({
    vantage: scan.vantage,
    startedAt: scan.started_at,
    finishedAt: scan.finished_at,
    complete: scan.complete === 1,
    verdict: scan.verdict,
    frame: documentOf(scan.frame),
    findings: documentOf(scan.findings),
    arrangement: scan.arrangement === null ? undefined : documentOf(scan.arrangement),
    targets: targets.map((target) => documentOf(target.document)),
    series: series.map((each) =>
      partsOf(
        { ...each, startedAt: scan.started_at, finishedAt: scan.finished_at },
        (open.get(each.series) ?? []).map((span) => ({
          port: span.port,
          document: documentOf(span.document),
          banner: span.banner === null ? undefined : bannerOf(span.banner),
        })),
        (rest.get(each.series) ?? []).map((span) => ({ ...span, document: documentOf(span.document) })),
        findings.get(each.series),
      ),
    ),
  });
  return readBack(id, document);
}

/** Read as what comes from outside, which adds every port up once more. */
function readBack(id: number, document: unknown): Snapshot {
  try {
    return checkSnapshot(document, `scan ${id}`);
  } catch (error) {
    throw error instanceof ExposcanError ? new DamagedHistory(messageOf(error).replace(/\.$/, '')) : error;
  }
}

function seriesOf(db: Database, scan: number) {
  return db
    .selectFrom('scan_series')
    .innerJoin('series', 'series.id', 'scan_series.series')
    .select(['scan_series.series', 'series.address', 'scan_series.facts'])
    .where('scan_series.scan', '=', scan)
    .orderBy('scan_series.position')
    .execute();
}

/** The spans that this scan lies in. */
async function spansOf(db: Database, scan: number) {
  const of = db.selectFrom('scan_series').where('scan_series.scan', '=', scan);
  const open = await of
    .innerJoin('open_span', 'open_span.series', 'scan_series.series')
    .select(['open_span.series', 'port', 'document', 'banner'])
    .where('first_scan', '<=', scan)
    .where('last_scan', '>=', scan)
    .orderBy('port')
    .execute();
  const rest = await of
    .innerJoin('rest_span', 'rest_span.series', 'scan_series.series')
    .select(['rest_span.series', 'state', 'ports', 'document', 'message'])
    .where('first_scan', '<=', scan)
    .where('last_scan', '>=', scan)
    .execute();
  const findings = await of
    .innerJoin('finding_span', 'finding_span.series', 'scan_series.series')
    .select(['finding_span.series', 'document'])
    .where('first_scan', '<=', scan)
    .where('last_scan', '>=', scan)
    .execute();
  return { open, rest, findings };
}

function partsOf(
  series: { readonly address: string; readonly facts: string; readonly startedAt: number; readonly finishedAt: number },
  openSpans: readonly Pick<OpenPart, 'port' | 'document' | 'banner'>[],
  restSpans: readonly Pick<RestPart, 'state' | 'ports' | 'document' | 'message'>[],
  findings: string | undefined,
): SeriesParts {
  const { at, rtt, said = {}, miss = [], told = {}, order } = readFacts(series.facts);
  const timeAt = (place: number) => series.startedAt + (at[place] ?? 0);
  const open = openSpans.map(({ banner, ...span }, place): OpenPart => {
    const difference = said[span.port];
    const isSame = banner === undefined || difference === undefined;
    return { ...span, seen: timeAt(place), banner: isSame ? banner : patchBanner(banner, difference) };
  });
  const sorted = restSpans
    .map((span) => ({ span, first: parseRanges(span.ports)[0]?.first ?? 0 }))
    .sort((a, b) => a.first - b.first)
    .map(({ span }) => span);
  const notOpen = sorted
    .filter(({ state }) => state !== 'unknown')
    .map((span, place): RestPart => ({
      ...span,
      seen: timeAt(open.length + place),
      miss: miss[place] ?? undefined,
    }));
  const unknown = sorted
    .filter(({ state }) => state === 'unknown')
    .map((span, place): RestPart => ({
      ...span,
      seen: series.finishedAt,
      miss: undefined,
      message: told[place] ?? span.message,
    }));
  return { address: series.address, open, rest: [...notOpen, ...unknown], findings, roundTrip: rtt, order };
}
