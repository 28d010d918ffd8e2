import type { Address } from '../model/address.js';
import { type OwnAddresses, sourceAddressTowards } from '../net/own-addresses.js';

/** More addresses than these are not each asked for a source: a handful shows which way packets leave. */
const asked = 16;

/** The distinct source addresses that packets to these addresses leave with. */
export async function findSources(addresses: Iterable<Address>): Promise<string[]> {
  const sample: Address[] = [];
  for (const address of addresses) if (sample.push(address) >= asked) break;
  const sources = await Promise.all(sample.map(sourceAddressTowards));
  return [...new Set(sources.filter((source) => source !== undefined))];
}

/** True where this machine would scan itself: the kernel sends from the very address that it sends to. */
export async function isSelf(address: Address, own: OwnAddresses): Promise<boolean> {
  return own.isOwn(address) || (await sourceAddressTowards(address)) === address.text;
}
