import { createSocket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import {
  type Address,
  type AddressRange,
  type Family,
  isLoopback,
  parseAddress,
  rangeHolds,
} from '../model/address.js';

/** The addresses of this machine and the links that it is on. */
export interface OwnAddresses {
  /** True for an address that this machine itself would answer for. */
  isOwn(address: Address): boolean;
  /** True for an address that is reached without a router. */
  isOnLink(address: Address): boolean;
}

export function readOwnAddresses(): OwnAddresses {
  const own: Address[] = [];
  const links: AddressRange[] = [];
  for (const details of Object.values(networkInterfaces()).flatMap((entries) => entries ?? [])) {
    const address = parseAddress(details.address);
    if (address === undefined) continue;
    own.push(address);
    const link = details.cidr === null ? undefined : linkOf(address, Number(details.cidr.split('/')[1]));
    if (link !== undefined && !details.internal) links.push(link);
  }
  return {
    isOwn: (address) =>
      isLoopback(address) ||
      isUnspecified(address) ||
      own.some(({ family, value }) => family === address.family && value === address.value),
    isOnLink: (address) => links.some((link) => rangeHolds(link, address)),
  };
}

/** Linux connects 0.0.0.0 and :: to this machine. */
function isUnspecified({ value }: Address): boolean {
  return value === 0n;
}

function linkOf(address: Address, prefixLength: number): AddressRange {
  const size = 1n << BigInt((address.family === 4 ? 32 : 128) - prefixLength);
  const first = address.value - (address.value % size);
  return { family: address.family, first, last: first + size - 1n };
}

/**
 * The source address that the kernel would choose towards this one, asked by connecting a UDP socket, which sends nothing.
 * Undefined where there is no route.
 */
export function sourceAddressTowards(address: Address): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(udpOf(address.family));
    const finish = (source: string | undefined) => {
      socket.close();
      resolve(source);
    };
    socket.once('error', () => {
      finish(undefined);
    });
    // 9 is the discard port; no datagram is ever sent to it.
    socket.connect(9, address.text, (error?: unknown) => {
      // On failure Node calls this, too, with the error that the types leave out.
      finish(error instanceof Error ? undefined : socket.address().address);
    });
  });
}

function udpOf(family: Family): 'udp4' | 'udp6' {
  return family === 4 ? 'udp4' : 'udp6';
}
