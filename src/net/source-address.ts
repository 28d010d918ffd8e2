import { createSocket } from 'node:dgram';
import type { Address } from '../model/address.js';
import { messageOf, systemCode } from '../model/errors.js';

/** The address that packets leave with, in text, or why the kernel has none. */
export type SourceAddress =
  | { readonly kind: 'source'; readonly text: string }
  | { readonly kind: 'error'; readonly code: string; readonly message: string };

/** Asks the kernel for the source address towards this one by connecting a UDP socket, which sends nothing. Never rejects. */
export function askSourceAddress(address: Address): Promise<SourceAddress> {
  return new Promise((resolve) => {
    const socket = createSocket(address.family === 4 ? 'udp4' : 'udp6');
    const fail = (error: unknown) => {
      socket.close();
      resolve({ kind: 'error', code: systemCode(error) ?? 'UNKNOWN', message: messageOf(error) });
    };
    socket.once('error', fail);
    // 9 is the discard port; no datagram is ever sent to it.
    socket.connect(9, address.text, (error?: unknown) => {
      // On failure Node calls this, too, with the error that the types leave out.
      if (error instanceof Error) {
        fail(error);
        return;
      }
      const { address: text } = socket.address();
      socket.close();
      resolve({ kind: 'source', text });
    });
  });
}
