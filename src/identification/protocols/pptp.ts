import type { Parsed, Protocol } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';

const [messageLength, controlMessage, cookie, startReply] = [156, 1, 0x1a2b3c4d, 2];
const nameLength = 64;

/** RFC 2637, section 2.2, Result Code. */
const results: ReadonlyMap<number, string> = new Map([
  [2, 'general error'],
  [3, 'a connection is there already'],
  [4, 'not authorized'],
  [5, 'version not supported'],
]);

/**
 * The Point-to-Point Tunneling Protocol's control connection (RFC 2637, sections 2.1 to 2.3).
 *
 * ```
 * → int16 156 · int16 1 control message · int32 1A2B3C4D · int16 1 Start-Control-Connection-Request · int16 0
 *   int16 0100 version · int16 0 · int32 3 framing · int32 3 bearer · int16 0 channels · int16 0 firmware
 *   64 bytes host name · 64 bytes vendor
 * ← the same with int16 2 Start-Control-Connection-Reply · … · version · byte result, 1: done · byte error · …
 * → int16 16 · int16 1 · int32 1A2B3C4D · int16 3 Stop-Control-Connection-Request · int16 0 · byte 1 · byte 0 · int16 0
 * ```
 */
export const pptp: Protocol = {
  name: 'pptp',
  ports: [1723],
  probe: message(1, 0, '', ''),
  blindTurn: 26,
  takes: { tls: 'closes', http: 'closes', beanstalkd: 'closes', socks: 'closes', 'ms-wbt-server': 'closes' },
  matchers: [{ parse }],
  farewell: Uint8Array.of(0, 16, 0, controlMessage, 0x1a, 0x2b, 0x3c, 0x4d, 0, 3, 0, 0, 1, 0, 0, 0),
  about: {
    recognisedBy: 'the answer to a start of a control connection',
    logs: 'one control connection started and finished',
  },
  examples: [
    {
      from: 'pptpd 1.4.0, Debian 12',
      bytes: Buffer.concat([
        Buffer.from('009c00011a2b3c4d000200000100010000000000000000000001', 'hex'),
        Buffer.from('0001', 'hex'),
        padded('local'),
        padded('linux'),
      ]),
      service: { name: 'pptp', hostname: 'local', extraInfo: 'vendor linux; firmware 1' },
    },
    {
      from: 'built from RFC 2637, with the vendor name of MikroTik',
      bytes: message(startReply, 1, 'router', 'MikroTik'),
      service: {
        name: 'pptp',
        product: 'MikroTik RouterOS',
        hostname: 'router',
        extraInfo: 'vendor MikroTik; firmware 0',
      },
    },
    {
      from: 'built from RFC 2637, a refusal',
      bytes: message(startReply, 4, '', ''),
      service: { name: 'pptp', extraInfo: 'firmware 0; not authorized' },
    },
  ],
  negatives: [
    { from: 'our own request, echoed', bytes: message(1, 0, 'a', 'b') },
    { from: 'an answer with another cookie', bytes: Buffer.from('009c00011a2b3c4e0002000001000100', 'hex') },
  ],
};

function padded(text: string): Uint8Array {
  return Buffer.concat([Buffer.from(text), Buffer.alloc(nameLength - text.length)]);
}

/** A request (whose byte of result is reserved) or a reply. */
function message(kind: number, result: number, hostname: string, vendor: string): Uint8Array {
  const head = Uint8Array.of(
    0,
    messageLength,
    0,
    controlMessage,
    0x1a,
    0x2b,
    0x3c,
    0x4d,
    0,
    kind,
    0,
    0,
    1,
    0,
    result,
    0,
  );
  const abilities = Uint8Array.of(0, 0, 0, 3, 0, 0, 0, 3, 0, 0, 0, 0);
  return Buffer.concat([head, abilities, padded(hostname), padded(vendor)]);
}

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [length, type, magic, kind] = [reader.u16be(), reader.u16be(), reader.u32(), reader.u16be()];
  if ((length ?? messageLength) !== messageLength || (type ?? controlMessage) !== controlMessage) return { kind: 'no' };
  if ((magic ?? cookie) !== cookie || (kind ?? startReply) !== startReply) return { kind: 'no' };
  reader.take(4);
  const result = reader.u8();
  reader.take(11);
  const firmware = reader.u16be();
  const [hostname, vendor] = [reader.take(nameLength), reader.take(nameLength)].map(nameOf);
  if (result === undefined || hostname === undefined || vendor === undefined) return { kind: 'more' };
  const notes = [vendor === '' ? '' : `vendor ${vendor}`, `firmware ${firmware ?? 0}`, results.get(result) ?? ''];
  return {
    kind: 'match',
    facts: {
      product: vendor === 'MikroTik' ? 'MikroTik RouterOS' : undefined,
      hostname,
      extraInfo: notes.filter((note) => note !== '').join('; '),
    },
  };
}

function nameOf(field: Uint8Array | undefined): string | undefined {
  return field && (latin1(field).split('\0', 1)[0] ?? '').trim();
}
