import type { Parsed, Protocol } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';
import { readVersionWords } from '../version-words.js';

const [success, failure] = [0x0101, 0x0111];
const cookie = 0x2112a442;
const transaction = 'exposcan-ask';
const software = 0x8022;
const maxLength = 1024;

/**
 * STUN and TURN over TCP (RFC 8489, sections 5, 6.2.2 and 14.14).
 *
 * ```
 * header    type u16be · length u16be · 21 12 A4 42 · transaction id, 12
 * → type 0001 binding request, no attributes
 * ← type 0101 success | 0111 error · attributes: type u16be · length u16be · value, padded to 4      8022 SOFTWARE
 * ```
 */
export const stun: Protocol = {
  name: 'stun',
  ports: [3478],
  overTls: { name: 'stuns', ports: [5349] },
  probe: Buffer.from(`\0\x01\0\0\x21\x12\xa4\x42${transaction}`, 'latin1'),
  matchers: [{ parse }],
  about: { recognisedBy: 'the answer to a binding request', logs: 'nothing with the usual settings' },
  examples: [
    {
      from: 'coturn 4.6.1, Debian 12, with addresses of documentation',
      bytes: answer('\0 \0\x08\0\x01\xe8\xee\xe1\x12\xa6\x43', "\x80\x22\0\x14Coturn-4.6.1 'Gorst'"),
      service: { name: 'stun', product: 'Coturn', version: '4.6.1' },
    },
    {
      from: 'built from RFC 8489, without SOFTWARE',
      bytes: answer('\0 \0\x08\0\x01\xe8\xee\xe1\x12\xa6\x43'),
      service: { name: 'stun' },
    },
  ],
  negatives: [
    { from: 'our own request, echoed', bytes: Buffer.from(`\0\x01\0\0\x21\x12\xa4\x42${transaction}`, 'latin1') },
    {
      from: "an answer to somebody else's request",
      bytes: Buffer.from('\x01\x01\0\0\x21\x12\xa4\x42abcdefghijkl', 'latin1'),
    },
  ],
};

function answer(...attributes: readonly string[]): Uint8Array {
  const body = attributes.join('');
  return Buffer.from(`\x01\x01\0${String.fromCharCode(body.length)}\x21\x12\xa4\x42${transaction}${body}`, 'latin1');
}

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [type, length, magic] = [reader.u16be(), reader.u16be(), reader.u32()];
  const fits = [success, failure].includes(type ?? success) && (magic ?? cookie) === cookie;
  if (!fits || (length ?? 0) > maxLength || (length ?? 0) % 4 !== 0) return { kind: 'no' };
  const id = reader.take(transaction.length);
  if (id !== undefined && latin1(id) !== transaction) return { kind: 'no' };
  if (length === undefined || reader.remaining < length || id === undefined) return { kind: 'more' };
  const attributes = readerOf(reader.take(length) ?? new Uint8Array());
  while (attributes.remaining > 0) {
    const [kind, size] = [attributes.u16be(), attributes.u16be() ?? 0];
    const value = attributes.take(Math.ceil(size / 4) * 4);
    if (value === undefined) return { kind: 'no' };
    if (kind === software) return { kind: 'match', facts: factsOf(latin1(value.subarray(0, size))) };
  }
  return { kind: 'match', facts: {} };
}

function factsOf(text: string) {
  if (!/^[\x20-\x7e]{1,128}$/.test(text)) return {};
  const { product, version } = readVersionWords(text);
  return product === undefined ? { extraInfo: text } : { product, version };
}
