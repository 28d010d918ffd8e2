import { networkInterfaces } from 'node:os';
import {
  type Address,
  addressFromValue,
  type AddressRange,
  isLoopback,
  parseAddress,
  rangeHolds,
} from '../model/address.js';
import { askSourceAddress } from './source-address.js';

/** The addresses of this machine and the links that it is on. */
export interface OwnAddresses {
  /** True for an address that this machine itself would answer for. */
  isOwn(address: Address): boolean;
  /** The subnet of ours that holds this address, in CIDR form: then it is reached without a router. Loopback is none. */
  linkOf(address: Address): string | undefined;
}

export function readOwnAddresses(): OwnAddresses {
  const own: Address[] = [];
  const links: { readonly text: string; readonly range: AddressRange }[] = [];
  for (const details of Object.values(networkInterfaces()).flatMap((entries) => entries ?? [])) {
    const address = parseAddress(details.address);
    if (address === undefined) continue;
    own.push(address);
    if (details.cidr !== null && !details.internal) links.push(linkAround(address, Number(details.cidr.split('/')[1])));
  }
  return {
    isOwn: (address) =>
      isLoopback(address) ||
      isUnspecified(address) ||
      own.some(({ family, value }) => family === address.family && value === address.value),
    linkOf: (address) => links.find(({ range }) => rangeHolds(range, address))?.text,
  };
}

/** Linux connects 0.0.0.0 and :: to this machine. */
function isUnspecified({ value }: Address): boolean {
  return value === 0n;
}

function linkAround({ family, value }: Address, prefixLength: number): { text: string; range: AddressRange } {
  const size = 1n << BigInt((family === 4 ? 32 : 128) - prefixLength);
  const first = value - (value % size);
  const text = `${addressFromValue(family, first).text}/${prefixLength}`;
  return { text, range: { family, first, last: first + size - 1n } };
}

/**
 * The source address that the kernel would choose towards this one, asked by connecting a UDP socket, which sends nothing.
 * Undefined where there is no route.
 */
export async function sourceAddressTowards(address: Address): Promise<string | undefined> {
  const answer = await askSourceAddress(address);
  return answer.kind === 'source' ? answer.text : undefined;
}
