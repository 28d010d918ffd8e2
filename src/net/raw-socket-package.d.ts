/** The part of raw-socket 1.8.1 that is used here; the package ships no types of its own. */
declare module 'raw-socket' {
  import type { EventEmitter } from 'node:events';

  export const AddressFamily: { readonly IPv4: 1; readonly IPv6: 2 };
  export const Protocol: { readonly TCP: 6 };

  /** The native object inside, which the package's own documentation leaves out: each call is one system call, made at once. */
  export interface SocketWrap extends EventEmitter {
    /** Throws an Error whose message is strerror(3)'s. Opens the socket anew where it was closed. */
    send(buffer: Uint8Array, offset: number, length: number, address: string, sent: (bytes: number) => void): void;
    /** Likewise, also where nothing is waiting (EAGAIN). The buffer is the one given. */
    recv(buffer: Uint8Array, received: (buffer: Uint8Array, bytes: number, source: string) => void): void;
  }

  export interface RawSocket extends EventEmitter {
    readonly wrap: SocketWrap;
    /** The value is an unsigned integer, or `length` bytes. Throws like `send`. */
    setOption(level: number, option: number, value: number): void;
    setOption(level: number, option: number, value: Uint8Array, length: number): void;
    close(): void;
  }

  /** Throws where the process may not open raw sockets. */
  export function createSocket(options: { addressFamily: number; protocol: number; bufferSize?: number }): RawSocket;
}
