import type { Connection } from '../net/connection.js';
import type { TlsResult } from '../net/tls.js';
import type { Session } from './session.js';
import { readTlsAnswer } from './tls-record.js';

/**
 * Makes a TLS handshake with the offer that suits the port. A server that speaks none of the protocols offered says so with an alert (RFC 7301,
 * section 3.2), and is offered HTTP/2 alone, on one more connection.
 */
export async function negotiate(session: Session, connection: Connection, firstByteMs: number): Promise<TlsResult> {
  const result = await session.secure(connection, firstByteMs);
  if (result.kind === 'secured' || readTlsAnswer(result.heard)?.alert !== 'no_application_protocol') return result;
  const another = await session.reopen(false);
  return another === undefined ? result : session.secure(another, session.patience.answerMs, { alpn: ['h2'] });
}
