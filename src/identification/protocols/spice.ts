import type { Parsed, Protocol } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';

const magic = 'REDQ';
const [headerLength, keyLength, minReply, maxReply] = [16, 162, 178, 1024];

/** SPICE protocol definitions, SpiceLinkErr. */
const errors = [
  undefined,
  'error',
  'invalid magic',
  'invalid data',
  'version mismatch',
  'TLS required',
  'TLS not wanted',
  'permission denied',
  'bad connection id',
  'channel not available',
];

/**
 * SPICE, the remote display of virtual machines ("Spice remote computing protocol definition", sections "Communication channels" and
 * "Channel connection: establishment of a link").
 *
 * ```
 * → "REDQ" · int32le 2 · int32le 2 version · int32le size = 22
 *   int32le 0 connection · byte 1 main channel · byte 0 · int32le 1 word of common capabilities · int32le 0 · int32le 18 offset
 *   int32le 1011b: authentication is selected, by ticket; short headers
 * ← "REDQ" · int32le major · int32le minor · int32le size · int32le error · 162 bytes of a public key · …
 * ```
 *
 * A ticket, encrypted by that key, would be next.
 */
export const spice: Protocol = {
  name: 'spice',
  ports: [5930, 5900, 5901, 5902],
  probe: Buffer.concat([
    Buffer.from(magic),
    Uint8Array.of(2, 0, 0, 0, 2, 0, 0, 0, 22, 0, 0, 0),
    Uint8Array.of(0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 18, 0, 0, 0, 0b1011, 0, 0, 0),
  ]),
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the reply to a link message',
    logs: 'nothing, or one channel that broke off',
  },
  examples: [
    {
      from: 'QEMU 7.2 with spice-server 0.15.1, Debian 12; the key left blank',
      bytes: Buffer.concat([
        Buffer.from('REDQ\x02\0\0\0\x02\0\0\0\xba\0\0\0\0\0\0\0', 'latin1'),
        Buffer.alloc(keyLength),
        Buffer.from('\x01\0\0\0\x01\0\0\0\xb2\0\0\0\x0b\0\0\0\x0f\0\0\0', 'latin1'),
      ]),
      service: { name: 'spice', extraInfo: 'version 2.2' },
    },
    {
      from: 'built from the definition, a server that wants TLS',
      bytes: Buffer.concat([
        Buffer.from('REDQ\x02\0\0\0\x02\0\0\0\xb2\0\0\0\x05\0\0\0', 'latin1'),
        Buffer.alloc(keyLength + 12),
      ]),
      service: { name: 'spice', extraInfo: 'version 2.2; TLS required' },
    },
  ],
  negatives: [
    { from: 'text that starts with the same letters', bytes: Buffer.from('REDQUEEN ready and waiting for you\r\n') },
    {
      from: 'our own message, echoed',
      bytes: Buffer.concat([Buffer.from('REDQ\x02\0\0\0\x02\0\0\0\x16\0\0\0', 'latin1'), Buffer.alloc(22)]),
    },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [word, major, minor, size, error] = [
    reader.take(4),
    reader.u32le(),
    reader.u32le(),
    reader.u32le(),
    reader.u32le(),
  ];
  if (word === undefined) return { kind: magic.startsWith(latin1(bytes)) ? 'more' : 'no' };
  if (latin1(word) !== magic || (major ?? 0) > 9 || (minor ?? 0) > 99) return { kind: 'no' };
  if (size !== undefined && (size < minReply || size > maxReply)) return { kind: 'no' };
  if (major === undefined || minor === undefined || size === undefined || error === undefined) return { kind: 'more' };
  if (error >= errors.length) return { kind: 'no' };
  if (bytes.length < headerLength + size) return { kind: 'more' };
  const trouble = errors[error];
  return {
    kind: 'match',
    facts: { extraInfo: `version ${major}.${minor}${trouble === undefined ? '' : `; ${trouble}`}` },
  };
}
