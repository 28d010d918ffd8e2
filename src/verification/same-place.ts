import { parseAddress, type Address, type Family } from '../model/address.js';
import type { Snapshot } from '../model/snapshot.js';

/** How many bits of an address name its network, as far as one can tell from the address alone. */
const networkBits: Readonly<Record<Family, number>> = { 4: 24, 6: 64 };
const addressBits: Readonly<Record<Family, number>> = { 4: 32, 6: 128 };

/**
 * The families of which two scans were sent from networks that have nothing in common, so that what the later one sees may be the
 * place's doing. Within one network (a /24, a /64) an address may change: leases run out, and IPv6 changes its own for privacy (RFC
 * 8981). A family that one of the two did not send from tells nothing.
 */
export function movedFamilies(before: Snapshot, after: Snapshot): Family[] {
  const [was, is] = [networksOf(before), networksOf(after)];
  return ([4, 6] as const).filter((family) => {
    const [left, right] = [was.get(family), is.get(family)];
    return left !== undefined && right !== undefined && ![...left].some((network) => right.has(network));
  });
}

function networksOf({ vantage }: Snapshot): Map<Family, Set<string>> {
  const networks = new Map<Family, Set<string>>();
  for (const text of vantage.sources) {
    const address = parseAddress(text);
    if (address === undefined) continue;
    const known = networks.get(address.family) ?? new Set();
    networks.set(address.family, known.add(networkOf(address)));
  }
  return networks;
}

function networkOf({ family, value, zone = '' }: Address): string {
  return `${value >> BigInt(addressBits[family] - networkBits[family])} ${zone}`;
}
