import { compareAddresses, parseAddress, type Family } from '../../model/address.js';
import type { ObserverCode } from '../../model/errors.js';
import { getOrInsert } from '../../model/groups.js';
import { withoutRoot } from '../../model/host-name.js';
import type { Reason } from '../../model/observation.js';
import { recordedTarget } from '../../model/parse-target.js';
import { parseRanges } from '../../model/ports.js';
import type { OpenEntry, Snapshot, SnapshotTarget } from '../../model/snapshot.js';
import { compareTexts } from '../../model/text-order.js';
import type { Run } from './runs.js';

export type Service = OpenEntry['service'];
export type Tls = NonNullable<OpenEntry['tls']>;

export interface OpenSighting {
  readonly state: 'open';
  readonly reason: Reason;
  readonly service: Service;
  readonly tls?: Tls;
}

interface NotOpenSighting {
  readonly state: 'closed' | 'filtered';
  readonly reason: Reason;
}

/** What a snapshot says of an endpoint. One that was not asked for has none. */
export type Sighting = OpenSighting | NotOpenSighting | { readonly state: 'unknown'; readonly code: ObserverCode };
export type Decision = OpenSighting | NotOpenSighting;

export function isDecision(sighting: Sighting | undefined): sighting is Decision {
  return sighting !== undefined && sighting.state !== 'unknown';
}

export interface AddressView {
  readonly address: string;
  /** In order, and as few as can be: neighbours that say the same share a run, but for open ports, which have one each. */
  readonly runs: readonly Run<Sighting>[];
}

export interface TargetView {
  /** A name in lower case and without the root's dot; anything else as it was typed. */
  readonly target: string;
  /** In order, each once. */
  readonly addresses: readonly string[];
  /**
   * Of a name: the families whose addresses are all known, because they were asked for and looked up without an error. None for
   * what is no name: a block holds the same addresses always, scanned or not.
   */
  readonly known: readonly Family[];
}

/**
 * What a comparison speaks of, of one snapshot: without its times, messages and banners. Canonical: two that say the same are
 * deeply equal.
 */
export interface View {
  /** By their text, each once. */
  readonly targets: readonly TargetView[];
  /** In order; only those of which anything was asked. */
  readonly addresses: readonly AddressView[];
}

export function viewOf(snapshot: Snapshot): View {
  const runs = new Map<string, Run<Sighting>[]>();
  const runsOf = (address: string) => getOrInsert(runs, address, (): Run<Sighting>[] => []);
  for (const { address, port, reason, service, tls } of snapshot.open) {
    const says = openSighting(reason, service, tls);
    runsOf(address).push({ first: port, last: port, says });
  }
  for (const { address, ports, state, reason } of snapshot.notOpen) {
    const says: Sighting = { state, reason };
    pushRuns(runsOf(address), ports, says);
  }
  for (const { address, ports, code } of snapshot.unknown) {
    const says: Sighting = { state: 'unknown', code };
    pushRuns(runsOf(address), ports, says);
  }
  return { targets: targetViews(snapshot), addresses: addressViews(runs) };
}

function pushRuns(runs: Run<Sighting>[], ports: string, says: Sighting): void {
  for (const { first, last } of parseRanges(ports)) runs.push({ first, last, says });
}

/** Puts addresses in order, and their runs, and leaves out those that have none. */
export function addressViews(runs: ReadonlyMap<string, readonly Run<Sighting>[]>): AddressView[] {
  return sortAddresses(runs.keys()).flatMap((address) => {
    const joined = joinRuns(runs.get(address) ?? []);
    return joined.length === 0 ? [] : [{ address, runs: joined }];
  });
}

/** What an open endpoint shows; a fact that is undefined is left out. */
export function openSighting(reason: Reason, service: Service, tls: Tls | undefined): OpenSighting {
  if (tls === undefined) return { state: 'open', reason, service: defined(service) };
  const { certificate, ...rest } = tls;
  return {
    state: 'open',
    reason,
    service: defined(service),
    tls: { ...defined(rest), ...(certificate === undefined ? {} : { certificate }) },
  };
}

/** Each once, in the order of the snapshot document; what is no address comes last. */
export function sortAddresses(texts: Iterable<string>): string[] {
  // Parsed once each: there may be a hundred thousand.
  const parsed = [...new Set(texts)].map((text) => ({ text, address: parseAddress(text) }));
  parsed.sort(({ text: a, address: x }, { text: b, address: y }) => {
    if (x !== undefined && y !== undefined) return compareAddresses(x, y);
    return x === y ? compareTexts(a, b) : x === undefined ? 1 : -1;
  });
  return parsed.map(({ text }) => text);
}

function targetViews({ targets, asked }: Snapshot): TargetView[] {
  const views = new Map<string, TargetView>();
  for (const { target, addresses, errors } of targets) {
    const spec = recordedTarget(target);
    const name = spec?.kind === 'name' ? withoutRoot(spec.name) : undefined;
    const key = name ?? target;
    const same = views.get(key);
    const known = name === undefined ? [] : knownFamilies(asked.families, errors);
    views.set(key, {
      target: key,
      addresses: sortAddresses([...(same?.addresses ?? []), ...addresses]),
      // Where it was given twice, and one lookup failed, the other may still have missed an address.
      known: same === undefined ? known : known.filter((family) => same.known.includes(family)),
    });
  }
  return [...views.values()].sort((a, b) => compareTexts(a.target, b.target));
}

function knownFamilies(asked: readonly Family[], errors: SnapshotTarget['errors']): Family[] {
  const failed = (family: Family) => errors.some((error) => error.family === undefined || error.family === family);
  return [...new Set(asked)].filter((family) => !failed(family)).sort();
}

function joinRuns(runs: readonly Run<Sighting>[]): Run<Sighting>[] {
  const joined: Run<Sighting>[] = [];
  let previous: Run<Sighting> | undefined;
  for (const run of inOrder(runs)) {
    if (previous?.last === run.first - 1 && isSame(previous.says, run.says)) {
      previous = { first: previous.first, last: run.last, says: previous.says };
      joined[joined.length - 1] = previous;
    } else {
      previous = run;
      joined.push(run);
    }
  }
  return joined;
}

function inOrder(runs: readonly Run<Sighting>[]): readonly Run<Sighting>[] {
  const isSorted = runs.every(({ first }, index) => first >= (runs[index - 1]?.first ?? 0));
  return isSorted ? runs : [...runs].sort((a, b) => a.first - b.first);
}

function isSame(a: Sighting, b: Sighting): boolean {
  if (a.state === 'open' || b.state === 'open') return false;
  if (a.state === 'unknown' || b.state === 'unknown') {
    return a.state === 'unknown' && b.state === 'unknown' && a.code === b.code;
  }
  return a.state === b.state && a.reason === b.reason;
}

function defined<T extends object>(record: T): T {
  const copy = { ...record };
  for (const [key, value] of Object.entries(copy)) if (value === undefined) Reflect.deleteProperty(copy, key);
  return copy;
}
