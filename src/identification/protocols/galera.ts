import type { Parsed, Protocol } from '../protocol.js';
import { readerOf } from '../reader.js';

const length = 36;
const [handshake, carriesItsId] = [1, 0x10];
const [noChecksum, crc32, crc32c] = [0, 1, 2];

/**
 * The group communication of Galera clusters (gcomm/src/gmcast_message.hpp and gcomm/src/gcomm/datagram.hpp of Galera's source). The server
 * speaks first.
 *
 * ```
 * header    length u24le = 36 · flags, bit 0 CRC-32, bit 1 CRC-32C; version in the upper half u8 · checksum u32le
 * handshake version u8 · type u8 = 1 · flags u8 = 0x10 · segment u8 · id of the handshake, UUID · id of the node, UUID
 * ```
 *
 * Both are UUIDs of a time and a node (RFC 9562, section 5.1). It asks nobody for a password: whoever answers may join the cluster.
 */
export const galera: Protocol = {
  name: 'galera',
  ports: [4567],
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the handshake that it greets with',
    logs: 'nothing',
  },
  examples: [
    {
      from: 'Galera 26.4 with MariaDB 10.11.19, Debian 12',
      bytes: Buffer.from(
        '240000028bbd6493000110000c253248e76311f1b65b2ad2091b68d81ab2e606e76311f1ba94ef3a7d555342',
        'hex',
      ),
      service: { name: 'galera', product: 'Galera Cluster' },
    },
  ],
  negatives: [
    {
      from: 'a header with ids of another kind',
      bytes: Buffer.from(`$\0\0\x02abcd\0\x01\x10\0${'x'.repeat(32)}`, 'latin1'),
    },
    { from: 'a packet of MySQL that is as long', bytes: Buffer.from(`$\0\0\0\n5.1.73\0${'\0'.repeat(28)}`, 'latin1') },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [size, flags] = [reader.u24le(), reader.u8()];
  if (size !== undefined && size !== length) return { kind: 'no' };
  if (flags !== undefined && ![noChecksum, crc32, crc32c].includes(flags % 16)) return { kind: 'no' };
  reader.u32();
  reader.u8();
  const [type, own] = [reader.u8(), reader.u8()];
  if ((type ?? handshake) !== handshake || (own ?? carriesItsId) !== carriesItsId) return { kind: 'no' };
  reader.u8();
  const ids = [reader.take(16), reader.take(16)];
  if (ids.includes(undefined)) return { kind: bytes.length === 0 || bytes[0] === length ? 'more' : 'no' };
  return ids.every(isTimed) ? { kind: 'match', facts: { product: 'Galera Cluster' } } : { kind: 'no' };
}

/** Version 1, and the variant of the RFC. */
function isTimed(id: Uint8Array | undefined): boolean {
  return ((id?.[6] ?? 0) & 0xf0) === 0x10 && ((id?.[8] ?? 0) & 0xc0) === 0x80;
}
