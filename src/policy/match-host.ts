import { parseAddress, parseCidr, rangeOf, type Address, type AddressRange, type Family } from '../model/address.js';
import { ExposcanError } from '../model/errors.js';
import type { HostPolicy, Policy } from './policy.js';
import { canonicalHostName } from './read-sources.js';

/** Finds the host entry that speaks of a target or an address, without looking at each of ten thousand. */
export interface HostFinder {
  /** For an address of a target. The most specific entry wins: the address, the name, the smallest block, `*`. */
  forAddress(target: string, address: Address): HostPolicy | undefined;
  /** For a target as a whole, whatever its addresses: by its name, or `*`. */
  forName(target: string): HostPolicy | undefined;
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
  return {
    forAddress: (target, address) =>
      addresses.get(address.text) ?? names.get(canonicalHostName(target)) ?? forBlock(address) ?? any,
    forName: (target) => names.get(canonicalHostName(target)) ?? any,
  };
}

/** The addresses that a target names by number (`192.0.2.7`, `192.0.2.0/24`, `192.0.2.1-9`); undefined for a name. */
export function literalRange(target: string): AddressRange | undefined {
  try {
    if (target.includes('/')) return parseCidr(target);
    const address = parseAddress(target);
    if (address !== undefined) return rangeOf(address);
    const [start = '', end = ''] = target.split('-');
    const first = end === '' ? undefined : parseAddress(start);
    return first === undefined ? undefined : rangeOf(first);
  } catch (error) {
    if (error instanceof ExposcanError) return undefined;
    throw error;
  }
}

/** Whether a host entry speaks, by name or number, of anything in this target. `*` speaks of nothing in particular. */
export function hostMatchesTarget({ pattern }: HostPolicy, target: string): boolean {
  if (pattern.kind === 'any') return false;
  if (pattern.kind === 'name') return pattern.name === canonicalHostName(target);
  const asked = literalRange(target);
  const own = pattern.kind === 'address' ? rangeOf(pattern.address) : pattern.range;
  return asked?.family === own.family && asked.first <= own.last && own.first <= asked.last;
}
