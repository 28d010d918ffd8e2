import * as z from 'zod';
import { observerCodes } from '../../model/errors.js';
import { getOrInsert } from '../../model/groups.js';
import { reasons } from '../../model/observation.js';
import { holdsPort, parseRanges, type PortRange } from '../../model/ports.js';
import { snapshotSchema } from '../../model/snapshot.js';
import { DamagedHistory } from '../store/history-error.js';
import { chunksOf } from '../store/rows.js';
import type { Database } from '../store/transaction.js';
import type { SightSpan } from './sightings.js';
import type { Sight } from './stitch.js';
import { readDocuments } from './stored-documents.js';

interface OpenSpan extends SightSpan {
  readonly port: number;
}

interface RestSpan extends SightSpan {
  readonly ports: readonly PortRange[];
}

/** What the spans of one series say, both in the order of their first scans. */
export interface SeriesSpans {
  readonly open: OpenSpan[];
  readonly rest: RestSpan[];
}

const { service: serviceSchema, tls: tlsSchema } = snapshotSchema.shape.open.element.shape;
const selfSchema = z.boolean().optional();
const openDocument = z.object({ self: selfSchema, service: serviceSchema, tls: tlsSchema });
const restDocument = z.object({ self: selfSchema });
const reasonOf = z.enum(reasons);
const codeOf = z.enum(observerCodes);

/** The spans of some series; of open ones those of one port, where one is given. Throws `DamagedHistory` where they cannot be read. */
export async function readSpans(
  db: Database,
  series: readonly number[],
  port: number | undefined,
): Promise<ReadonlyMap<number, SeriesSpans>> {
  const spans = new Map<number, SeriesSpans>();
  const of = (id: number) => getOrInsert(spans, id, (): SeriesSpans => ({ open: [], rest: [] }));
  for (const chunk of chunksOf(series)) {
    await readOpen(db, chunk, port, of);
    await readRest(db, chunk, port, of);
  }
  return spans;
}

const timeColumns = ['series', 'first_scan', 'last_scan', 'first_seen', 'last_seen'] as const;

interface Times {
  readonly first_scan: number;
  readonly last_scan: number;
  readonly first_seen: number;
  readonly last_seen: number;
}

function timesOf({ first_scan, last_scan, first_seen, last_seen }: Times): Omit<SightSpan, 'sight'> {
  return { firstScan: first_scan, lastScan: last_scan, firstSeen: first_seen, lastSeen: last_seen };
}

type Certificate = NonNullable<Sight['certificate']>;

/** Without what older exposcans did not tell, and what depends on the name that was scanned: the same certificate is the same sight. */
function lastingFacts({
  subject,
  issuer,
  sans,
  validFrom,
  validTo,
  selfSigned,
  fingerprint256,
}: Certificate): Certificate {
  return { subject, issuer, sans, validFrom, validTo, selfSigned, fingerprint256 };
}

async function readOpen(
  db: Database,
  series: readonly number[],
  port: number | undefined,
  of: (id: number) => SeriesSpans,
): Promise<void> {
  const all = db
    .selectFrom('open_span')
    .select([...timeColumns, 'port', 'reason', 'document'])
    .where('series', 'in', series);
  const rows = await (port === undefined ? all : all.where('port', '=', port)).orderBy('first_scan').execute();
  const documentOf = await readDocuments(
    db,
    rows.map(({ document }) => document),
    openDocument,
  );
  const sights = new Map<string, Sight>();
  for (const row of rows) {
    const sight = getOrInsert(sights, `${row.reason} ${row.document}`, (): Sight => {
      const { self, service, tls } = documentOf(row.document);
      const certificate = tls?.certificate;
      return {
        state: 'open',
        reason: row.reason,
        ...(self === true ? { self } : {}),
        service,
        ...(certificate === undefined ? {} : { certificate: lastingFacts(certificate) }),
      };
    });
    of(row.series).open.push({ ...timesOf(row), sight, port: row.port });
  }
}

async function readRest(
  db: Database,
  series: readonly number[],
  port: number | undefined,
  of: (id: number) => SeriesSpans,
): Promise<void> {
  const rows = await db
    .selectFrom('rest_span')
    .select([...timeColumns, 'state', 'reason', 'ports', 'document'])
    .where('series', 'in', series)
    .orderBy('first_scan')
    .execute();
  const documentOf = await readDocuments(
    db,
    rows.map(({ document }) => document),
    restDocument,
  );
  const ranges = new Map<string, PortRange[]>();
  for (const row of rows) {
    const ports = getOrInsert(ranges, row.ports, () => parseRanges(row.ports));
    if (port !== undefined && !holdsPort(ports, port)) continue;
    of(row.series).rest.push({ ...timesOf(row), sight: restSight(row, documentOf(row.document).self), ports });
  }
}

function restSight(
  { state, reason }: { readonly state: 'closed' | 'filtered' | 'unknown'; readonly reason: string },
  self: boolean | undefined,
): Sight {
  if (state === 'unknown') return { state, code: known(codeOf, reason) };
  return { state, reason: known(reasonOf, reason), ...(self === true ? { self } : {}) };
}

function known<T>(schema: z.ZodType<T>, text: string): T {
  const { data, success } = schema.safeParse(text);
  if (!success) throw new DamagedHistory('it holds a reason that exposcan does not know');
  return data;
}
