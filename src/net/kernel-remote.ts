import type { Address } from '../model/address.js';
import type { KernelCalls } from './kernel-calls.js';
import { sockaddrLengths, writePort, writeSockaddr } from './kernel-sockaddr.js';

/** The calls that take socket addresses, over buffers that are written anew only where the address changes. */
export interface KernelRemote {
  /** connect(2): the number of the error, 0 for success. */
  connect(fd: number, address: Address, port: number): number;
  /** Whether a connected socket's local end is its remote end. */
  isSelfConnected(fd: number): boolean;
}

export function createKernelRemote(calls: KernelCalls): KernelRemote {
  const sockaddr = Buffer.alloc(sockaddrLengths[6]);
  const local = Buffer.alloc(sockaddrLengths[6]);
  const peer = Buffer.alloc(sockaddrLengths[6]);
  const length = Buffer.alloc(4);
  let current: Address | undefined;

  const read = (call: KernelCalls['getsockname'], fd: number, into: Buffer) => {
    into.fill(0);
    length.writeUInt32LE(into.length);
    return call(fd, into, length) === 0;
  };
  return {
    connect(fd, address, port) {
      if (address !== current) {
        // An unknown interface gives 0, which the kernel refuses, as Node has it.
        writeSockaddr(sockaddr, address, address.zone === undefined ? 0 : calls.ifNameToIndex(address.zone));
        current = address;
      }
      writePort(sockaddr, port);
      return calls.connect(fd, sockaddr, sockaddrLengths[address.family]) === 0 ? 0 : calls.errno();
    },
    isSelfConnected: (fd) =>
      read(calls.getsockname, fd, local) && read(calls.getpeername, fd, peer) && local.equals(peer),
  };
}
