import type { Socket } from 'node:net';
import type { Address } from '../model/address.js';
import { messageOf, systemCode } from '../model/errors.js';
import type { TlsFacts } from '../model/observation.js';

/** What one read gave. Only `data` carries bytes; `silence` means that the patience ran out and the peer is still there. */
export type Reading =
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }
  | { readonly kind: 'silence' }
  | { readonly kind: 'error'; readonly code: string; readonly message: string };

/** An established TCP connection, plain or inside TLS, that reads only what is asked for. */
export interface Connection {
  readonly address: Address;
  readonly port: number;
  /** Set where this connection runs inside TLS. */
  readonly tls?: TlsFacts;
  /**
   * The next bytes, as they come, at most `max` of them; what is left over waits for the next read.
   * Never rejects. Nothing is read off the wire between reads beyond one kernel chunk, so a flood costs no memory.
   */
  read(patienceMs: number, max: number): Promise<Reading>;
  /** Queues bytes; a failure shows up in the next read. */
  write(bytes: Uint8Array): void;
  /** Says that nothing more will be written, and leaves the other direction open. */
  endWriting(): void;
  /** Says goodbye in TCP's polite way (FIN), then lets go of the socket within a second. Safe to call twice, and after `detach`. */
  close(): void;
  /** The socket below, for wrapping in TLS. Who takes it owns it: this connection must not be used afterwards. */
  detach(): Socket;
}

const lingerMs = 1000;
const lingerBytes = 65_536;

/** Ends a socket in TCP's polite way (FIN), then lets go of it within a second. Who else reads it must have stopped. */
export function closePolitely(socket: Socket): void {
  if (socket.destroyed) return;
  socket.on('error', () => undefined);
  socket.end();
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  timer.unref();
  socket.once('close', () => {
    clearTimeout(timer);
  });
  // The peer's own end is seen only by reading up to it; a peer that keeps talking is cut short.
  let drained = 0;
  socket.on('data', (bytes: Uint8Array) => {
    drained += bytes.length;
    if (drained > lingerBytes) socket.destroy();
  });
  socket.resume();
}

/** Wraps a connected socket. The socket must have no readers of its own. */
export function wrapSocket(socket: Socket, address: Address, port: number, tls?: TlsFacts): Connection {
  let failure: Reading | undefined;
  let wake: (() => void) | undefined;
  let released = false;

  const notify = () => wake?.();
  const onError = (error: Error) => {
    failure ??= { kind: 'error', code: systemCode(error) ?? 'UNKNOWN', message: messageOf(error) };
    notify();
  };
  const onEnd = () => {
    failure ??= { kind: 'end' };
    notify();
  };
  socket.on('error', onError);
  socket.on('end', onEnd);
  socket.on('close', onEnd);
  socket.on('readable', notify);

  const take = (max: number): Reading | undefined => {
    if (socket.readableLength === 0) return failure;
    const bytes: unknown = socket.read(Math.min(max, socket.readableLength));
    return bytes instanceof Uint8Array ? { kind: 'data', bytes } : failure;
  };

  return {
    address,
    port,
    ...(tls === undefined ? {} : { tls }),
    read(patienceMs, max) {
      return new Promise((resolve) => {
        const attempt = () => {
          // A first read(0) asks the stream to fetch from the kernel; it gives nothing back by itself.
          if (socket.readableLength === 0 && failure === undefined) socket.read(0);
          const reading = take(max);
          if (reading === undefined) return;
          clearTimeout(timer);
          wake = undefined;
          resolve(reading);
        };
        const timer = setTimeout(() => {
          wake = undefined;
          resolve({ kind: 'silence' });
        }, patienceMs);
        wake = attempt;
        attempt();
      });
    },
    write(bytes) {
      if (failure === undefined && socket.writable) socket.write(bytes);
    },
    endWriting() {
      if (failure === undefined) socket.end();
    },
    close() {
      if (released) return;
      released = true;
      socket.removeListener('readable', notify);
      closePolitely(socket);
    },
    detach() {
      released = true;
      socket.removeListener('error', onError);
      socket.removeListener('end', onEnd);
      socket.removeListener('close', onEnd);
      socket.removeListener('readable', notify);
      return socket;
    },
  };
}
