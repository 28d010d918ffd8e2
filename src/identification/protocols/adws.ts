import type { Parsed, Protocol } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';

const fault = 8;
const beginning = 'http://schemas.microsoft.com/ws/2006/05/framing/faults/';
const maxLength = 127;

/**
 * Active Directory Web Services, by the framing that .NET gives its messages (MC-NMF, sections 2.2.3.1, "Version Record", 2.2.3.2, "Mode
 * Record", and 2.2.3.5, "Fault Record"; MS-ADDM for the port).
 *
 * ```
 * → 00 version u8 = 2 · 0 · 01 mode u8 = 2 duplex   a version that there is not
 * ← 08 length u8 · URI of the fault: …/framing/faults/UnsupportedVersion
 * ```
 */
export const adws: Protocol = {
  name: 'adws',
  ports: [9389],
  context: 'asked',
  probe: Uint8Array.of(0, 2, 0, 1, 2),
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the fault that a version draws which there is not',
    logs: 'nothing known (not measured)',
  },
  examples: [
    {
      from: 'built from MC-NMF',
      bytes: record('UnsupportedVersion'),
      service: { name: 'adws', extraInfo: '.NET message framing' },
    },
  ],
  negatives: [
    { from: 'our own records, echoed', bytes: Uint8Array.of(0, 2, 0, 1, 2) },
    { from: 'a record that holds something else', bytes: Buffer.from('\x08\x20http://www.example.org/framing/x') },
  ],
};

function record(name: string): Uint8Array {
  const text = `${beginning}${name}`;
  return Buffer.from(`\x08${String.fromCharCode(text.length)}${text}`, 'latin1');
}

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [kind, length] = [reader.u8(), reader.u8()];
  if ((kind ?? fault) !== fault || (length ?? 0) > maxLength) return { kind: 'no' };
  const text = latin1(bytes.subarray(2, 2 + beginning.length));
  if (!beginning.startsWith(text)) return { kind: 'no' };
  if (length === undefined || reader.remaining < length) return { kind: 'more' };
  return text === beginning ? { kind: 'match', facts: { extraInfo: '.NET message framing' } } : { kind: 'no' };
}
