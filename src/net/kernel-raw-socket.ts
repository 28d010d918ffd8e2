import type { Family } from '../model/address.js';
import type { KernelCalls } from './kernel-calls.js';
import { addressFamilies } from './kernel-sockaddr.js';
import { tcpProtocol } from './packet/headers.js';

/** SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, the same on x64 and arm64; see socket(2). */
const rawType = 3 | 0o4000 | 0o2000000;
/** IPPROTO_RAW: sends IPv4 with its header, and receives nothing; see raw(7). */
const rawProtocol = 255;
/** Numbers of socket(7) and ipv6(7). */
const socketLevel = 1;
const sendBuffer = 7;
const sendBufferForce = 32;
const attachFilter = 26;
const ipv6Level = 41;
const ipv6Checksum = 7;
const tcpChecksumOffset = 16;

/**
 * Opens a raw socket that only sends TCP: IPv4 with its header, IPv6 without, like `RawChannel`. Gives its descriptor, or
 * undefined where the kernel refuses.
 */
export function openSendingSocket(calls: KernelCalls, family: Family, sendBytes: number): number | undefined {
  const fd = calls.socket(addressFamilies[family], rawType, family === 4 ? rawProtocol : tcpProtocol);
  if (fd === -1) return undefined;
  const set = (level: number, option: number, value: number) =>
    calls.setsockopt(fd, level, option, int(value), 4) === 0;
  // Without CAP_NET_ADMIN there is no more than the system's limit.
  const hasSpace = set(socketLevel, sendBufferForce, sendBytes) || set(socketLevel, sendBuffer, sendBytes);
  const isReady =
    hasSpace && (family === 4 || (set(ipv6Level, ipv6Checksum, tcpChecksumOffset) && receiveNothing(calls, fd)));
  if (isReady) return fd;
  calls.close(fd);
  return undefined;
}

/** Attaches a filter (BPF) of one instruction that takes nothing: every TCP packet that came in would wait here to be read. */
function receiveNothing(calls: KernelCalls, fd: number): boolean {
  // `struct sock_filter`: code (BPF_RET | BPF_K), jt, jf, k.
  const program = Buffer.alloc(16);
  program.writeUInt16LE(0x06, 0);
  // `struct sock_fprog`: how many instructions, and where they are.
  const description = Buffer.alloc(16);
  description.writeUInt16LE(1, 0);
  description.writeBigUInt64LE(calls.addressOf(program), 8);
  return calls.setsockopt(fd, socketLevel, attachFilter, description, description.length) === 0;
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
