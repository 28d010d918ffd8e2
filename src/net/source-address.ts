import { createSocket, type Socket } from 'node:dgram';
import type { Address, Family } from '../model/address.js';
import { messageOf, systemCode } from '../model/errors.js';

/** The address that packets leave with, in text, or why the kernel has none. */
export type SourceAddress =
  | { readonly kind: 'source'; readonly text: string }
  | { readonly kind: 'error'; readonly code: string; readonly message: string };

/** Asks the kernel for the source address towards this one by connecting a UDP socket, which sends nothing. Never rejects. */
export async function askSourceAddress(address: Address): Promise<SourceAddress> {
  const socket = openSocket(address.family);
  const answer = await askOn(socket, address);
  socket.close();
  return answer;
}

/**
 * Likewise for many addresses of one family, one after another on one socket: a socket each would take four times as long, and as
 * many descriptors. It is closed whenever no question waits.
 */
export function createSourceAsk(family: Family): (address: Address) => Promise<SourceAddress> {
  let socket: Socket | undefined;
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  const ask = async (address: Address) => {
    socket ??= openSocket(family);
    const answer = await askOn(socket, address);
    waiting -= 1;
    if (waiting === 0 || answer.kind === 'error') {
      socket.close();
      socket = undefined;
    }
    return answer;
  };

  return (address) => {
    waiting += 1;
    const answer = last.then(() => ask(address));
    last = answer;
    return answer;
  };
}

function openSocket(family: Family): Socket {
  return createSocket(family === 4 ? 'udp4' : 'udp6');
}

/** Leaves the socket unconnected, unless the answer is an error: then it is of no more use. */
function askOn(socket: Socket, address: Address): Promise<SourceAddress> {
  return new Promise((resolve) => {
    const fail = (error: unknown) => {
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
      socket.disconnect();
      socket.off('error', fail);
      resolve({ kind: 'source', text });
    });
  });
}
