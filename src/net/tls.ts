import { constants } from 'node:crypto';
import { isIP, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect, type SecureVersion, type TLSSocket } from 'node:tls';
import { messageOf } from '../model/errors.js';
import type { TlsFacts } from '../model/observation.js';
import { certificateFacts, chainAbove } from './certificate.js';
import { closePolitely, wrapSocket, type Connection } from './connection.js';

export interface TlsOptions {
  /** The name for SNI, where the target was given by name. */
  readonly serverName?: string | undefined;
  readonly alpn?: readonly string[] | undefined;
  /** The newest version to offer; by default the newest that there is. */
  readonly maxVersion?: SecureVersion | undefined;
  /** Also offers, after all others, the ciphers of a server that has no certificate (RFC 5246, appendix F.1.1.1). */
  readonly anonymous?: boolean | undefined;
  /** How long the whole handshake may take. */
  readonly patienceMs: number;
  /** How long the first byte of the answer may take, where that is less. */
  readonly firstByteMs?: number;
  readonly signal: AbortSignal;
}

/** What became of a handshake. Where it failed, `heard` has the first raw bytes that the server sent, TLS or not. */
export type TlsResult =
  | { readonly kind: 'secured'; readonly connection: Connection }
  | {
      readonly kind: 'failed';
      readonly ending: 'error' | 'silence' | 'end';
      readonly heard: Uint8Array;
      readonly message: string;
    };

const heardLimit = 4096;
/** A server may send a hundred certificates, each of which OpenSSL verifies at a stroke: 90 with P-521 took 115 ms. No honest handshake is longer. */
const handshakeLimit = 32_768;
/** RFC 7301, section 3.1: the length of a protocol's name is one byte. */
const maxAlpn = 255;

/**
 * Nothing with Diffie-Hellman over finite fields: the server picks the prime, one of 8,192 bits takes 180 ms of arithmetic in which nothing
 * else goes on (measured), and hosts may have thousands of ports. Whoever knows that alone answers with an alert, as TLS all the same.
 */
const ciphers = 'DEFAULT:!DHE:@SECLEVEL=0';
/** Without a certificate, which few services are, that may be all there is. */
const withAnonymous = 'ALL:!kDHE:+aNULL:@SECLEVEL=0';
const curves = 'X25519:P-256:X448:P-521:P-384';

/**
 * Makes a TLS handshake on a connection where that is what the server waits for, and takes the connection over.
 * By default every version that OpenSSL still has is offered, with every cipher but those below, and any certificate accepted: what the
 * server does is to be seen, not trusted. Never rejects.
 */
export function startTls(connection: Connection, options: TlsOptions): Promise<TlsResult> {
  const { address, port } = connection;
  const { patienceMs, firstByteMs = patienceMs } = options;
  const { stream, heard, endHandshake } = recording(connection.detach());
  const name = options.serverName?.replace(/\.$/, '');
  const socket = connect({
    socket: stream,
    rejectUnauthorized: false,
    minVersion: 'TLSv1',
    ...(options.maxVersion === undefined ? {} : { maxVersion: options.maxVersion }),
    ciphers: options.anonymous === true ? withAnonymous : ciphers,
    ecdhCurve: curves,
    secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
    ...(name === undefined || name === '' || isIP(name) !== 0 ? {} : { servername: name }),
    ...(options.alpn === undefined ? {} : { ALPNProtocols: [...options.alpn] }),
  });
  return new Promise((resolve) => {
    const settle = (result: TlsResult) => {
      clearTimeout(timer);
      clearTimeout(firstByteTimer);
      options.signal.removeEventListener('abort', onAbort);
      socket.removeListener('secureConnect', onSecure);
      socket.removeListener('end', onEnd);
      socket.removeListener('close', onEnd);
      socket.removeListener('error', onError);
      if (result.kind === 'failed') giveUp(socket);
      resolve(result);
    };
    const fail = (ending: 'error' | 'silence' | 'end', message: string) => {
      settle({ kind: 'failed', ending, heard: heard(), message });
    };
    const onSecure = () => {
      endHandshake();
      settle({ kind: 'secured', connection: wrapSocket(socket, address, port, factsOf(socket, name ?? address.text)) });
    };
    const onEnd = () => {
      fail('end', 'the peer ended the connection during the TLS handshake');
    };
    const onError = (error: Error) => {
      fail('error', reasonOf(error));
    };
    const onAbort = () => {
      fail('silence', 'stopped');
    };
    const timer = setTimeout(() => {
      fail('silence', `no end of the TLS handshake within ${patienceMs} ms`);
    }, patienceMs);
    const firstByteTimer = setTimeout(() => {
      if (heard().length === 0) fail('silence', `no answer to the TLS handshake within ${firstByteMs} ms`);
    }, firstByteMs);
    socket.once('error', onError);
    socket.once('secureConnect', onSecure);
    socket.once('end', onEnd);
    socket.once('close', onEnd);
    options.signal.addEventListener('abort', onAbort, { once: true });
    if (options.signal.aborted) onAbort();
  });
}

