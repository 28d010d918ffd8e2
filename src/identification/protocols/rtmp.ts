import type { Parsed, Protocol } from '../protocol.js';
import { latin1 } from '../reader.js';

const version = 3;
const chunkLength = 1536;
/** What the server has to send back to us: eight bytes of times stand before it. */
const random = 'exposcan'.repeat((chunkLength - 8) / 8);
const proofLength = 64;

/**
 * RTMP (Adobe, "Real Time Messaging Protocol specification", section 5.2, "Handshake").
 *
 * ```
 * → C0 03 · C1 time u32be = 0 · 0 u32 · 1528 bytes of our choice
 * ← S0 03 · S1 time u32be · 0 u32 · 1528 bytes of its choice · S2 our time u32be · its time u32be · our 1528 bytes
 * ```
 */
export const rtmp: Protocol = {
  name: 'rtmp',
  ports: [1935],
  context: 'asked',
  probe: Buffer.from(`\x03${'\0'.repeat(8)}${random}`, 'latin1'),
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the handshake, with our own bytes in it',
    logs: 'nothing; at level info one client that disconnected',
  },
  examples: [
    {
      from: 'nginx-rtmp-module 1.2.2 with nginx 1.22.1, Debian 12, which makes our bytes its own',
      bytes: Buffer.from(`\x03${'\0'.repeat(8)}${random}${'\0'.repeat(8)}${random}`, 'latin1'),
      service: { name: 'rtmp' },
    },
    {
      from: 'built from the specification',
      bytes: Buffer.from(
        `\x03\0\x01\x02\x03\0\0\0\0${'\x5a'.repeat(chunkLength - 8)}${'\0'.repeat(8)}${random}`,
        'latin1',
      ),
      service: { name: 'rtmp' },
    },
  ],
  negatives: [
    { from: 'our own bytes, echoed', bytes: Buffer.from(`\x03${'\0'.repeat(8)}${random}`, 'latin1') },
    { from: 'what would be an answer to somebody else', bytes: Buffer.from(`\x03${'a'.repeat(2 * chunkLength)}`) },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  if ((bytes[0] ?? version) !== version) return { kind: 'no' };
  const echoAt = 1 + chunkLength + 8;
  const echo = latin1(bytes.subarray(echoAt, echoAt + proofLength));
  if (!random.startsWith(echo)) return { kind: 'no' };
  return echo.length === proofLength ? { kind: 'match', facts: {} } : { kind: 'more' };
}
