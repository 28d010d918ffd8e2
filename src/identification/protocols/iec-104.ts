import type { Parsed, Protocol } from '../protocol.js';
import { readerOf } from '../reader.js';

const [start, test, confirmation] = [0x68, 0x43, 0x83];

/**
 * IEC 60870-5-104 (section 5: the control functions of format U).
 *
 * ```
 * message   68 · length u8 = 4 · 43 TESTFR act, 83 TESTFR con · 0 0 0
 * ```
 *
 * A test frame keeps connections alive and starts no transfer of data.
 */
export const iec104: Protocol = {
  name: 'iec-104',
  ports: [2404],
  context: 'asked',
  harmedBy: 'controller',
  probe: Uint8Array.of(start, 4, test, 0, 0, 0),
  matchers: [{ parse }],
  about: { recognisedBy: 'the confirmation of a test frame (--probe-ics)', logs: 'nothing, or one connection' },
  examples: [
    {
      from: 'built from IEC 60870-5-104, section 5',
      bytes: Uint8Array.of(start, 4, confirmation, 0, 0, 0),
      service: { name: 'iec-104' },
    },
  ],
  negatives: [
    { from: 'our own frame, echoed', bytes: Uint8Array.of(start, 4, test, 0, 0, 0) },
    { from: 'text that starts with the same letter', bytes: Buffer.from('hello\r\n') },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const frame = readerOf(bytes);
  const expected = [start, 4, confirmation, 0, 0, 0];
  if (expected.some((byte, at) => (bytes[at] ?? byte) !== byte)) return { kind: 'no' };
  return frame.take(expected.length) === undefined ? { kind: 'more' } : { kind: 'match', facts: {} };
}