/** A late error of a socket that nobody waits for any more must not end the program. */
function giveUp(socket: TLSSocket): void {
  socket.on('error', () => undefined);
  socket.destroy();
}

/** OpenSSL's reason (`sslv3 alert handshake failure`), without the source lines that its messages carry. */
function reasonOf(error: Error): string {
  return 'reason' in error && typeof error.reason === 'string' ? error.reason : messageOf(error);
}

/**
 * A stream over the socket that keeps the first bytes received, and breaks where there are too many before the handshake ends. OpenSSL
 * throws away what is not TLS, and that is what names a service that answered in the clear.
 */
function recording(socket: Socket): { stream: Duplex; heard: () => Uint8Array; endHandshake: () => void } {
  const chunks: Uint8Array[] = [];
  let room = heardLimit;
  let left = handshakeLimit;
  const stream = new Duplex({
    read() {
      socket.resume();
    },
    write(chunk: Uint8Array, _encoding, done) {
      socket.write(chunk, () => {
        // A failed write shows up as the socket's own error.
        done();
      });
    },
    final(done) {
      socket.end();
      done();
    },
    destroy(error, done) {
      socket.removeListener('data', onData);
      // A socket that was ended before has had its time.
      if (socket.writableEnded) socket.destroy();
      else closePolitely(socket);
      done(error);
    },
  });
  const onData = (chunk: Buffer) => {
    if (room > 0) {
      chunks.push(chunk.subarray(0, room));
      room -= Math.min(room, chunk.length);
    }
    left -= chunk.length;
    if (left < 0) stream.destroy(new RangeError(`a handshake of more than ${handshakeLimit} bytes`));
    else if (!stream.push(chunk)) socket.pause();
  };
  socket.on('data', onData);
  socket.on('end', () => stream.push(null));
  socket.on('error', (error) => stream.destroy(error));
  socket.on('close', () => stream.destroy());
  const endHandshake = () => {
    left = Infinity;
  };
  return { stream, heard: () => Buffer.concat(chunks), endHandshake };
}

function factsOf(socket: TLSSocket, target: string | undefined): TlsFacts {
  // Asked once: OpenSSL's list of what came loses a certificate with every call.
  const shown = socket.getPeerX509Certificate();
  const certificate = shown === undefined ? undefined : certificateFacts(shown, target);
  const chain = shown === undefined ? [] : chainAbove(shown);
  return {
    version: socket.getProtocol() ?? 'TLS',
    ...(typeof socket.alpnProtocol === 'string' ? { alpn: socket.alpnProtocol.slice(0, maxAlpn) } : {}),
    ...(certificate === undefined ? {} : { certificate }),
    ...(chain.length === 0 ? {} : { chain }),
  };
}
