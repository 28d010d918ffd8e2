import type { Parsed, Protocol } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';

const greetingLength = 12;
const maxReason = 1024;

/**
 * VNC's Remote Framebuffer protocol (RFC 6143, sections 7.1.1 and 7.1.2).
 *
 * ```
 * ← "RFB " three digits "." three digits LF
 * ← int32 0 · int32 length · reason                 where a server that speaks version 3.3 turns us away at once
 * ```
 *
 * Nothing is answered, as the security types come after the client's version only. TigerVNC (1.12, measured) counts each connection
 * that ends without a login against its address, and turns the fifth away with "Too many security failures"; only a login
 * or time takes that back. So there is one connection for each endpoint and scan.
 */
export const vnc: Protocol = {
  name: 'vnc',
  ports: [5900, 5901, 5902, 5903, 5904, 5905],
  punishes: true,
  startTls: 'not-asked',
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the protocol version, and the reason where it turns one away',
    logs: 'one connection accepted and closed; TigerVNC counts it as a security failure',
  },
  examples: [
    {
      from: 'TigerVNC 1.12.0 and x11vnc 0.9.16, Debian 12',
      bytes: Buffer.from('RFB 003.008\n'),
      service: { name: 'vnc', extraInfo: 'protocol 3.8' },
    },
    {
      from: 'TigerVNC 1.12.0, Debian 12, at the fifth connection without a login',
      bytes: Buffer.from('RFB 003.003\n\0\0\0\0\0\0\0\x1aToo many security failures'),
      service: { name: 'vnc', extraInfo: 'protocol 3.3; Too many security failures' },
    },
    {
      from: 'built from RFC 6143, with a version that the RFC does not have',
      bytes: Buffer.from('RFB 005.000\n'),
      service: { name: 'vnc', extraInfo: 'protocol 5.0' },
    },
  ],
  negatives: [
    { from: 'a version that goes on', bytes: Buffer.from('RFB 003.008 is what we speak\n') },
    { from: 'a version and text', bytes: Buffer.from('RFB 003.008\nhello') },
    { from: 'a version without its zeroes', bytes: Buffer.from('RFB 3.8\r\n') },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const greeting = reader.take(greetingLength);
  if (greeting === undefined) return { kind: 'RFB '.startsWith(latin1(bytes.subarray(0, 4))) ? 'more' : 'no' };
  const [, major, minor] = /^RFB ([0-9]{3})\.([0-9]{3})\n$/.exec(latin1(greeting)) ?? [];
  if (major === undefined || minor === undefined) return { kind: 'no' };
  const protocol = `protocol ${Number(major)}.${Number(minor)}`;
  if (reader.remaining === 0) return { kind: 'match', facts: { extraInfo: protocol }, growing: true };
  const rest = bytes.subarray(greetingLength);
  if (rest.subarray(0, 4).some((byte) => byte !== 0)) return { kind: 'no' };
  const [, length] = [reader.u32(), reader.u32()];
  const reason = length === undefined || length > maxReason ? undefined : reader.take(length);
  if (reason === undefined) return { kind: 'match', facts: { extraInfo: protocol }, growing: true };
  return { kind: 'match', facts: { extraInfo: `${protocol}; ${latin1(reason)}` } };
}
