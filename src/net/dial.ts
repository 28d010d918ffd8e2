import { connect, type Socket } from 'node:net';
import type { Address } from '../model/address.js';
import { messageOf, systemCode } from '../model/errors.js';

/** What became of one connection attempt, as the kernel tells it. The discovery room decides what it means. */
export type DialResult =
  | { readonly kind: 'accepted'; readonly socket: Socket }
  /** Local end equals remote end: the kernel connected the socket to itself (a simultaneous open). */
  | { readonly kind: 'self-connect' }
  /** `local`: the call failed before anything was sent, so it says nothing about the remote side. */
  | { readonly kind: 'error'; readonly code: string; readonly message: string; readonly local: boolean };

/**
 * Starts one connection attempt to an address literal, so that no happy-eyeballs logic hides the family that answered.
 * Gives back the function that abandons it; an abandoned attempt calls nothing. `done` is called later, never before this returns.
 */
export function dial(address: Address, port: number, done: (result: DialResult) => void): () => void {
  const socket = connect({ host: address.text, port, family: address.family, autoSelectFamily: false });
  socket.once('connect', () => {
    socket.removeListener('error', onError);
    if (isSelfConnected(socket)) {
      socket.destroy();
      done({ kind: 'self-connect' });
      return;
    }
    done({ kind: 'accepted', socket });
  });
  const onError = (error: Error) => {
    const message = messageOf(error);
    // Node appends "- Local (address:port)" to the message exactly when connect(2) itself failed.
    done({ kind: 'error', code: systemCode(error) ?? 'UNKNOWN', message, local: message.includes(' - Local (') });
  };
  socket.once('error', onError);
  return () => {
    socket.removeAllListeners('connect');
    socket.removeListener('error', onError);
    socket.on('error', ignore);
    socket.destroy();
  };
}

/** An abandoned socket may still report the failure that it was abandoned for. */
function ignore(): void {
  // Nobody waits for this attempt any more.
}

function isSelfConnected(socket: Socket): boolean {
  return socket.localPort === socket.remotePort && socket.localAddress === socket.remoteAddress;
}
