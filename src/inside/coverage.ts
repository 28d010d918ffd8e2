import type { Address } from '../model/address.js';
import type { ListenerGroup } from './listener-groups.js';
import type { OutsideView } from './outside-view.js';

/** How surely a listener accepts on an address that was scanned: by its own binding, or by what the listing leaves open. */
export type Reach = 'sure' | 'may' | 'none';

/** The listeners of one port, and which scanned addresses they account for. */
export interface Coverage {
  readonly groups: readonly ListenerGroup[];
  /** The surest of any listener that is not bound to loopback. */
  readonly reachOf: (address: Address) => Reach;
}

export function coverageOf(outside: OutsideView, groups: readonly ListenerGroup[]): Coverage {
  const wide = groups.filter(({ bound }) => bound.kind !== 'loopback');
  const reaches = new Map<string, Reach>();
  for (const address of outside.addresses) {
    const all = wide.map((group) => reachOf(outside, group, address));
    reaches.set(address.text, all.includes('sure') ? 'sure' : all.includes('may') ? 'may' : 'none');
  }
  return { groups, reachOf: (address) => reaches.get(address.text) ?? 'none' };
}

/** How surely this listener accepts on this address. */
export function reachOf(outside: OutsideView, group: ListenerGroup, address: Address): Reach {
  const { bound } = group;
  const byFamily = group.families.includes(address.family)
    ? 'sure'
    : group.maybeFamilies.includes(address.family)
      ? 'may'
      : 'none';
  switch (bound.kind) {
    case 'any':
      return byFamily;
    case 'loopback':
      return 'none';
    case 'address':
      return bound.address.family === address.family && bound.address.value === address.value ? 'sure' : 'none';
    case 'interface':
      return byFamily === 'none' ? 'none' : 'may';
    case 'name':
      return byFamily !== 'none' && isNameOfHost(outside, bound) ? reachByName(outside, address, byFamily) : 'none';
  }
}

/** Which of several addresses a name was made from, nobody can tell. */
function reachByName(outside: OutsideView, { family }: Address, byFamily: Reach): Reach {
  return outside.addresses.filter((one) => one.family === family).length === 1 ? byFamily : 'may';
}

/** True for a target's own name, its first labels, or as much of it as the listing's column left. */
export function isNameOfHost(
  { names }: OutsideView,
  bound: { readonly name: string; readonly truncated: boolean },
): boolean {
  const name = bound.name.toLowerCase().replace(/\.$/, '');
  if (name === '') return false;
  return names.some((known) => known === name || known.startsWith(bound.truncated ? name : `${name}.`));
}
