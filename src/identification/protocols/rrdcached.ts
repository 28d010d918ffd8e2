import type { Protocol } from '../protocol.js';

/**
 * The cache in front of RRDtool's files (rrdcached(1), "PROTOCOL": PING).
 *
 * ```
 * → "PING" LF
 * ← "0 PONG" LF                                     a status: how many lines follow, or less than 0 and why not
 * ← "-1 Unknown command: " word LF
 * ```
 */
export const rrdcached: Protocol = {
  name: 'rrdcached',
  ports: [42217],
  probe: Buffer.from('PING\n'),
  matchers: [
    { pattern: /^0 PONG\n/, facts: () => ({ product: 'RRDCacheD' }) },
    { pattern: /^-1 Unknown command: [^\r\n]{0,128}\n/, facts: () => ({ product: 'RRDCacheD' }) },
  ],
  farewell: Buffer.from('QUIT\n'),
  about: { recognisedBy: 'the answer to PING', logs: 'nothing' },
  examples: [
    {
      from: 'rrdcached 1.7.2, Debian 12',
      bytes: Buffer.from('0 PONG\n'),
      service: { name: 'rrdcached', product: 'RRDCacheD' },
    },
    {
      from: 'rrdcached 1.7.2, Debian 12, asked in HTTP',
      bytes: Buffer.from('-1 Unknown command: GET\n-1 Unknown command: User-Agent:\n'),
      service: { name: 'rrdcached', product: 'RRDCacheD' },
    },
  ],
  negatives: [{ from: 'another that answers to a ping', bytes: Buffer.from('PONG\n') }],
};
