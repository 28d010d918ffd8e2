import { cpe } from '../cpe.js';
import type { Protocol } from '../protocol.js';

/**
 * SpamAssassin's daemon (SpamAssassin's spamd/PROTOCOL). rspamd speaks the same, so that only what is worded as the first of them does is
 * taken for it.
 *
 * ```
 * → "PING SPAMC/1.5" CR LF CR LF
 * ← "SPAMD/1.5 0 PONG" CR LF
 * ← "SPAMD/1.0 76 Bad header line: " line CR LF                  to what is none of its commands
 * ```
 */
export const spamassassin: Protocol = {
  name: 'spamassassin',
  ports: [783],
  probe: Buffer.from('PING SPAMC/1.5\r\n\r\n'),
  matchers: [
    {
      pattern: /^SPAMD\/1\.5 0 PONG\r\n/,
      facts: () => ({ product: 'SpamAssassin spamd', cpe: [cpe('apache', 'spamassassin')] }),
    },
    {
      pattern: /^SPAMD\/1\.0 76 Bad header line: [^\r\n]*\r\n/,
      facts: () => ({ product: 'SpamAssassin spamd', cpe: [cpe('apache', 'spamassassin')] }),
    },
    { pattern: /^SPAMD\/1\.[0-9] \d{1,3} [^\r\n]*\r\n/ },
  ],
  about: { recognisedBy: 'the answer to PING', logs: 'one connection' },
  examples: [
    {
      from: 'spamd of SpamAssassin 4.0.1, Debian 12',
      bytes: Buffer.from('SPAMD/1.5 0 PONG\r\n'),
      service: {
        name: 'spamassassin',
        product: 'SpamAssassin spamd',
        cpe: ['cpe:2.3:a:apache:spamassassin:*:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'spamd of SpamAssassin 4.0.1, Debian 12, asked in HTTP',
      bytes: Buffer.from('SPAMD/1.0 76 Bad header line: GET / HTTP/1.0\r\n'),
      service: {
        name: 'spamassassin',
        product: 'SpamAssassin spamd',
        cpe: ['cpe:2.3:a:apache:spamassassin:*:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'built from spamd/PROTOCOL, with an older version of it',
      bytes: Buffer.from('SPAMD/1.2 0 PONG\r\n'),
      service: { name: 'spamassassin' },
    },
  ],
  negatives: [{ from: "a client's request", bytes: Buffer.from('PING SPAMC/1.5\r\n\r\n') }],
};
