import type * as Koffi from 'koffi';
import { getSystemErrorName } from 'node:util';
import { messageOf, systemCode } from '../model/errors.js';

/** Called while descriptors of the poll are readable, from outside of Node's own callbacks: it may only schedule. */
export interface Wakeup {
  /** Whether it keeps the process alive. */
  ref(): void;
  unref(): void;
  close(): void;
}

/**
 * The system calls of a connection attempt and of sending packets, straight to the C library. Each gives what C gives: -1 for a failure, whose number
 * `errno` holds until the next call. A buffer must be as long as the call is told it is; C keeps none of them longer than told here.
 */
export interface KernelCalls {
  readonly socket: (family: number, type: number, protocol: number) => number;
  readonly connect: (fd: number, address: Buffer, length: number) => number;
  readonly close: (fd: number) => number;
  readonly getsockname: (fd: number, address: Buffer, length: Buffer) => number;
  readonly getpeername: (fd: number, address: Buffer, length: Buffer) => number;
  readonly ifNameToIndex: (name: string) => number;
  readonly epollCreate: (flags: number) => number;
  readonly epollControl: (epoll: number, operation: number, fd: number, event: Buffer) => number;
  readonly epollWait: (epoll: number, events: Buffer, maximum: number, timeout: number) => number;
  readonly setsockopt: (fd: number, level: number, option: number, value: Buffer, length: number) => number;
  /** sendmmsg(2). */
  readonly sendMany: (fd: number, messages: Buffer, count: number, flags: number) => number;
  /** Likewise on a thread of Node's pool, as soon as one is free: until `done` is told, the memory must stay as it is. */
  readonly sendManyAside: (fd: number, messages: Buffer, count: number, done: (sent: number) => void) => void;
  /** Where a buffer's bytes lie, for C's pointers. Node never moves them; whoever keeps the pointer must keep the buffer. */
  readonly addressOf: (buffer: Buffer) => bigint;
  readonly errno: () => number;
  /** Has Node's own event loop watch a descriptor: `wake` is called in every turn in which it is readable. */
  readonly watch: (fd: number, wake: () => void) => Wakeup;
}

/** The calls, or why they cannot be made, in words. */
export type KernelCallSupport =
  { readonly available: true; readonly calls: KernelCalls } | { readonly available: false; readonly why: string };

/** Loads the optional native package koffi, and with it the calls. Never rejects. */
export async function loadKernelCalls(): Promise<KernelCallSupport> {
  const { platform, arch } = process;
  // Elsewhere the numbers and layouts of this and its neighbouring files do not hold.
  if (platform !== 'linux' || (arch !== 'x64' && arch !== 'arm64')) {
    return { available: false, why: `needs Linux on x64 or arm64, and this is ${platform} on ${arch}` };
  }
  let koffi: typeof Koffi.default;
  try {
    koffi = (await import('koffi')).default;
  } catch (error) {
    return { available: false, why: `the optional package koffi ${absence(error)} (${firstLine(error)})` };
  }
  try {
    return { available: true, calls: bind(koffi) };
  } catch (error) {
    return { available: false, why: `the C library cannot be called through koffi (${firstLine(error)})` };
  }
}

function bind(koffi: typeof Koffi.default): KernelCalls {
  // What the running program is linked with: glibc or musl, by whatever name.
  const libc = koffi.load(null);
  const sendMany = libc.func('sendmmsg', 'int', ['int', 'void *', 'uint', 'int']);
  return {
    socket: libc.func('socket', 'int', ['int', 'int', 'int']),
    connect: libc.func('connect', 'int', ['int', 'void *', 'uint']),
    close: libc.func('close', 'int', ['int']),
    getsockname: libc.func('getsockname', 'int', ['int', 'void *', 'void *']),
    getpeername: libc.func('getpeername', 'int', ['int', 'void *', 'void *']),
    ifNameToIndex: libc.func('if_nametoindex', 'uint', ['str']),
    epollCreate: libc.func('epoll_create1', 'int', ['int']),
    epollControl: libc.func('epoll_ctl', 'int', ['int', 'int', 'int', 'void *']),
    epollWait: libc.func('epoll_wait', 'int', ['int', 'void *', 'int', 'int']),
    setsockopt: libc.func('setsockopt', 'int', ['int', 'int', 'int', 'void *', 'uint']),
    sendMany,
    sendManyAside(fd, messages, count, done) {
      sendMany.async(fd, messages, count, 0, (error: unknown, sent: number) => {
        done(error === null ? sent : -1);
      });
    },
    addressOf: (buffer) => koffi.address(buffer),
    errno: () => koffi.errno(),
    watch: (fd, wake) => koffi.node.poll(fd, { readable: true }, wake),
  };
}

const names = new Map<number, string>();

/** The name of an error number (`ECONNREFUSED`), as Node spells it. */
export function errorName(errno: number): string {
  const known = names.get(errno);
  if (known !== undefined) return known;
  const name = getSystemErrorName(-errno);
  names.set(errno, name);
  return name;
}

function absence(error: unknown): string {
  return systemCode(error) === 'ERR_MODULE_NOT_FOUND' ? 'is not installed' : 'cannot be loaded';
}

function firstLine(error: unknown): string {
  return messageOf(error).split('\n', 1)[0] ?? '';
}
