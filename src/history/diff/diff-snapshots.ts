import { compareAddresses, parseAddress } from '../../model/address.js';
import type { Change, CoverageChange, Diff, DiffSide, StateChange } from '../../model/diff.js';
import { getOrInsert } from '../../model/groups.js';
import { countPorts, formatRanges, mergeRanges, rangesOf, type PortRange } from '../../model/ports.js';
import type { Snapshot } from '../../model/snapshot.js';
import { lookupsOf, movedTarget } from './lookups.js';
import { serviceChanges } from './service-change.js';
import { pairUp, sightingsOf, type Pair, type Sighted } from './sightings.js';

/**
 * Compares two snapshots, the earlier first. Only endpoints that both decided can count as the same or as different; what
 * one of them did not ask for or could not observe is a change of coverage and never "closed".
 */
export function diffSnapshots(from: Snapshot, to: Snapshot): Diff {
  const [before, after] = [sightingsOf(from), sightingsOf(to)];
  const looked = { from: lookupsOf(from), to: lookupsOf(to) };
  const addresses = [...new Set([...before.keys(), ...after.keys()])].sort(compareTexts);
  let compared = 0;
  const changes = addresses.flatMap((address): readonly Change[] => {
    const [a, b] = [before.get(address), after.get(address)];
    if (a !== undefined && b !== undefined) {
      compared += countCompared(a, b);
      return changesOf(address, a, b);
    }
    const [kind, runs = [], holder, other] =
      a === undefined
        ? (['address-appeared', b, looked.to, looked.from] as const)
        : (['address-vanished', a, looked.from, looked.to] as const);
    const target = movedTarget(address, holder, other);
    if (target !== undefined) return [{ kind, address, target, open: openPorts(runs) }];
    return changesOf(address, a ?? [], b ?? []);
  });
  return { from: sideOf(from), to: sideOf(to), compared, changes };
}

function sideOf({ targets, vantage, startedAt, complete, verdict }: Snapshot): DiffSide {
  return { targets: targets.map(({ target }) => target), vantage: vantage.name, startedAt, complete, verdict };
}

function compareTexts(a: string, b: string): number {
  const [x, y] = [parseAddress(a), parseAddress(b)];
  return x === undefined || y === undefined ? a.localeCompare(b) : compareAddresses(x, y);
}

function countCompared(a: readonly Sighted[], b: readonly Sighted[]): number {
  let count = 0;
  for (const { first, last, from, to } of pairUp(a, b)) {
    if (isDecision(from) && isDecision(to)) count += last - first + 1;
  }
  return count;
}

function openPorts(runs: readonly Sighted[]): string {
  return formatRanges(rangesOf(runs.filter(({ seen }) => seen.kind === 'open').map(({ first }) => first)));
}

/** Ports of one address that changed alike. */
interface Pile {
  readonly ranges: PortRange[];
  readonly open: number[];
  readonly finish: (pile: Pile) => Change;
}

function changesOf(address: string, a: readonly Sighted[], b: readonly Sighted[]): Change[] {
  const single: { first: number; change: Change }[] = [];
  const piles = new Map<string, Pile>();
  for (const pair of pairUp(a, b)) {
    const { first, last, from, to } = pair;
    if (from?.kind === 'open' && to?.kind === 'open') {
      single.push(...serviceChanges(from.entry, to.entry).map((change) => ({ first, change })));
      continue;
    }
    const turned = turn(address, pair);
    if (turned !== undefined) {
      single.push({ first, change: turned });
      continue;
    }
    const [key, finish] = pileFor(address, pair) ?? [];
    if (key === undefined || finish === undefined) continue;
    const pile = getOrInsert(piles, key, (): Pile => ({ ranges: [], open: [], finish }));
    pile.ranges.push({ first, last });
    if (from?.kind === 'open' || to?.kind === 'open') pile.open.push(first);
  }
  const piled = [...piles.values()].map((pile) => ({ first: pile.ranges[0]?.first ?? 0, change: pile.finish(pile) }));
  return [...single, ...piled].sort((x, y) => x.first - y.first).map(({ change }) => change);
}

/** Open on one side, and decided as something else on the other. */
function turn(address: string, { first: port, from, to }: Pair): StateChange | undefined {
  if (from?.kind === 'open' && to?.kind === 'not-open') {
    const { state, reason } = to.entry;
    return { kind: 'closed', address, port, from: from.entry.service, to: { state, reason } };
  }
  if (from?.kind === 'not-open' && to?.kind === 'open') {
    const { state, reason } = from.entry;
    return { kind: 'opened', address, port, from: { state, reason }, to: to.entry.service };
  }
  return undefined;
}

function pileFor(address: string, { from, to }: Pair): [string, (pile: Pile) => Change] | undefined {
  if (from?.kind === 'not-open' && to?.kind === 'not-open') {
    const kind = to.entry.state === 'closed' ? 'became-closed' : 'became-filtered';
    return from.entry.state === to.entry.state ? undefined : [kind, (pile) => ({ kind, address, ...portsOf(pile) })];
  }
  const [wasDecided, isDecided] = [isDecision(from), isDecision(to)];
  if (wasDecided === isDecided) return undefined;
  const [kind, blind] = wasDecided ? (['coverage-lost', to] as const) : (['coverage-gained', from] as const);
  const why: CoverageWhy = blind?.kind === 'unknown' ? blind.code : 'not-asked';
  const finish = (pile: Pile): Change => ({
    kind,
    address,
    ...portsOf(pile),
    why,
    open: formatRanges(rangesOf(pile.open)),
  });
  return [`${kind} ${why}`, finish];
}

type CoverageWhy = Extract<CoverageChange, { why: unknown }>['why'];

function isDecision(sighting: Pair['from']): boolean {
  return sighting !== undefined && sighting.kind !== 'unknown';
}

function portsOf({ ranges }: Pile): { ports: string; count: number } {
  const merged = mergeRanges(ranges);
  return { ports: formatRanges(merged), count: countPorts(merged) };
}
