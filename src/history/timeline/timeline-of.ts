import { familyOf } from '../../model/address.js';
import type { ExposcanError } from '../../model/errors.js';
import { parseTarget } from '../../model/parse-target.js';
import type { Timeline } from '../../model/timeline.js';
import { hostUnknown, vantageUnknown } from '../host-unknown.js';
import type { Database } from '../store/transaction.js';
import { timeText } from '../store/time-text.js';
import { endpointTimelines } from './endpoint-timelines.js';
import { placesOfAddress, placesOfTarget, type Place, type Whereabouts } from './places.js';
import { readSpans, type SeriesSpans } from './read-spans.js';

export interface TimelineFilter {
  readonly port?: number;
  readonly vantage?: string;
}

/**
 * What the history says of a host: a target in whatever spelling, or an address of one. Of an address everything is told that was ever
 * seen there; of a name, what was seen on its addresses while they were its own, also by scans that came by them otherwise.
 *
 * Throws `ERR_NOT_IN_HISTORY` where no scan of it is kept, `ERR_BAD_TARGET` where it is no target, `DamagedHistory` where
 * what is stored cannot be read.
 */
export async function timelineOf(
  db: Database,
  host: string,
  { port, vantage }: TimelineFilter,
  tool: Timeline['tool'],
): Promise<Timeline> {
  const { places, scans } = await find(db, host, vantage);
  if (scans.size === 0) throw await notFound(db, host, vantage);
  const spans = await readSpans(
    db,
    places.flatMap(({ series }) => series.map(({ id }) => id)),
    port,
  );
  return {
    format: 'exposcan-history',
    version: 1,
    tool,
    host,
    ...(port === undefined ? {} : { port }),
    scans: scans.size,
    ...extent(scans.values()),
    addresses: places.flatMap((place) => addressOf(place, spans)),
    endpoints: places.flatMap((place) => endpointTimelines(place, spans, port)),
  };
}

function find(db: Database, host: string, vantage: string | undefined): Promise<Whereabouts> {
  const spec = parseTarget(host);
  return spec.kind === 'address' ? placesOfAddress(db, spec.address.text, vantage) : placesOfTarget(db, host, vantage);
}

async function notFound(db: Database, host: string, vantage: string | undefined): Promise<ExposcanError> {
  if (vantage === undefined) {
    const known = await db.selectFrom('scan_target').select('host').distinct().execute();
    return hostUnknown(
      host,
      known.map((row) => row.host),
    );
  }
  const { vantages } = await find(db, host, undefined);
  return vantages.length === 0 ? notFound(db, host, undefined) : vantageUnknown(host, vantage, vantages);
}

function addressOf(
  { address, vantage, tenure, series }: Place,
  spans: ReadonlyMap<number, SeriesSpans>,
): Timeline['addresses'] {
  const begun = series.flatMap(({ scans }) => scans.map((scan) => scan.begun).filter(tenure));
  if (begun.length === 0) return [];
  const told = series.flatMap(({ id }) => [...(spans.get(id)?.open ?? []), ...(spans.get(id)?.rest ?? [])]);
  const isObserved = told.some(({ sight }) => sight.state !== 'unknown');
  return [
    {
      address,
      family: familyOf(address),
      vantage,
      ...extent(begun),
      ...(isObserved ? {} : { unobserved: true as const }),
    },
  ];
}

function extent(times: Iterable<number>): { first: string; last: string } {
  let [first, last] = [Infinity, -Infinity];
  for (const time of times) [first, last] = [Math.min(first, time), Math.max(last, time)];
  return { first: timeText(first), last: timeText(last) };
}
