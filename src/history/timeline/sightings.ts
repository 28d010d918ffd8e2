import type { Sight, Sighting } from './stitch.js';

/** A scan of a series that is in the history; `begun` in milliseconds since 1970. */
export interface KeptScan {
  readonly scan: number;
  readonly begun: number;
}

/** Scans of a series, without one in between that saw an endpoint otherwise; times in milliseconds since 1970. */
export interface SightSpan {
  readonly firstScan: number;
  readonly lastScan: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly sight: Sight;
}

/**
 * What each scan of a series said of one endpoint, from its spans and the scans that are kept, both in the order of their numbers.
 *
 * Retention may have taken out the scans at which a span began or ended; they are told by the span alone. Of an open port a span
 * knows to the moment when it was first and last seen. That ports are closed is known for a whole group, by when the last of them
 * was decided, which in a slow scan is hours after the first; so the start of the scan is taken, lest a port be said to have been
 * closed at a time when nobody looked.
 */
export function sightingsOf(spans: readonly SightSpan[], kept: readonly KeptScan[]): Sighting[] {
  const sightings: Sighting[] = [];
  let at = 0;
  for (const span of spans) {
    const { firstScan, lastScan, firstSeen, lastSeen, sight } = span;
    while ((kept[at]?.scan ?? Infinity) < firstScan) at += 1;
    if (kept[at]?.scan !== firstScan) sightings.push(gone(firstScan, firstSeen, sight));
    for (let scan = kept[at]; scan !== undefined && scan.scan <= lastScan; scan = kept[++at]) {
      const seen = sight.state === 'open' ? exactTime(span, scan.scan) : undefined;
      sightings.push({ ...scan, seen: seen ?? scan.begun, sight, isKept: true });
    }
    if (lastScan !== firstScan && kept[at - 1]?.scan !== lastScan) sightings.push(gone(lastScan, lastSeen, sight));
  }
  return sightings;
}

function exactTime({ firstScan, lastScan, firstSeen, lastSeen }: SightSpan, scan: number): number | undefined {
  if (scan === firstScan) return firstSeen;
  return scan === lastScan ? lastSeen : undefined;
}

function gone(scan: number, seen: number, sight: Sight): Sighting {
  return { scan, begun: seen, seen, sight, isKept: false };
}
