import type { Parsed, Protocol } from '../protocol.js';
import { readerOf } from '../reader.js';

const length = 8;
const statuses: Readonly<Record<number, string | undefined>> = { 0: undefined, 11: 'access denied' };

/**
 * Scanners of paper that are shared over the network (SANE Standard 1.06, section 5.3, "Network Protocol": SANE_NET_INIT; the status: section
 * 4.2.7).
 *
 * ```
 * → 0 u32be · version u32be: major 8, minor 8, build 16 · name: length u32be, text, NUL
 * ← status u32be · version u32be, build is 2 or 3, the protocol's
 * ```
 *
 * The list of the devices is not asked for.
 */
export const sanePort: Protocol = {
  name: 'sane-port',
  ports: [6566],
  context: 'asked',
  probe: Buffer.from('\0\0\0\0\x01\0\0\x03\0\0\0\x09exposcan\0', 'latin1'),
  matchers: [{ parse }],
  // SANE_NET_EXIT.
  farewell: Uint8Array.of(0, 0, 0, 10),
  about: { recognisedBy: 'the answer to an initialization', logs: 'one access, granted or not' },
  examples: [
    {
      from: 'saned of sane-utils 1.2.1, Debian 12',
      bytes: Buffer.from('\0\0\0\0\x01\x01\0\x03', 'latin1'),
      service: { name: 'sane-port', extraInfo: 'protocol 3' },
    },
    {
      from: 'built from the standard: a host that is not let in',
      bytes: Buffer.from('\0\0\0\x0b\x01\0\0\x03', 'latin1'),
      service: { name: 'sane-port', extraInfo: 'protocol 3, access denied' },
    },
  ],
  negatives: [
    { from: 'another status', bytes: Buffer.from('\0\0\0\x02\x01\0\0\x03', 'latin1') },
    { from: 'a version of another standard', bytes: Buffer.from('\0\0\0\0\x02\0\0\x03', 'latin1') },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [status, major, , build] = [reader.u32(), reader.u8(), reader.u8(), reader.u16be()];
  if (bytes.length > length || (status !== undefined && !(status in statuses))) return { kind: 'no' };
  if (major !== undefined && major !== 1) return { kind: 'no' };
  if (status === undefined || build === undefined) return { kind: (bytes[0] ?? 0) === 0 ? 'more' : 'no' };
  if (build !== 2 && build !== 3) return { kind: 'no' };
  return { kind: 'match', facts: { extraInfo: [`protocol ${build}`, statuses[status]].filter(Boolean).join(', ') } };
}
