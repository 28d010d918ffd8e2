import type { Parsed, Protocol } from '../protocol.js';
import { latin1 } from '../reader.js';

const width = 72;
const first = 32;
const characters = 95;

/** The character generator (RFC 864, "Data Syntax"): lines of 72 printing characters in their order, each line one character further than the last. */
export const chargen: Protocol = {
  name: 'chargen',
  ports: [19],
  matchers: [{ parse }],
  about: { recognisedBy: 'two lines of the pattern of characters', logs: 'one start of a service' },
  examples: [
    {
      from: 'xinetd 2.3.15.3, Debian 12',
      bytes: Buffer.from(`${line(33)}\r\n${line(34)}\r\n${line(35)}\r\n`),
      service: { name: 'chargen' },
    },
    {
      from: 'RFC 864: from the space on',
      bytes: Buffer.from(`${line(32)}\r\n${line(33)}\r\n`),
      service: { name: 'chargen' },
    },
  ],
  negatives: [
    { from: 'the same line twice', bytes: Buffer.from(`${line(33)}\r\n${line(33)}\r\n`) },
    { from: 'one line only', bytes: Buffer.from(`${line(33)}\r\n`) },
  ],
};

/** The line that begins with the character of this code. */
function line(from: number): string {
  return String.fromCharCode(...Array.from({ length: width }, (_, at) => first + ((from - first + at) % characters)));
}

function parse(bytes: Uint8Array): Parsed {
  const [start] = bytes;
  if (start === undefined || start < first || start >= first + characters) return { kind: 'no' };
  const pattern = `${line(start)}\r\n${line(start + 1)}\r\n`;
  const seen = latin1(bytes.subarray(0, pattern.length));
  if (!pattern.startsWith(seen)) return { kind: 'no' };
  return seen.length < pattern.length ? { kind: 'more' } : { kind: 'match', facts: {} };
}
