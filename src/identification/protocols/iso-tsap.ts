import type { Parsed, Protocol } from '../protocol.js';

const [confirm, request, disconnect] = [0xd0, 0xe0, 0x80];
const longest = 128;
/** Siemens' controllers: the programming device, to the processor in rack 0, slot 0. */
const connect = [0x11, request, 0, 0, 0x65, 0x78, 0, 0xc0, 1, 0x0a, 0xc1, 2, 1, 0, 0xc2, 2, 1, 0];

/**
 * ISO transport over TCP, by which Siemens' S7 controllers are spoken to (RFC 1006, section 6; ISO 8073 as RFC 905, section 13.3).
 *
 * ```
 * TPKT      3 · 0 · length u16be of all
 * → COTP    length u8 · E0 connection request · 0 0 · our reference u16be · class 0 · parameters: size, calling and called TSAP
 * ← COTP    length u8 · D0 confirm, 80 disconnect · our reference u16be · its reference u16be · class or reason · …
 * ```
 *
 * Only the transport is connected; nothing of S7 is said over it.
 */
export const isoTsap: Protocol = {
  name: 'iso-tsap',
  ports: [102],
  context: 'asked',
  harmedBy: 'controller',
  probe: Uint8Array.of(3, 0, 0, connect.length + 4, ...connect),
  matchers: [{ parse }],
  about: { recognisedBy: 'the answer to a connection request of COTP (--probe-ics)', logs: 'nothing' },
  examples: [
    {
      from: 'built from RFC 1006 and RFC 905, section 13.4',
      bytes: Uint8Array.of(
        ...[3, 0, 0, 22, 17, confirm, 0x65, 0x78, 0, 3, 0],
        ...[0xc0, 1, 0x0a, 0xc1, 2, 1, 0, 0xc2, 2, 1, 0],
      ),
      service: { name: 'iso-tsap', extraInfo: 'accepts connections' },
    },
    {
      from: 'built from RFC 905, section 13.5: address unknown',
      bytes: Uint8Array.of(3, 0, 0, 11, 6, disconnect, 0x65, 0x78, 0, 0, 3),
      service: { name: 'iso-tsap', extraInfo: 'refuses connections: reason 3' },
    },
  ],
  negatives: [
    { from: 'our own request, echoed', bytes: Uint8Array.of(3, 0, 0, connect.length + 4, ...connect) },
    {
      from: 'a confirmation to somebody else, as of Remote Desktop',
      bytes: Uint8Array.of(3, 0, 0, 11, 6, confirm, 0, 0, 0x12, 0x34, 0),
    },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const [version, zero, high, length, size, type, first, second] = bytes;
  if ((version ?? 3) !== 3 || (zero ?? 0) !== 0 || (high ?? 0) !== 0) return { kind: 'no' };
  if (length !== undefined && (length < 11 || length > longest)) return { kind: 'no' };
  if (length !== undefined && size !== undefined && size !== length - 5) return { kind: 'no' };
  if (type !== undefined && type !== confirm && type !== disconnect) return { kind: 'no' };
  if ((first ?? 0x65) !== 0x65 || (second ?? 0x78) !== 0x78) return { kind: 'no' };
  if (length === undefined || bytes.length < length) return { kind: 'more' };
  const extraInfo = type === confirm ? 'accepts connections' : `refuses connections: reason ${bytes[10] ?? 0}`;
  return { kind: 'match', facts: { extraInfo } };
}
