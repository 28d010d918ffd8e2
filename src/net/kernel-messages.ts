import type { Address } from '../model/address.js';
import type { KernelCalls } from './kernel-calls.js';
import { sockaddrLengths, writeSockaddr } from './kernel-sockaddr.js';

/** Packets for one call of sendmmsg(2), in one piece of memory. */
export interface Messages {
  /** Begins with the array of `struct mmsghdr` that the call wants. */
  readonly memory: Buffer;
  /** Writes the message of this index: copies the packet, of at most 48 bytes. */
  write(index: number, packet: Uint8Array, destination: Address): void;
  /** The array from this index on. */
  from(index: number): Buffer;
  /** Whether the kernel has taken the first message, since it was written. */
  hasBegun(): boolean;
}

/**
 * Sizes and offsets in bytes of `struct mmsghdr` (sendmmsg(2)), whose `struct msghdr` comes first, and of `struct iovec` (writev(2)): the
 * same on x64 and arm64, and with musl, whose padding lies where glibc's lengths have their upper halves.
 */
const headerBytes = 64;
const nameLengthAt = 8;
const vectorAt = 16;
const vectorCountAt = 24;
/** What the kernel sets once it has taken the message: how many bytes. */
const sentAt = 56;
const vectorBytes = 16;
const vectorLengthAt = 8;
const addressBytes = 32;
const packetBytes = 48;

/** Memory for as many messages as `capacity` tells. */
export function createMessages(calls: Pick<KernelCalls, 'addressOf' | 'ifNameToIndex'>, capacity: number): Messages {
  const memory = Buffer.alloc(capacity * (headerBytes + vectorBytes + addressBytes + packetBytes));
  const start = calls.addressOf(memory);
  const vectors = capacity * headerBytes;
  const addresses = vectors + capacity * vectorBytes;
  const packets = addresses + capacity * addressBytes;
  for (let index = 0; index < capacity; index++) {
    const header = index * headerBytes;
    const vector = vectors + index * vectorBytes;
    memory.writeBigUInt64LE(start + BigInt(addresses + index * addressBytes), header);
    memory.writeBigUInt64LE(start + BigInt(vector), header + vectorAt);
    memory.writeUInt32LE(1, header + vectorCountAt);
    memory.writeBigUInt64LE(start + BigInt(packets + index * packetBytes), vector);
  }

  const sockaddr = Buffer.alloc(sockaddrLengths[6]);
  let current: Address | undefined;
  /** What each message's address was written from: most go where the last one in their place went. */
  const written = new Array<Address | undefined>(capacity).fill(undefined);
  const writeAddress = (index: number, address: Address) => {
    if (address !== current) {
      writeSockaddr(sockaddr, address, address.zone === undefined ? 0 : calls.ifNameToIndex(address.zone));
      current = address;
    }
    memory.set(sockaddr, addresses + index * addressBytes);
    memory.writeUInt32LE(sockaddrLengths[address.family], index * headerBytes + nameLengthAt);
    written[index] = address;
  };

  return {
    memory,
    write(index, packet, destination) {
      if (written[index] !== destination) writeAddress(index, destination);
      if (index === 0) memory.writeUInt32LE(0, sentAt);
      memory.writeUInt32LE(packet.length, vectors + index * vectorBytes + vectorLengthAt);
      memory.set(packet, packets + index * packetBytes);
    },
    from: (index) => (index === 0 ? memory : memory.subarray(index * headerBytes)),
    hasBegun: () => memory.readUInt32LE(sentAt) > 0,
  };
}
