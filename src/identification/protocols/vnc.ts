import type { Parsed, Protocol, ProvenFacts } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';

const greetingLength = 12;
const maxReason = 1024;

/** RFC 6143, section 7.1.2, and IANA's registry of Remote Framebuffer security types. */
const securityTypes: ReadonlyMap<number, string> = new Map([
  [1, 'no authentication'],
  [2, 'VNC authentication'],
  [5, 'RA2'],
  [6, 'RA2ne'],
  [16, 'Tight'],
  [17, 'Ultra'],
  [18, 'TLS'],
  [19, 'VeNCrypt'],
  [20, 'SASL'],
  [21, 'MD5'],
  [22, 'xvp'],
  [30, 'Apple Diffie-Hellman'],
]);

/**
 * VNC's Remote Framebuffer protocol (RFC 6143, sections 7.1.1 and 7.1.2).
 *
 * ```
 * ← "RFB " three digits "." three digits LF
 * ← int32 0 · int32 length · reason                 where a server that speaks version 3.3 turns us away at once
 * → "RFB 003.007" LF
 * ← number of security types u8 · type u8 *         or 0 · int32 length · reason
 * ```
 *
 * From 3.7 on the server lists its security types, and waits for the client to pick one, which this program does not. Before, the
 * server picks, and lets a client in that it asks no password of: such a server is not answered. TigerVNC (1.12, measured) counts each
 * connection that ends without a login against its address, whether its greeting was answered or not, and turns the sixth away
 * with "Too many security failures"; only a login or time takes that back. So there is one connection for each endpoint and scan.
 */
export const vnc: Protocol = {
  name: 'vnc',
  ports: [5900, 5901, 5902, 5903, 5904, 5905],
  punishes: true,
  startTls: 'not-asked',
  matchers: [{ parse }],
  asks: {
    when: (_, greeting) =>
      /^RFB (?:003\.(?:00[7-9]|0[1-9][0-9]|[1-9][0-9]{2})|00[4-9]\.[0-9]{3})\n$/.test(latin1(greeting)),
    write: Buffer.from('RFB 003.007\n'),
    read: readSecurity,
    examples: [
      securityExample('TigerVNC 1.12.0, Debian 12, with -SecurityTypes None', [1, 1], 'no authentication'),
      securityExample(
        'TigerVNC 1.12.0, Debian 12, with -SecurityTypes VncAuth,None,X509None',
        [3, 19, 2, 1],
        'no authentication or VNC authentication or VeNCrypt',
      ),
      securityExample('x11vnc 0.9.16, Debian 12, with a password', [1, 2], 'VNC authentication'),
      securityExample(
        'built from RFC 6143, with a type that IANA has not assigned, and one twice',
        [3, 99, 2, 2],
        'VNC authentication or type 99',
      ),
      securityExample(
        'built from RFC 6143, section 7.1.2: a server that turns us away',
        [0, 0, 0, 0, 4, ...Buffer.from('busy')],
        'busy',
      ),
    ],
  },
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

function readSecurity(answer: Uint8Array, { extraInfo: protocol }: ProvenFacts): Parsed {
  const reader = readerOf(answer);
  const count = reader.u8();
  if (count === undefined) return { kind: 'more' };
  if (count === 0) {
    const length = reader.u32();
    if (length !== undefined && length > maxReason) return { kind: 'no' };
    const reason = length === undefined ? undefined : reader.take(length);
    return reason === undefined
      ? { kind: 'more' }
      : { kind: 'match', facts: { extraInfo: `${protocol}; ${latin1(reason)}` } };
  }
  const types = reader.take(count);
  if (types === undefined) return { kind: 'more' };
  const offered = [...new Set(types)].sort((a, b) => a - b).map((type) => securityTypes.get(type) ?? `type ${type}`);
  return { kind: 'match', facts: { extraInfo: `${protocol}; ${offered.join(' or ')}` } };
}

function securityExample(from: string, bytes: readonly number[], said: string) {
  return {
    from,
    greeting: Buffer.from('RFB 003.008\n'),
    bytes: Uint8Array.from(bytes),
    service: { name: 'vnc', extraInfo: `protocol 3.8; ${said}` },
  };
}
