import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { readerOf, type Reader } from '../reader.js';

const [open, notification] = [1, 3];
const [headerLength, minOpen, minNotification, maxLength] = [19, 29, 21, 4096];
const [capabilities, fourOctetNumber] = [2, 65];

/** RFC 4271, section 4.5, and RFC 4486 for the kinds of Cease. */
const errors = ['', 'message header', 'open message', 'update message', 'hold timer', 'state machine', 'cease'];
const ceased = [
  '',
  'maximum number of prefixes',
  'administrative shutdown',
  'peer de-configured',
  'administrative reset',
  'connection rejected',
  'other configuration change',
  'connection collision',
  'out of resources',
];

/**
 * BGP, by what a router says unasked to somebody who is not its neighbour (RFC 4271, sections 4.1, 4.2 and 4.5; RFC 5492 and RFC 6793
 * for the long AS number).
 *
 * ```
 * ← 16 × FF · int16 length · byte 1 OPEN · byte 4 version · int16 AS · int16 hold time · 4 bytes identifier · byte length · parameters
 * ← 16 × FF · int16 length · byte 3 NOTIFICATION · byte code · byte subcode · data
 * ```
 *
 * Most close without a word. Nothing is sent: an OPEN would be an attempt to become a neighbour.
 */
export const bgp: Protocol = {
  name: 'bgp',
  ports: [179],
  matchers: [{ parse }],
  about: {
    recognisedBy: 'an open message or a notification',
    logs: 'one connection from an unexpected neighbour',
  },
  examples: [
    {
      from: 'BIRD 2.0.12, Debian 12, with a range of neighbours',
      bytes: Buffer.from(
        'ffffffffffffffffffffffffffffffff00350104fbf400f0c000020118021601040001000102004002007841040000fbf446004700',
        'hex',
      ),
      service: { name: 'bgp', extraInfo: 'AS 64500, router 192.0.2.1' },
    },
    {
      from: 'built from RFC 4271 and RFC 6793, with an AS number of four bytes',
      bytes: Buffer.from('ffffffffffffffffffffffffffffffff002501045ba000b4c000020108020641040001000a', 'hex'),
      service: { name: 'bgp', extraInfo: 'AS 65546, router 192.0.2.1' },
    },
    {
      from: 'built from RFC 4271 and RFC 4486',
      bytes: Buffer.from('ffffffffffffffffffffffffffffffff0015030605', 'hex'),
      service: { name: 'bgp', extraInfo: 'cease: connection rejected' },
    },
  ],
  negatives: [
    {
      from: 'a marker and nothing that is BGP',
      bytes: Buffer.from('ffffffffffffffffffffffffffffffff0015090605', 'hex'),
    },
    {
      from: 'an open message of version 3',
      bytes: Buffer.from('ffffffffffffffffffffffffffffffff001d0103fbf400f0c000020100', 'hex'),
    },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  if (bytes.subarray(0, 16).some((byte) => byte !== 0xff)) return { kind: 'no' };
  const reader = readerOf(bytes);
  reader.take(16);
  const [length, type] = [reader.u16be(), reader.u8()];
  if (bytes.length < headerLength || length === undefined) return { kind: 'more' };
  if ((type !== open && type !== notification) || length > maxLength) return { kind: 'no' };
  if (length < (type === open ? minOpen : minNotification)) return { kind: 'no' };
  const body = reader.take(length - headerLength);
  if (body === undefined) return { kind: 'more' };
  const facts = type === open ? readOpen(readerOf(body)) : readNotification(readerOf(body));
  return facts === undefined ? { kind: 'no' } : { kind: 'match', facts };
}

function readOpen(reader: Reader): ServiceFacts | undefined {
  const [version, short] = [reader.u8(), reader.u16be()];
  reader.u16be();
  const [identifier, length] = [reader.take(4), reader.u8()];
  if (version !== 4 || short === undefined || identifier === undefined || length !== reader.remaining) return undefined;
  return { extraInfo: `AS ${longNumber(reader) ?? short}, router ${identifier.join('.')}` };
}

/** The AS number of four bytes among the capabilities, where there is one. */
function longNumber(parameters: Reader): number | undefined {
  for (;;) {
    const [kind, length] = [parameters.u8(), parameters.u8()];
    const value = length === undefined ? undefined : parameters.take(length);
    if (value === undefined) return undefined;
    const inner = readerOf(kind === capabilities ? value : new Uint8Array());
    for (let code = inner.u8(); code !== undefined; code = inner.u8()) {
      const size = inner.u8();
      const capability = size === undefined ? undefined : inner.take(size);
      if (capability === undefined) break;
      if (code === fourOctetNumber) return readerOf(capability).u32();
    }
  }
}

function readNotification(reader: Reader): ServiceFacts | undefined {
  const [code, subcode] = [reader.u8(), reader.u8()];
  const error = errors[code ?? 0];
  if (error === undefined || error === '' || subcode === undefined) return undefined;
  const kind = error === 'cease' ? ceased[subcode] : undefined;
  return { extraInfo: kind === undefined || kind === '' ? `${error} error` : `${error}: ${kind}` };
}
