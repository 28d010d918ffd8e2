import { familyOf } from '../../model/address.js';
import { groupBy } from '../../model/groups.js';
import { holdsPort } from '../../model/ports.js';
import type { EndpointTimeline, Stretch } from '../../model/timeline.js';
import { timeText } from '../store/time-text.js';
import type { Place } from './places.js';
import type { Series } from './read-series.js';
import type { SeriesSpans } from './read-spans.js';
import { sightingsOf, type SightSpan } from './sightings.js';
import { openSince, stitch, type Run } from './stitch.js';

type SpansOf = ReadonlyMap<number, SeriesSpans>;

/** The endpoints of a place that were ever seen open, by port; with a port given, that one if it was ever asked for. */
export function endpointTimelines(place: Place, spans: SpansOf, port: number | undefined): EndpointTimeline[] {
  const open = new Map(
    place.series.map(({ id }) => [id, groupBy(spans.get(id)?.open ?? [], (span) => span.port)] as const),
  );
  const ports = port === undefined ? new Set([...open.values()].flatMap((byPort) => [...byPort.keys()])) : [port];
  return [...ports]
    .sort((a, b) => a - b)
    .flatMap((each) => {
      const asked = place.series.filter((series) => holdsPort(series.asked, each));
      const sightings = asked.map((series) => {
        const rest = (spans.get(series.id)?.rest ?? []).filter((span) => holdsPort(span.ports, each));
        return sightingsAt(place, series, [...(open.get(series.id)?.get(each) ?? []), ...rest]);
      });
      const runs = stitch(sightings);
      const isShown = port === undefined ? runs.some(({ sight }) => sight.state === 'open') : runs.length > 0;
      return isShown ? [endpointTimeline(place, each, runs)] : [];
    });
}

function sightingsAt({ tenure }: Place, { scans }: Series, spans: SightSpan[]) {
  const sorted = spans.sort((a, b) => a.firstScan - b.firstScan);
  return sightingsOf(sorted, scans).filter(({ begun }) => tenure(begun));
}

function endpointTimeline({ vantage, address }: Place, port: number, runs: readonly Run[]): EndpointTimeline {
  const open = runs.filter(({ sight }) => sight.state === 'open');
  const [first, last, since] = [open[0], open.at(-1), openSince(runs)];
  return {
    vantage,
    address,
    family: familyOf(address),
    port,
    ...(first === undefined ? {} : { firstOpen: timeText(first.first) }),
    ...(last === undefined ? {} : { lastOpen: timeText(last.last) }),
    ...(since === undefined
      ? {}
      : {
          openSince: {
            first: timeText(since.first),
            ...(since.notBefore === undefined ? {} : { notBefore: timeText(since.notBefore) }),
          },
        }),
    stretches: runs.map(stretchOf),
  };
}

function stretchOf({ sight, first, last, scans }: Run): Stretch {
  return { ...sight, first: timeText(first), last: timeText(last), scans };
}
