import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import type { EventEmitter } from 'node:events';
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import { withoutRoot } from '../model/host-name.js';
import { printableBytes, shorten } from '../model/printable.js';
import type { TlsIdentity } from './tls-trust.js';

/** Where a collector of syslog messages listens. */
export interface Collector {
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly host: string;
  readonly port: number;
}

/** How long an ICMP error to a datagram is waited for. */
const refusalMs = 200;
const mostAddresses = 8;
/** How long a collector that refuses us gets to close the connection. */
const leastWaitMs = 200;
const longestWaitMs = 5000;
const waitFactor = 3;

/**
 * Sends one message as one datagram (RFC 5426), to the first address of the host that takes it. Nothing says that it arrived: this
 * resolves when it has left, unless the machine there says at once that nobody listens.
 */
export async function sendDatagram({ host, port }: Collector, message: Uint8Array, signal: AbortSignal): Promise<void> {
  const addresses = await lookup(host, { all: true });
  let trouble: unknown;
  for (const address of addresses.slice(0, mostAddresses)) {
    signal.throwIfAborted();
    try {
      await sendTo(address, port, message, signal);
      return;
    } catch (error) {
      trouble = error;
    }
  }
  throw trouble;
}

async function sendTo(
  { address, family }: { readonly address: string; readonly family: number },
  port: number,
  message: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  let timer: NodeJS.Timeout | undefined;
  const release = () => {
    clearTimeout(timer);
    socket.close();
  };
  return untilSettled(socket, release, signal, (settle) => {
    // Only a connected socket is told of ICMP errors.
    socket.connect(port, address, () => {
      socket.send(message, (error) => {
        if (error !== null) settle(error);
        else timer = setTimeout(settle, refusalMs);
      });
    });
  });
}

/** Waits until what `begin` has set going is settled, the socket fails, or the signal fires; then releases it, once. */
function untilSettled(
  socket: EventEmitter,
  release: () => void,
  signal: AbortSignal,
  begin: (settle: (error?: Error) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let isSettled = false;
    const settle = (error?: Error) => {
      if (isSettled) return;
      isSettled = true;
      signal.removeEventListener('abort', onAbort);
      release();
      if (error === undefined) resolve();
      else reject(error);
    };
    const onAbort = () => {
      settle(new Error('stopped'));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    // Also a late error, of a socket that nobody waits for any more, lands here.
    socket.on('error', settle);
    begin(settle);
    if (signal.aborted) onAbort();
  });
}

/**
 * Sends one message over a connection of its own, its length before it (octet counting: RFC 6587, 3.4.1, and RFC 5425, 4.3), and ends
 * the connection. Syslog acknowledges nothing. This resolves when the collector has kept the connection for a while after the message
 * came, as one does that has taken it, and has then ended its side after ours, without having said a word: it has read to the end. A
 * collector that refuses us does not say so: it just closes, and for a certificate of ours that it does not want as late as after the
 * handshake (TLS 1.3).
 *
 * TLS 1.2 at least; the certificate must be good for the host, by `ca` or the system's certificates. Rejects where anything else
 * happens, and when the signal fires.
 */
export async function sendFrame(
  { transport, host, port }: Collector,
  identity: TlsIdentity,
  message: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  const { ca, cert, key } = identity;
  const name = isIP(host) === 0 ? { servername: withoutRoot(host) } : {};
  const startedAt = performance.now();
  const socket: Socket =
    transport === 'tls'
      ? connectSecure({ host, port, ca, cert, key, rejectUnauthorized: true, minVersion: 'TLSv1.2', ...name })
      : connectPlain({ host, port });
  // The other side's end must not end ours: which comes first is what is to be seen.
  socket.allowHalfOpen = true;
  let timer: NodeJS.Timeout | undefined;
  const release = () => {
    clearTimeout(timer);
    socket.destroy();
  };
  return untilSettled(socket, release, signal, (settle) => {
    socket.once(transport === 'tls' ? 'secureConnect' : 'connect', () => {
      // Several times the way there and back.
      const wait = Math.min(Math.max(leastWaitMs, waitFactor * (performance.now() - startedAt)), longestWaitMs);
      socket.write(Buffer.concat([Buffer.from(`${message.length} `), message]), () => {
        timer = setTimeout(() => socket.end(), wait);
      });
    });
    socket.on('data', (data: Buffer) => {
      settle(new Error(`it is no syslog collector: it says "${shorten(printableBytes(data, 80), 80)}"`));
    });
    const onEnd = () => {
      settle(
        socket.writableFinished
          ? undefined
          : new Error('it closed the connection before we did: the message was not taken'),
      );
    };
    socket.once('end', onEnd);
    socket.once('close', onEnd);
  });
}
