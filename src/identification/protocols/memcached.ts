import { cpe } from '../cpe.js';
import type { Protocol } from '../protocol.js';

/**
 * memcached's text protocol (doc/protocol.txt in memcached's source, sections "version" and "quit").
 *
 * ```
 * → "version\r\n"          the only command that names the release and touches no item
 * ← "VERSION" SP 1.6.18 CR LF
 * ← "ERROR" CR LF          a server that does not know the command
 * ← ("STAT" SP name SP value CR LF)*      to "stats\r\n", which beanstalkd is asked
 * ```
 *
 * A server that demands SASL speaks the binary protocol only, and hangs up.
 */
export const memcached: Protocol = {
  name: 'memcached',
  ports: [11211],
  probe: Buffer.from('version\r\n'),
  matchers: [
    {
      // Servers that imitate memcached give their own name, a suffix or a number of their own: memcached has been at 1 since 2003.
      pattern: /^VERSION (?<version>1\.\d{1,4}\.\d{1,4})\r\n/,
      facts: ({ version }) => ({ product: 'memcached', cpe: [cpe('memcached', 'memcached', version)] }),
    },
    {
      pattern: /^VERSION (?<extraInfo>[\w.+-][\w .+-]{0,100})\r\n/,
    },
    { pattern: /^STAT pid [1-9]\d{0,9}\r\nSTAT uptime \d{1,12}\r\n/ },
  ],
  farewell: Buffer.from('quit\r\n'),
  about: {
    recognisedBy: 'the answer to version',
    logs: 'nothing',
  },
  examples: [
    {
      from: 'memcached 1.6.18, Debian 12',
      bytes: Buffer.from('VERSION 1.6.18\r\n'),
      service: {
        name: 'memcached',
        product: 'memcached',
        version: '1.6.18',
        cpe: ['cpe:2.3:a:memcached:memcached:1.6.18:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'doc/protocol.txt, with the name of a proxy in place of the version',
      bytes: Buffer.from('VERSION mcrouter 1.0\r\n'),
      service: { name: 'memcached', extraInfo: 'mcrouter 1.0' },
    },
    {
      from: 'doc/protocol.txt, with the number of a proxy in place of the version',
      bytes: Buffer.from('VERSION 0.5.0\r\n'),
      service: { name: 'memcached', extraInfo: '0.5.0' },
    },
    {
      from: 'memcached 1.6.18, Debian 12, asked for its counters',
      bytes: Buffer.from('STAT pid 22365\r\nSTAT uptime 21\r\nSTAT time 1795454260\r\nSTAT version 1.6.18\r\n'),
      service: { name: 'memcached' },
    },
  ],
  negatives: [
    { from: 'a single counter, without what memcached begins with', bytes: Buffer.from('STAT pid 22365\r\nEND\r\n') },
    { from: 'a word in another line discipline', bytes: Buffer.from('VERSION: 1.6.18\r\n') },
    { from: 'memcached 1.6.18 answering "GET": proves nothing by itself', bytes: Buffer.from('ERROR\r\n') },
  ],
};
