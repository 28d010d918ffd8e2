/** The part of raw-socket 1.8.1 that is used here; the package ships no types of its own. */
declare module 'raw-socket' {
  import type { EventEmitter } from 'node:events';

  export const AddressFamily: { readonly IPv4: 1; readonly IPv6: 2 };
  export const Protocol: { readonly TCP: 6 };

  export interface RawSocket extends EventEmitter {
    close(): void;
  }

  /** Throws where the process may not open raw sockets. */
  export function createSocket(options: { addressFamily: number; protocol: number }): RawSocket;
}
