import { groupBy } from '../../model/groups.js';
import { holdsPort, type PortRange } from '../../model/ports.js';

/** A span of an open port, while scans are taken out. */
export interface OpenReach {
  readonly id: number;
  readonly port: number;
  readonly firstScan: number;
  readonly lastScan: number;
  /** The first scan in it that stays in the history; null where none does. */
  readonly firstKept: number | null;
}

/** A span of ports that were not open, or not observed. */
export interface RestReach extends Pick<OpenReach, 'lastScan' | 'firstKept'> {
  readonly state: 'closed' | 'filtered' | 'unknown';
  readonly ports: readonly PortRange[];
}

export interface Beginnings {
  /** Spans in which no scan stays, and which tell since when a port is open that still is. */
  readonly kept: ReadonlySet<number>;
  /** Spans that begin at a later scan from now on, because the port was not open in between: `scan` is the first that counts. */
  readonly cut: readonly { readonly id: number; readonly scan: number }[];
}

/**
 * What must be remembered of the spans of one address, as seen from one vantage, so that it stays known since when a port is open. Such a
 * stretch runs over many spans: another version, another series, a scan that could not tell. What was seen not open between two of
 * its spans ends it, also if no scan that saw it so is kept. Scans are taken in the order of their numbers.
 */
export function beginningsOf(open: readonly OpenReach[], rest: readonly RestReach[]): Beginnings {
  const kept = new Set<number>();
  const cut: { id: number; scan: number }[] = [];
  for (const [port, spans] of groupBy(open, (span) => span.port)) {
    // The rest is remembered by scans that stay.
    if (spans.every(({ firstScan, firstKept }) => firstScan === firstKept)) continue;
    const around = rest.filter(({ ports }) => holdsPort(ports, port));
    const notOpen = around.filter(({ state }) => state !== 'unknown');
    const forgotten = notOpen.filter(({ firstKept }) => firstKept === null);
    const closedAt = forgotten.reduce((latest, { lastScan }) => Math.max(latest, lastScan), 0);
    for (const { id, firstScan, firstKept } of spans) {
      if (firstKept !== null && firstScan < closedAt && closedAt < firstKept) cut.push({ id, scan: firstKept });
    }
    if (!isOpenStill(spans, notOpen, around)) continue;
    const since = (span: OpenReach) => (span.firstScan > closedAt ? span.firstScan : (span.firstKept ?? span.lastScan));
    const stretch = spans.filter(({ lastScan }) => lastScan > closedAt).sort((a, b) => since(a) - since(b));
    const gone = spans.every(({ firstKept }) => firstKept === null);
    // Where no scan that stays saw it open, it is also forgotten otherwise when it was last seen so.
    for (const span of [...stretch.slice(0, 1), ...(gone ? lastOf(stretch) : [])]) {
      if (span.firstKept !== null || kept.has(span.id)) continue;
      kept.add(span.id);
      if (span.firstScan < closedAt) cut.push({ id: span.id, scan: span.lastScan });
    }
  }
  return { kept, cut };
}

/** Whether a port was open in the first scan that stays and could tell; where none could tell, whether one that stays asked. */
function isOpenStill(open: readonly OpenReach[], notOpen: readonly RestReach[], around: readonly RestReach[]): boolean {
  const firstOf = (spans: readonly Pick<OpenReach, 'firstKept'>[]) =>
    spans.reduce((first, { firstKept }) => Math.min(first, firstKept ?? Infinity), Infinity);
  const [opened, closed] = [firstOf(open), firstOf(notOpen)];
  return opened < closed || (closed === Infinity && firstOf(around) < Infinity);
}

function lastOf(stretch: readonly OpenReach[]): OpenReach[] {
  return stretch.toSorted((a, b) => b.lastScan - a.lastScan).slice(0, 1);
}
