import type { Address } from '../model/address.js';
import type { DialResult } from './dial.js';

/** One socket of the kernel's, used for one attempt after another as long as they are refused. */
export interface KernelSocket {
  readonly fd: number;
  /** Tells it from another socket that bore the same descriptor before. */
  readonly ticket: number;
  readonly address: Address;
  port: number;
  /** Who waits for the attempt under way; undefined while the socket is idle. */
  done: ((result: DialResult) => void) | undefined;
  /** How many attempts it has seen. */
  attempts: number;
}

/** Sockets that were refused and can be used again. */
export interface SocketPool {
  take(address: Address): KernelSocket | undefined;
  put(socket: KernelSocket): void;
  /** The one that has been idle about the longest. */
  takeOldest(): KernelSocket | undefined;
}

/**
 * A socket is kept for the address that refused it. The kernel goes on counting where a socket's last sequence number stood, so
 * that who has seen one can tell the next; on another address that would help a third party to forge an answer (RFC 6528). What
 * else sticks to a socket (the interface of a link-local address) stays right in this way too.
 */
export function createSocketPool(): SocketPool {
  const idle = new Map<string, KernelSocket[]>();
  const takeFrom = (key: string, sockets: KernelSocket[] | undefined) => {
    const socket = sockets?.pop();
    if (sockets?.length === 0) idle.delete(key);
    return socket;
  };
  return {
    take: ({ text }) => takeFrom(text, idle.get(text)),
    put(socket) {
      const key = socket.address.text;
      const sockets = idle.get(key);
      if (sockets === undefined) idle.set(key, [socket]);
      else sockets.push(socket);
    },
    takeOldest() {
      for (const [key, sockets] of idle) return takeFrom(key, sockets);
      return undefined;
    },
  };
}
