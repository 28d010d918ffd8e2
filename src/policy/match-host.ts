import { rangeOf, type Address, type Family } from '../model/address.js';
import { withoutRoot } from '../model/host-name.js';
import { literalRange, type TargetSpec } from '../model/parse-target.js';
import type { HostPolicy, Policy } from './policy.js';

/** Finds the host entry that speaks of a target or an address, without looking at each of ten thousand. */
export interface HostFinder {
  /** For an address of a target. The most specific entry wins: the address, the name, the smallest block, `*`. */
  forAddress(target: TargetSpec | undefined, address: Address): HostPolicy | undefined;
  /** For a target as a whole, whatever its addresses: by its name, or `*`. */
  forName(target: TargetSpec | undefined): HostPolicy | undefined;
}

export function hostFinder(policy: Policy): HostFinder {
  const names = new Map<string, HostPolicy>();
  const addresses = new Map<string, HostPolicy>();
  /** By family and size, the smallest blocks first; within one size by the first address. */
  const blocks: { family: Family; size: bigint; hosts: Map<bigint, HostPolicy> }[] = [];
  let any: HostPolicy | undefined;
  for (const host of policy.hosts) {
    switch (host.pattern.kind) {
      case 'any':
        any = host;
        break;
      case 'name':
        names.set(host.pattern.name, host);
        break;
      case 'address':
        addresses.set(host.pattern.address.text, host);
        break;
      case 'block': {
        const { family, first, last } = host.pattern.range;
        const size = last - first + 1n;
        const level = blocks.find((block) => block.family === family && block.size === size);
        if (level === undefined) blocks.push({ family, size, hosts: new Map([[first, host]]) });
        else level.hosts.set(first, host);
      }
    }
  }
  blocks.sort((a, b) => (a.size < b.size ? -1 : a.size > b.size ? 1 : 0));
  const forBlock = (address: Address): HostPolicy | undefined => {
    for (const { family, size, hosts } of blocks) {
      if (family !== address.family) continue;
      const host = hosts.get(address.value - (address.value % size));
      if (host !== undefined) return host;
    }
    return undefined;
  };
  const named = (target: TargetSpec | undefined) =>
    target?.kind === 'name' ? names.get(withoutRoot(target.name)) : undefined;
  return {
    forAddress: (target, address) => addresses.get(address.text) ?? named(target) ?? forBlock(address) ?? any,
    forName: (target) => named(target) ?? any,
  };
}

/** How much of a target a host entry speaks of, by name or number; `*` speaks of nothing in particular. */
export function shareOfTarget({ pattern }: HostPolicy, target: TargetSpec | undefined): 'all' | 'some' | 'none' {
  if (pattern.kind === 'any') return 'none';
  if (pattern.kind === 'name') {
    return target?.kind === 'name' && withoutRoot(target.name) === pattern.name ? 'all' : 'none';
  }
  const asked = literalRange(target);
  const own = pattern.kind === 'address' ? rangeOf(pattern.address) : pattern.range;
  if (asked?.family !== own.family || asked.first > own.last || own.first > asked.last) return 'none';
  return own.first <= asked.first && asked.last <= own.last ? 'all' : 'some';
}
