import { familyOf, type Family } from '../../model/address.js';
import { getOrInsert } from '../../model/groups.js';
import { recordedTarget } from '../../model/parse-target.js';
import type { Snapshot } from '../../model/snapshot.js';

/** What a snapshot learnt from looking its targets up, indexed: a block has as many addresses as it likes. */
export interface Lookups {
  /** The names that led to an address. A block or range always holds the same addresses, scanned or not. */
  readonly targetsOf: ReadonlyMap<string, readonly string[]>;
  /** For each of these names, the families whose addresses are all known: asked for, and looked up without an error. */
  readonly known: ReadonlyMap<string, ReadonlySet<Family>>;
}

export function lookupsOf({ targets, asked }: Snapshot): Lookups {
  const targetsOf = new Map<string, string[]>();
  const known = new Map<string, Set<Family>>();
  for (const { target, addresses, errors } of targets) {
    if (recordedTarget(target)?.kind !== 'name') continue;
    for (const address of addresses) getOrInsert(targetsOf, address, (): string[] => []).push(target);
    const failed = (family: Family) => errors.some((error) => error.family === undefined || error.family === family);
    known.set(target, new Set(asked.families.filter((family) => !failed(family))));
  }
  return { targetsOf, known };
}

/** A name that led to the address in one snapshot, and that the other looked up without finding it. */
export function movedTarget(address: string, holder: Lookups, other: Lookups): string | undefined {
  const family = familyOf(address);
  return holder.targetsOf.get(address)?.find((target) => other.known.get(target)?.has(family) === true);
}
