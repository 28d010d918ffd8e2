import type { Address } from '../model/address.js';

/** Linux's numbers for the two families (`<sys/socket.h>`), the same on every machine. */
export const addressFamilies = { 4: 2, 6: 10 } as const;

/** sizeof(struct sockaddr_in) and sizeof(struct sockaddr_in6), in bytes. */
export const sockaddrLengths = { 4: 16, 6: 28 } as const;

const portOffset = 2;
const addressOffsets = { 4: 4, 6: 8 } as const;
const addressLengths = { 4: 4, 6: 16 } as const;
const scopeOffset = 24;

/**
 * Writes a Linux socket address (ip(7), ipv6(7)) with port 0, and gives back its length in bytes. The family and the scope are
 * in the machine's byte order, which is little-endian wherever this is used; port and address in the network's. `scope` is the
 * index of the interface that a link-local address is meant on, 0 for none.
 */
export function writeSockaddr(into: Buffer, address: Address, scope: number): number {
  const length = sockaddrLengths[address.family];
  into.fill(0, 0, length);
  into.writeUInt16LE(addressFamilies[address.family], 0);
  let rest = address.value;
  for (let index = addressLengths[address.family] - 1; index >= 0; index--) {
    into.writeUInt8(Number(rest & 0xffn), addressOffsets[address.family] + index);
    rest >>= 8n;
  }
  if (address.family === 6) into.writeUInt32LE(scope, scopeOffset);
  return length;
}

/** Sets the port of a socket address that `writeSockaddr` wrote. */
export function writePort(into: Buffer, port: number): void {
  into.writeUInt16BE(port, portOffset);
}
