import type { Parsed, Protocol } from '../protocol.js';
import { readerOf } from '../reader.js';

/** Seconds from 1900 to the first day of 2015, and to one of 2034: what comes later begins with 255, as much else does. */
const [earliest, latest] = [3_629_059_200, 4_250_000_000];

/** The time as four bytes, seconds since 1900 (RFC 868). The server speaks first, and hangs up; so few bytes prove it on its own port alone. */
export const time: Protocol = {
  name: 'time',
  ports: [37],
  context: 'port',
  matchers: [{ parse }],
  about: { recognisedBy: 'four bytes that are a time of today, on its own port', logs: 'one start of a service' },
  examples: [
    { from: 'xinetd 2.3.15.3, Debian 12', bytes: Uint8Array.of(0xee, 0xae, 0xd9, 0xbf), service: { name: 'time' } },
  ],
  negatives: [
    { from: 'more than four bytes', bytes: Uint8Array.of(0xee, 0xae, 0xd9, 0xbf, 0) },
    { from: 'a time in 1970', bytes: Uint8Array.of(0x83, 0xaa, 0x7e, 0x80) },
    { from: 'four bytes of text', bytes: Buffer.from('220 ') },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const seconds = readerOf(bytes).u32();
  if (bytes.length > 4) return { kind: 'no' };
  if (seconds === undefined) return { kind: 'more' };
  return seconds >= earliest && seconds <= latest ? { kind: 'match', facts: {} } : { kind: 'no' };
}
