import type { Parsed, Protocol } from '../protocol.js';
import { readerOf } from '../reader.js';

const [randomLength, packetLength] = [128, 132];
/** From 2001 to 2100, in seconds. */
const [earliest, latest] = [978_307_200, 4_102_444_800];

/**
 * Nagios Service Check Acceptor (include/common.h of NSCA's source, "initialization packet"). The server speaks first.
 *
 * ```
 * ← 128 bytes at random · the time u32be
 * ```
 *
 * What a client sends next is taken for the result of a check, so nothing is sent. A time says too little anywhere else.
 */
export const nsca: Protocol = {
  name: 'nsca',
  ports: [5667],
  context: 'port',
  matchers: [{ parse }],
  about: {
    recognisedBy: 'a greeting of 132 bytes that ends with the time, on its own port',
    logs: 'nothing; with debug=1 one connection and its end',
  },
  examples: [
    {
      from: 'NSCA 2.10.2, Debian 12',
      bytes: Buffer.from(
        '122e531867af69d4307bb48423b2e0b712d095ffdc8251b04d41b4ddf6b80509e758224e088b233806d7bd2a8a9de29c6e779c4afaedfb472faf242668' +
          '2a304f83529e8bdec1c4e598820f231ff2bf8e695cd86349d4ab7984d09fecfacf3b7d22d909009bcde5344ff5576fe716fd5172d6b4bcab60352f30d5' +
          '1b2ba557a8c76b047689',
        'hex',
      ),
      service: { name: 'nsca', product: 'NSCA' },
    },
  ],
  negatives: [
    { from: 'zeros', bytes: new Uint8Array(packetLength) },
    { from: 'a time alone', bytes: Uint8Array.of(0x6b, 0x04, 0x76, 0x89) },
    { from: 'text of that length', bytes: Buffer.from(`${'welcome '.repeat(16)}kkkk`) },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const isText = bytes.length >= 4 && bytes.every((byte) => byte < 0x80);
  if (bytes.length < packetLength) return { kind: isText ? 'no' : 'more' };
  const time = readerOf(bytes.subarray(randomLength)).u32() ?? 0;
  const random = bytes.subarray(0, randomLength);
  const isRandom = new Set(random).size > 64 && random.some((byte) => byte > 0x7f);
  if (bytes.length > packetLength || !isRandom || time < earliest || time > latest) return { kind: 'no' };
  return { kind: 'match', facts: { product: 'NSCA' } };
}
