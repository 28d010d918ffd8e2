import { isDeepStrictEqual } from 'node:util';
import type { Stretch } from '../../model/timeline.js';

/** What a scan said of an endpoint. */
export type Sight = Pick<Stretch, 'state' | 'reason' | 'code' | 'self' | 'service' | 'certificate'>;

/** One scan's word on an endpoint. Times are milliseconds since 1970. */
export interface Sighting {
  readonly scan: number;
  /** When that scan began; scans are put in the order of this. */
  readonly begun: number;
  /** When the endpoint was seen, as far as that is known. */
  readonly seen: number;
  readonly sight: Sight;
  /** False where the scan itself is no longer in the history. */
  readonly isKept: boolean;
}

/** A run of scans that said the same. */
export interface Run {
  readonly sight: Sight;
  readonly first: number;
  readonly last: number;
  readonly scans: number;
}

/**
 * What several series of scans said of one endpoint, as runs of scans that said the same, the oldest first. The sightings of each
 * series are given in its own order; between series the one that began earlier goes first.
 */
export function stitch(series: readonly (readonly Sighting[])[]): Run[] {
  const runs: { -readonly [Key in keyof Run]: Run[Key] }[] = [];
  for (const { sight, seen, isKept } of inOrder(series)) {
    const run = runs.at(-1);
    if (run === undefined || !isSame(run.sight, sight)) {
      runs.push({ sight, first: seen, last: seen, scans: isKept ? 1 : 0 });
      continue;
    }
    run.first = Math.min(run.first, seen);
    run.last = Math.max(run.last, seen);
    if (isKept) run.scans += 1;
  }
  return runs;
}

/** Sights of one span are one object, so that most comparisons end at once. */
function isSame(a: Sight, b: Sight): boolean {
  return a === b || isDeepStrictEqual(a, b);
}

function* inOrder(series: readonly (readonly Sighting[])[]): Generator<Sighting> {
  const heads = series.map(() => 0);
  for (;;) {
    let earliest: Sighting | undefined;
    let from = -1;
    for (const [index, sightings] of series.entries()) {
      const head = sightings[heads[index] ?? 0];
      if (head !== undefined && (earliest === undefined || isBefore(head, earliest))) [earliest, from] = [head, index];
    }
    if (earliest === undefined) return;
    yield earliest;
    heads[from] = (heads[from] ?? 0) + 1;
  }
}

function isBefore(a: Sighting, b: Sighting): boolean {
  return a.begun === b.begun ? a.scan < b.scan : a.begun < b.begun;
}

/**
 * Since when an endpoint is open: the start of the present stretch of openness, and when it was last seen not open before that.
 * What could not be observed neither begins nor ends such a stretch. Undefined where the last scan that could tell found it not open.
 */
export function openSince(runs: readonly Run[]): { readonly first: number; readonly notBefore?: number } | undefined {
  const told = runs.filter(({ sight }) => sight.state !== 'unknown');
  const before = told.findLastIndex(({ sight }) => sight.state !== 'open');
  const first = told[before + 1];
  if (first === undefined) return undefined;
  const notBefore = told[before]?.last;
  return { first: first.first, ...(notBefore === undefined ? {} : { notBefore }) };
}
