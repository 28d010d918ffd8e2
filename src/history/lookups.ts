import type { Family } from '../model/address.js';
import type { Snapshot } from '../model/snapshot.js';

/** What a snapshot learnt from looking its targets up, indexed: a block has as many addresses as it likes. */
export interface Lookups {
  /** The targets that led to an address. */
  readonly targetsOf: ReadonlyMap<string, readonly string[]>;
  /** For each target, the families whose addresses are all known: asked for, and looked up without an error. */
  readonly known: ReadonlyMap<string, ReadonlySet<Family>>;
}

export function lookupsOf({ targets, asked }: Snapshot): Lookups {
  const targetsOf = new Map<string, string[]>();
  const known = new Map<string, Set<Family>>();
  for (const { target, addresses, errors } of targets) {
    for (const address of addresses) {
      const leading = targetsOf.get(address);
      if (leading === undefined) targetsOf.set(address, [target]);
      else leading.push(target);
    }
    const failed = (family: Family) => errors.some((error) => error.family === undefined || error.family === family);
    known.set(target, new Set(asked.families.filter((family) => !failed(family))));
  }
  return { targetsOf, known };
}

/** A target that led to the address in one snapshot, and that the other looked up without finding it. */
export function movedTarget(address: string, holder: Lookups, other: Lookups): string | undefined {
  const family: Family = address.includes(':') ? 6 : 4;
  return holder.targetsOf.get(address)?.find((target) => other.known.get(target)?.has(family) === true);
}
