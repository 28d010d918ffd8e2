import { addressFromValue, rangeOf, type Address, type Family } from '../../model/address.js';
import { getOrInsert } from '../../model/groups.js';
import { withoutRoot } from '../../model/host-name.js';
import { literalRange, type TargetSpec } from '../../model/parse-target.js';
import { literalWeight, matchesPattern } from './name-pattern.js';
import type { HostPattern, Policy, PolicyEntry } from '../policy.js';

/** Finds the entries that speak of a target or an address, without looking at each of ten thousand. */
export interface HostFinder {
  /**
   * For an address of a target, or without one for the target as a whole: every entry that speaks of it, the most specific
   * first. The address outranks the name, then patterns (the more literal characters the better), blocks (the smaller the
   * better), `*`. Among equals a host comes before a group, what the policy file says before what it includes, then as they stand.
   */
  entriesFor(target: TargetSpec | undefined, address: Address | undefined): readonly PolicyEntry[];
}

/** How an entry came to match: lower comes first. */
interface Match {
  readonly entry: PolicyEntry;
  readonly order: number;
  readonly rank: number;
  /** Among matches of one rank: the size of a block, or minus the weight of a pattern. */
  readonly size: bigint;
}

/** Entries by what they speak of; each with its place in the policy. */
type Index<Key> = Map<Key, { readonly entry: PolicyEntry; readonly order: number }[]>;

const ranks: Readonly<Record<HostPattern['kind'], number>> = { address: 0, name: 1, pattern: 2, block: 3, any: 4 };

/** The text by which equal patterns are told to be equal. */
export function patternKey(pattern: HostPattern): string {
  switch (pattern.kind) {
    case 'any':
      return '*';
    case 'name':
      return pattern.name;
    case 'pattern':
      return pattern.text;
    case 'address':
      return pattern.address.text;
    case 'block':
      return `${addressFromValue(pattern.range.family, pattern.range.first).text}-${pattern.range.last}`;
  }
}

export function hostFinder({ entries }: Policy): HostFinder {
  const names: Index<string> = new Map();
  const addresses: Index<string> = new Map();
  const patterns: { pattern: HostPattern & { kind: 'pattern' }; entry: PolicyEntry; order: number }[] = [];
  const any: { entry: PolicyEntry; order: number }[] = [];
  /** By family and size; within one size by the first address. */
  const blocks: { family: Family; size: bigint; hosts: Index<bigint> }[] = [];
  for (const [order, entry] of entries.entries()) {
    for (const { pattern } of entry.members) {
      switch (pattern.kind) {
        case 'any':
          any.push({ entry, order });
          break;
        case 'name':
          getOrInsert(names, pattern.name, () => []).push({ entry, order });
          break;
        case 'pattern':
          patterns.push({ pattern, entry, order });
          break;
        case 'address':
          getOrInsert(addresses, pattern.address.text, () => []).push({ entry, order });
          break;
        case 'block': {
          const { family, first, last } = pattern.range;
          const size = last - first + 1n;
          let level = blocks.find((block) => block.family === family && block.size === size);
          if (level === undefined) blocks.push((level = { family, size, hosts: new Map() }));
          getOrInsert(level.hosts, first, () => []).push({ entry, order });
        }
      }
    }
  }
  const matchesOfName = remembering((name: string): readonly Match[] => [
    ...(names.get(name) ?? []).map((found) => ({ ...found, rank: ranks.name, size: 0n })),
    ...patterns
      .filter(({ pattern }) => matchesPattern(pattern.labels, name))
      .map(({ pattern, entry, order }) => ({
        entry,
        order,
        rank: ranks.pattern,
        size: -literalWeight(pattern.labels),
      })),
  ]);
  const matchesOfAddress = (address: Address): readonly Match[] => [
    ...(addresses.get(address.text) ?? []).map((found) => ({ ...found, rank: ranks.address, size: 0n })),
    ...blocks.flatMap(({ family, size, hosts }) => {
      if (family !== address.family) return [];
      const found = hosts.get(address.value - (address.value % size)) ?? [];
      return found.map((each) => ({ ...each, rank: ranks.block, size }));
    }),
  ];
  const always = any.map((found) => ({ ...found, rank: ranks.any, size: 0n }));
  return {
    entriesFor(target, address) {
      const named = target?.kind === 'name' ? matchesOfName(withoutRoot(target.name)) : [];
      const matches = [...named, ...(address === undefined ? [] : matchesOfAddress(address)), ...always];
      // A group may speak of an address in several ways; the most specific of them counts.
      return [...new Set(matches.sort(compareMatches).map(({ entry }) => entry))];
    },
  };
}

function compareMatches(a: Match, b: Match): number {
  return (
    a.rank - b.rank ||
    (a.size < b.size ? -1 : a.size > b.size ? 1 : 0) ||
    Number(a.entry.kind === 'group') - Number(b.entry.kind === 'group') ||
    a.entry.depth - b.entry.depth ||
    a.order - b.order
  );
}

/** A name has many addresses in a row. */
function remembering<T>(find: (name: string) => T): (name: string) => T {
  let last: { readonly name: string; readonly found: T } | undefined;
  return (name) => {
    if (last?.name !== name) last = { name, found: find(name) };
    return last.found;
  };
}

/** How much of a target a pattern speaks of, by name or number; `*` speaks of nothing in particular. */
export function shareOfTarget(pattern: HostPattern, target: TargetSpec | undefined): 'all' | 'some' | 'none' {
  switch (pattern.kind) {
    case 'any':
      return 'none';
    case 'name':
      return target?.kind === 'name' && withoutRoot(target.name) === pattern.name ? 'all' : 'none';
    case 'pattern':
      return target?.kind === 'name' && matchesPattern(pattern.labels, withoutRoot(target.name)) ? 'all' : 'none';
    case 'address':
    case 'block': {
      const asked = literalRange(target);
      const own = pattern.kind === 'address' ? rangeOf(pattern.address) : pattern.range;
      if (asked?.family !== own.family || asked.first > own.last || own.first > asked.last) return 'none';
      return own.first <= asked.first && asked.last <= own.last ? 'all' : 'some';
    }
  }
}
