import { systemClock } from '../net/clock.js';
import type { Connection, Reading } from '../net/connection.js';
import { startTls, type TlsOptions, type TlsResult } from '../net/tls.js';
import type { Match } from './match.js';
import { mayBeAnonymous, suggestsHttp, type Patience } from './plan.js';

/** Everything that one endpoint may cost at most: connections, bytes, time. */
export interface Budget {
  readonly maxConnections: number;
  readonly maxBytes: number;
  readonly patience: Patience;
  /** False where whatever is sent may do harm: printers print it. */
  readonly mayWrite: boolean;
}

export interface SessionOptions {
  /** Opens another connection to the same endpoint; undefined where that fails. */
  readonly dial: () => Promise<Connection | undefined>;
  /** The name that the target was given by, for SNI and HTTP's Host. */
  readonly serverName?: string | undefined;
  readonly signal: AbortSignal;
}

/** What a TLS handshake offers, where not everything: the newest version, and protocols by ALPN. */
export type TlsOffer = Pick<TlsOptions, 'alpn' | 'maxVersion'>;

/** The dealings with one endpoint: every connection to it is opened, read, and left through here, within the budget. */
export interface Session {
  readonly port: number;
  readonly serverName: string | undefined;
  readonly patience: Patience;
  readonly mayWrite: boolean;
  /** Why nothing more can be done, in words; undefined as long as something can. */
  over(): string | undefined;
  /** Reads, for no longer than is left of the time. `silence` too where the scan is stopped or the budget spent: see `over`. */
  read(connection: Connection, patienceMs: number, max: number): Promise<Reading>;
  /** Takes the connection over for TLS; `firstByteMs` is how long the first byte of the answer may take. By default it offers what suits the port. */
  secure(connection: Connection, firstByteMs: number, offer?: TlsOffer): Promise<TlsResult>;
  /** Another connection, inside TLS where asked; undefined where it fails or would be one too many. */
  reopen(insideTls: boolean): Promise<Connection | undefined>;
  /** Says goodbye in the protocol's own way where it is known and anything may be sent, then in TCP's. */
  leave(connection: Connection, match?: Match): void;
  /** Leaves whatever is still open. */
  end(): void;
}

const timerPrecisionMs = 2;

export function startSession(first: Connection, options: SessionOptions, budget: Budget): Session {
  const { port } = first;
  const { signal, serverName } = options;
  const { patience } = budget;
  const startedAt = systemClock.now();
  const open = new Set([first]);
  let connections = 1;
  let bytesLeft = budget.maxBytes;

  // The scan's signal is shared by every endpoint and gets this one listener; all that waits here listens to our own.
  const stopper = new AbortController();
  const onAbort = () => {
    stopper.abort();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  const unlessStopped = <T>(work: Promise<T>, instead: T) =>
    new Promise<T>((resolve) => {
      const onStop = () => {
        resolve(instead);
      };
      stopper.signal.addEventListener('abort', onStop, { once: true });
      void work.then((result) => {
        stopper.signal.removeEventListener('abort', onStop);
        resolve(result);
      });
    });

  // A timer may fire a little early, and what is left then is not worth another read.
  const timeLeft = () => {
    const left = startedAt + patience.totalMs - systemClock.now();
    return left < timerPrecisionMs ? 0 : left;
  };
  const over = () => {
    if (signal.aborted) return 'the scan was stopped before this was identified';
    if (bytesLeft <= 0) return `the service sent ${budget.maxBytes} bytes and none of them named it`;
    if (timeLeft() <= 0) return `${patience.totalMs / 1000} s were not enough to name the service`;
    return undefined;
  };
  const usualOffer: TlsOffer = suggestsHttp(port) ? { alpn: ['http/1.1'] } : {};
  const secure: Session['secure'] = async (connection, firstByteMs, offer = usualOffer) => {
    open.delete(connection);
    const result = await startTls(connection, {
      serverName,
      ...offer,
      anonymous: mayBeAnonymous(port),
      patienceMs: Math.min(patience.answerMs, timeLeft()),
      firstByteMs: Math.min(firstByteMs, timeLeft()),
      signal: stopper.signal,
    });
    if (result.kind === 'secured') open.add(result.connection);
    return result;
  };
  /** Never rejects. A connection that arrives after the end is closed on the spot. */
  const dial = async (): Promise<Connection | undefined> => {
    const opening = options.dial().catch(() => undefined);
    const opened = await unlessStopped(opening, undefined);
    if (opened === undefined) void opening.then((late) => late?.close());
    else open.add(opened);
    return opened;
  };

  return {
    port,
    serverName,
    patience,
    mayWrite: budget.mayWrite,
    over,
    secure,
    async read(connection, patienceMs, max) {
      if (over() !== undefined) return { kind: 'silence' };
      const wanted = Math.min(max, bytesLeft);
      const reading = await unlessStopped<Reading>(connection.read(Math.min(patienceMs, timeLeft()), wanted), {
        kind: 'silence',
      });
      if (reading.kind === 'data') bytesLeft -= reading.bytes.length;
      return reading;
    },
    async reopen(insideTls) {
      if (connections >= budget.maxConnections || over() !== undefined) return undefined;
      connections += 1;
      const connection = await dial();
      if (connection === undefined || !insideTls) return connection;
      const result = await secure(connection, patience.answerMs);
      return result.kind === 'secured' ? result.connection : undefined;
    },
    leave(connection, match) {
      if (budget.mayWrite && match?.protocol.farewell !== undefined) connection.write(match.protocol.farewell);
      open.delete(connection);
      connection.close();
    },
    end() {
      signal.removeEventListener('abort', onAbort);
      for (const connection of open) connection.close();
      open.clear();
    },
  };
}
