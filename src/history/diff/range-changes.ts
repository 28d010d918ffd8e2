import type { Blindness, Change } from '../../model/diff-change.js';
import { countPorts, formatRanges, mergeRanges, rangesOf, type PortRange } from '../../model/ports.js';
import { getOrInsert } from '../../model/groups.js';
import { foundOf } from './found.js';
import type { Pair, Run } from './runs.js';
import { isDecision, type Sighting } from './view.js';

/** Ports of one address that changed alike. */
interface Pile {
  readonly ranges: PortRange[];
  /** Those that are open on the side that decided. */
  readonly open: number[];
  readonly found: Run<Sighting>[];
  readonly finish: (at: OnPorts, pile: Pile) => Change;
}

interface OnPorts {
  readonly address: string;
  readonly ports: string;
  readonly count: number;
}

/** Gathers the ports of one address that changed alike, so that thousands of them are one change. */
export interface RangeChanges {
  readonly add: (pair: Pair<Sighting>) => void;
  /** Each with its first port. */
  readonly finish: () => { readonly first: number; readonly change: Change }[];
}

export function gatherRanges(address: string): RangeChanges {
  const piles = new Map<string, Pile>();
  return {
    add(pair) {
      const [key, finish] = pileFor(pair) ?? [];
      if (key === undefined || finish === undefined) return;
      const { first, last, from, to } = pair;
      const pile = getOrInsert(piles, key, (): Pile => ({ ranges: [], open: [], found: [], finish }));
      pile.ranges.push({ first, last });
      if (from?.state === 'open' || to?.state === 'open') pile.open.push(first);
      if (to !== undefined) pile.found.push({ first, last, says: to });
    },
    finish: () =>
      [...piles.values()].map((pile) => {
        const ranges = mergeRanges(pile.ranges);
        const at = { address, ports: formatRanges(ranges), count: countPorts(ranges) };
        return { first: ranges[0]?.first ?? 0, change: pile.finish(at, pile) };
      }),
  };
}

/** The key of the pile that a pair of sightings belongs to, and how the pile becomes a change; undefined where nothing changed. */
function pileFor({ from, to }: Pair<Sighting>): [string, Pile['finish']] | undefined {
  if (isDecision(from)) {
    if (isDecision(to)) return from.state === to.state ? reasonPile(from, to) : turnPile(from, to);
    const why = blindnessOf(to);
    return [
      `lost ${why}`,
      (at, { open }) => ({ kind: 'coverage-lost', ...at, why, open: formatRanges(rangesOf(open)) }),
    ];
  }
  const why = blindnessOf(from);
  if (isDecision(to)) {
    return [
      `gained ${why}`,
      (at, { open, found }) => ({
        kind: 'coverage-gained',
        ...at,
        why,
        open: formatRanges(rangesOf(open)),
        found: foundOf(found),
      }),
    ];
  }
  const now = blindnessOf(to);
  return why === now
    ? undefined
    : [`blind ${why} ${now}`, (at) => ({ kind: 'still-unobserved', ...at, from: why, to: now })];
}

type Decided = Exclude<Sighting, { state: 'unknown' }>;

function reasonPile({ state, reason: from }: Decided, { reason: to }: Decided): [string, Pile['finish']] | undefined {
  if (from === to) return undefined;
  return [`reason ${state} ${from} ${to}`, (at) => ({ kind: 'reason-changed', ...at, state, from, to })];
}

/** Decided otherwise, and open in neither; an endpoint that is open in one of them is told by itself. */
function turnPile(a: Decided, b: Decided): [string, Pile['finish']] | undefined {
  if (a.state === 'open' || b.state === 'open') return undefined;
  const kind = b.state === 'closed' ? 'became-closed' : 'became-filtered';
  const [from, to] = [
    { state: a.state, reason: a.reason },
    { state: b.state, reason: b.reason },
  ];
  return [`${kind} ${a.reason} ${b.reason}`, (at) => ({ kind, ...at, from, to })];
}

function blindnessOf(sighting: Sighting | undefined): Blindness {
  return sighting?.state === 'unknown' ? sighting.code : 'not-asked';
}
