import type { TlsResult } from '../net/tls.js';
import type { Heard } from './heard.js';
import type { TlsAnswer } from './tls-record.js';

/** What stood in the way of a name, in words for a person. */

export const silenceOnly = 'the service said nothing, and answered nothing that it was asked';

/** Why bytes, or the lack of them, did not name the service. `asked`: it had been sent a probe before. */
export function troubleOf(mayWrite: boolean, { bytes, ending, code }: Heard, asked: boolean): string {
  if (ending === 'limit') return 'the service sent a flood of bytes, and the first of them did not name it';
  if (bytes.length > 0) return 'what the service said belongs to no protocol that is known here';
  if (ending === 'silence') {
    return mayWrite
      ? silenceOnly
      : 'the service said nothing, and nothing is sent to this port: printers print it, and controllers may stop';
  }
  if (code?.includes('CERTIFICATE_REQUIRED') === true) return 'the server demands a client certificate';
  const isReset = code === 'ECONNRESET';
  // Without a code it was the TLS handshake that ended.
  if (asked && (ending === 'end' || isReset || code === undefined)) return 'the service hung up on what it was asked';
  if (isReset) return 'the peer accepted the connection, then reset it';
  if (ending === 'end') return 'the peer accepted the connection, then closed it without a word';
  return `the connection failed after it was accepted (${code ?? 'for no reason given'})`;
}

export function handshakeTrouble(result: TlsResult & { readonly kind: 'failed' }, { alert }: TlsAnswer): string {
  if (result.ending === 'silence') return 'the server stopped half-way through the TLS handshake';
  return `the TLS handshake failed: ${alert === undefined ? result.message : `the server sent the alert ${alert}`}`;
}
