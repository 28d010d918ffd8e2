import { greetsAsDovecot, readReply } from './reply.js';

/**
 * What to ask a server that has greeted with 220 and said neither what it is nor anything that tells, on the same connection:
 * NOOP, which FTP (RFC 959, section 5.4) answers with 200 and SMTP (RFC 5321, section 4.1.1.9) with 250, and both do nothing. Dovecot
 * greets alike for LMTP and for submission; LHLO (RFC 2033) is known to the first of them only. Undefined where there is nothing to ask.
 */
export function questionAfter(greeting: Uint8Array): Uint8Array | undefined {
  const reply = readReply(greeting);
  if (reply === undefined || reply === 'more' || !reply.complete || reply.code !== '220' || reply.rest !== '') {
    return undefined;
  }
  return Buffer.from(greetsAsDovecot(reply) ? 'LHLO client.invalid\r\n' : 'NOOP\r\n');
}
