import type { ObserverCode } from '../../model/errors.js';
import { getOrInsert } from '../../model/groups.js';
import { parseRanges, type PortRange } from '../../model/ports.js';
import type { NotOpenEntry, OpenEntry, Snapshot } from '../../model/snapshot.js';

/** What a snapshot says of an endpoint; an endpoint that it does not mention was not asked for. */
type Sighting =
  | { readonly kind: 'open'; readonly entry: OpenEntry }
  | { readonly kind: 'not-open'; readonly entry: NotOpenEntry }
  | { readonly kind: 'unknown'; readonly code: ObserverCode };

/** A run of ports of one address that a snapshot says the same of. */
export interface Sighted extends PortRange {
  readonly seen: Sighting;
}

/** A run of ports that each of two snapshots says one thing of; undefined where it was not asked. */
export interface Pair extends PortRange {
  readonly from: Sighting | undefined;
  readonly to: Sighting | undefined;
}

/** For every address that a snapshot names, its runs of ports in order. */
export function sightingsOf({ targets, open, notOpen, unknown }: Snapshot): Map<string, Sighted[]> {
  const sightings = new Map<string, Sighted[]>();
  const runsOf = (address: string) => getOrInsert(sightings, address, (): Sighted[] => []);
  for (const { addresses } of targets) addresses.forEach(runsOf);
  for (const entry of open) {
    runsOf(entry.address).push({ first: entry.port, last: entry.port, seen: { kind: 'open', entry } });
  }
  for (const entry of notOpen) {
    const runs = runsOf(entry.address);
    for (const range of parseRanges(entry.ports)) runs.push({ ...range, seen: { kind: 'not-open', entry } });
  }
  for (const { address, ports, code } of unknown) {
    const runs = runsOf(address);
    for (const range of parseRanges(ports)) runs.push({ ...range, seen: { kind: 'unknown', code } });
  }
  for (const runs of sightings.values()) runs.sort((a, b) => a.first - b.first);
  return sightings;
}

/** Lays two ordered lists of runs over each other. Takes time in proportion to their runs, not to their ports. */
export function* pairUp(a: readonly Sighted[], b: readonly Sighted[]): Generator<Pair> {
  let at = 0;
  let [i, j] = [0, 0];
  for (;;) {
    while ((a[i]?.last ?? at) < at) i++;
    while ((b[j]?.last ?? at) < at) j++;
    const [x, y] = [a[i], b[j]];
    if (x === undefined && y === undefined) return;
    const first = Math.max(at, Math.min(x?.first ?? Infinity, y?.first ?? Infinity));
    const [from, xEnd] = within(x, first);
    const [to, yEnd] = within(y, first);
    const last = Math.min(xEnd, yEnd);
    yield { first, last, from, to };
    at = last + 1;
  }
}

/** What a run says of a port, and the last port up to which that stays so. */
function within(run: Sighted | undefined, port: number): [Sighting | undefined, number] {
  if (run === undefined) return [undefined, Infinity];
  return run.first <= port ? [run.seen, run.last] : [undefined, run.first - 1];
}
