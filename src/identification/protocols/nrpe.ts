import { cpe } from '../cpe.js';
import type { Protocol } from '../protocol.js';

/**
 * Nagios Remote Plugin Executor (docs/NRPE.pdf and include/common.h of its source, "packet structure"), in plain and inside TLS.
 *
 * ```
 * packet v2   version u16be = 2 · type u16be, 1 query, 2 response · CRC-32 u32be, over the packet with this as 0 ·
 *             result u16be · text, NUL, 1024 · padding 2
 * → query     "_NRPE_CHECK", which the server answers itself with its version, whatever commands it has
 * ```
 *
 * Version 2 is understood by all of them. A server that does not know the address of the client hangs up. Its usual port is one of
 * TLS, with anonymous Diffie-Hellman unless it was given a certificate; some leave TLS out.
 */
export const nrpe: Protocol = {
  name: 'nrpe',
  ports: [],
  overTls: { name: 'nrpe', ports: [5666] },
  anonymousTls: true,
  probe: packet(1, 0xd4673f00, '_NRPE_CHECK'),
  matchers: [
    {
      pattern: /^\x00\x02\x00\x02[\x00-\xff]{4}\x00[\x00-\x03]NRPE v(?<version>\d[\w.+-]{0,40})\x00/,
      facts: ({ version }) => ({
        product: 'NRPE',
        cpe: [cpe('nagios', 'remote_plug_in_executor', version)],
      }),
    },
  ],
  about: {
    recognisedBy: 'the answer to _NRPE_CHECK',
    logs: 'a host that is not allowed; a look at its TLS, as a request that did not come; nothing for the question',
  },
  examples: [
    {
      from: 'nrpe 4.1.0, Debian 12, with -n (no TLS)',
      bytes: packet(2, 0xc26c7d7b, 'NRPE v4.1.0'),
      service: {
        name: 'nrpe',
        product: 'NRPE',
        version: '4.1.0',
        cpe: ['cpe:2.3:a:nagios:remote_plug_in_executor:4.1.0:*:*:*:*:*:*:*'],
      },
    },
  ],
  negatives: [
    { from: 'a query, echoed', bytes: packet(1, 0, '_NRPE_CHECK') },
    { from: 'an answer that does not tell its version', bytes: packet(2, 0, 'OK') },
  ],
};

function packet(type: 1 | 2, checksum: number, text: string): Uint8Array {
  const bytes = Buffer.alloc(1036);
  bytes.writeUInt16BE(2, 0);
  bytes.writeUInt16BE(type, 2);
  bytes.writeUInt32BE(checksum, 4);
  bytes.write(text, 10, 'latin1');
  return bytes;
}
