import { latin1 } from './reader.js';
import { greetsAsDovecot, readReply } from './reply.js';

/** No greeting of POP3 (RFC 1939) or without a list of capabilities of IMAP is longer. */
const maxLine = 512;

/**
 * What to ask a server that has greeted, and said neither what it is nor anything that tells, on the same connection. All of it does
 * nothing. Undefined where there is nothing to ask.
 *
 * - after 220, NOOP, which FTP (RFC 959, section 5.4) answers with 200 and SMTP (RFC 5321, section 4.1.1.9) with 250; Dovecot greets alike
 *   for LMTP and for submission, and LHLO (RFC 2033) is known to the first of them only
 * - after `+OK`, CAPA of POP3 (RFC 2449)
 * - after `* OK`, CAPABILITY of IMAP (RFC 9051, section 6.1.1)
 */
export function questionAfter(greeting: Uint8Array): Uint8Array | undefined {
  const line = latin1(greeting.subarray(0, maxLine)).replace(/\r?\n$/, '');
  if (/^\+OK(?: [^\r\n]*)?$/.test(line)) return Buffer.from('CAPA\r\n');
  if (/^\* OK [^\r\n]*$/.test(line)) return Buffer.from('a CAPABILITY\r\n');
  const reply = readReply(greeting);
  if (reply === undefined || reply === 'more' || !reply.complete || reply.code !== '220' || reply.rest !== '') {
    return undefined;
  }
  return Buffer.from(greetsAsDovecot(reply) ? 'LHLO client.invalid\r\n' : 'NOOP\r\n');
}
