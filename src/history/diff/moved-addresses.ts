import { familyOf } from '../../model/address.js';
import { getOrInsert } from '../../model/groups.js';
import type { TargetView, View } from './view.js';

/** Which targets have an address, and what the lookup of each gave. */
export interface Lookups {
  readonly holders: ReadonlyMap<string, readonly TargetView[]>;
  readonly targets: ReadonlyMap<string, ReadonlySet<string>>;
  readonly known: ReadonlyMap<string, TargetView['known']>;
}

export function lookupsOf({ targets }: View): Lookups {
  const holders = new Map<string, TargetView[]>();
  for (const view of targets) {
    for (const address of view.addresses) getOrInsert(holders, address, (): TargetView[] => []).push(view);
  }
  return {
    holders,
    targets: new Map(targets.map(({ target, addresses }) => [target, new Set(addresses)])),
    known: new Map(targets.map(({ target, known }) => [target, known])),
  };
}

/** The names that lead to an address in one snapshot, and that the other looked up without finding it there. */
export function movedNames(address: string, holder: Lookups, other: Lookups): string[] {
  const family = familyOf(address);
  return (holder.holders.get(address) ?? []).flatMap(({ target }) => {
    const known = other.known.get(target)?.includes(family) === true;
    return known && other.targets.get(target)?.has(address) !== true ? [target] : [];
  });
}
