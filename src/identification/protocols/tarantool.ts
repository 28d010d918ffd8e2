import { cpe } from '../cpe.js';
import type { Protocol } from '../protocol.js';

/**
 * Tarantool's greeting (Tarantool documentation, "Binary protocol", section "Greeting message"): two lines of 64 bytes, filled up with
 * spaces.
 *
 * ```
 * ← "Tarantool" SP version SP "(" protocol ")" [SP instance UUID] SP* LF      protocol: Binary, or Lua console
 *   salt in base64 SP* LF
 * ```
 */
export const tarantool: Protocol = {
  name: 'tarantool',
  ports: [3301],
  matchers: [
    {
      pattern:
        /^Tarantool (?<version>\d{1,3}\.\d{1,3}\.\d{1,4}[\w.+-]{0,40}) \((?<extraInfo>Binary|Lua console)\)[^\r\n]{0,64}\n/,
      facts: ({ version }) => ({ product: 'Tarantool', cpe: [cpe('tarantool', 'tarantool', version)] }),
    },
  ],
  about: { recognisedBy: 'the greeting', logs: 'nothing' },
  examples: [
    {
      from: 'Tarantool 2.6.0, Debian 12',
      bytes: Buffer.from(
        'Tarantool 2.6.0 (Binary) f2b51683-427f-4bb6-81d4-8b7aa923d516  \n' +
          'kALbHqBsmcnUwPdH6IMweEZvvyPMAZqzVNkVmAfObxU=                   \n',
      ),
      service: {
        name: 'tarantool',
        product: 'Tarantool',
        version: '2.6.0',
        extraInfo: 'Binary',
        cpe: ['cpe:2.3:a:tarantool:tarantool:2.6.0:*:*:*:*:*:*:*'],
      },
    },
  ],
  negatives: [{ from: 'a page that speaks of it', bytes: Buffer.from('Tarantool 2.6.0 is running\r\n') }],
};
