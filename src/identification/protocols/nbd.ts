import type { Parsed, Protocol } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';

const longestStart = 152;

/**
 * Network block devices (doc/proto.md of NBD, "Newstyle negotiation" and "Oldstyle negotiation"). The server speaks first.
 *
 * ```
 * new    'NBDMAGIC' · 'IHAVEOPT' · flags u16be                       bit 0 fixed newstyle
 * old    'NBDMAGIC' · 00 00 42 02 81 86 12 53 · size u64be · flags u32be · 0 124
 * ```
 *
 * An old one gives its device to everybody who connects. A new one is left with the option ABORT.
 */
export const nbd: Protocol = {
  name: 'nbd',
  ports: [10809],
  matchers: [{ parse }],
  farewell: Buffer.from('\0\0\0\x01IHAVEOPT\0\0\0\x02\0\0\0\0', 'latin1'),
  about: { recognisedBy: 'the greeting', logs: 'one connection that was ended by the client' },
  examples: [
    {
      from: 'nbdkit 1.32.5 and nbd-server 3.24, Debian 12',
      bytes: Buffer.from('NBDMAGICIHAVEOPT\0\x03', 'latin1'),
      service: { name: 'nbd', extraInfo: 'fixed newstyle' },
    },
    {
      from: 'built from proto.md: newstyle as it was first',
      bytes: Buffer.from('NBDMAGICIHAVEOPT\0\0', 'latin1'),
      service: { name: 'nbd', extraInfo: 'newstyle' },
    },
    {
      from: 'built from proto.md: oldstyle',
      bytes: Buffer.from(
        `NBDMAGIC\0\0\x42\x02\x81\x86\x12\x53\0\0\0\0\0\x10\0\0\0\0\0\x01${'\0'.repeat(124)}`,
        'latin1',
      ),
      service: { name: 'nbd', extraInfo: 'oldstyle, gives its device to everybody' },
    },
  ],
  negatives: [{ from: 'another word after the magic one', bytes: Buffer.from('NBDMAGICIHAVEALL\0\0', 'latin1') }],
};

function parse(bytes: Uint8Array): Parsed {
  const start = latin1(bytes.subarray(0, 16));
  const [newStyle, oldStyle] = ['NBDMAGICIHAVEOPT', 'NBDMAGIC\0\0\x42\x02\x81\x86\x12\x53'];
  if (!newStyle.startsWith(start) && !oldStyle.startsWith(start)) return { kind: 'no' };
  if (start === oldStyle && bytes.length >= longestStart) {
    return { kind: 'match', facts: { extraInfo: 'oldstyle, gives its device to everybody' } };
  }
  const flags = readerOf(bytes.subarray(16)).u16be();
  if (start !== newStyle || flags === undefined) return { kind: 'more' };
  return { kind: 'match', facts: { extraInfo: flags % 2 === 1 ? 'fixed newstyle' : 'newstyle' } };
}
