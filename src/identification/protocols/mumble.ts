import { cpe } from '../cpe.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { latin1, readerOf, type Reader } from '../reader.js';

const versionMessage = 0;
const maxMessage = 1024;
const maxFields = 16;
const [varint, lengthDelimited] = [0, 2];

/**
 * Mumble's control channel, inside TLS (Mumble protocol documentation, "Protocol stack", "Establishing a connection", and
 * Mumble.proto).
 *
 * ```
 * ← int16 0 Version · int32 length · protocol buffer: 1 version, as major << 16 | minor << 8 | patch · 2 release · 3 os · 4 os version
 * ```
 *
 * The server speaks first. A client that says nothing has not tried to log in.
 */
export const mumble: Protocol = {
  name: 'mumble',
  ports: [],
  overTls: { name: 'mumble', ports: [64738] },
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the version message that comes first',
    logs: 'one new connection, closed by the remote host',
  },
  examples: [
    {
      from: 'mumble-server 1.3.4, Debian 12',
      bytes: Buffer.from(
        '\0\0\0\0\x002\x08\x84\x86\x04\x12\x071.3.4-4\x1a\x03X11"\x1eDebian GNU/Linux 12 (bookworm)',
        'latin1',
      ),
      service: {
        name: 'mumble',
        product: 'Mumble server',
        version: '1.3.4',
        extraInfo: '1.3.4-4; X11; Debian GNU/Linux 12 (bookworm)',
        cpe: ['cpe:2.3:a:mumble:mumble:1.3.4:*:*:*:*:*:*:*'],
      },
    },
    {
      from: "built from Mumble's protocol documentation, with the release of another server that speaks it",
      bytes: Buffer.from('\0\0\0\0\0\x19\x08\x84\x80\x04\x12\x0euMurmur 0.2.17\x1a\x03x86', 'latin1'),
      service: { name: 'mumble', product: 'uMurmur', version: '0.2.17', extraInfo: 'x86' },
    },
  ],
  negatives: [
    { from: 'a message of another type', bytes: Buffer.from('\0\x01\0\0\0\x04\x08\x84\x86\x04', 'latin1') },
    { from: 'a version without a release', bytes: Buffer.from('\0\0\0\0\0\x04\x08\x84\x86\x04', 'latin1') },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [type, length] = [reader.u16be(), reader.u32()];
  if ((type ?? versionMessage) !== versionMessage) return { kind: 'no' };
  if (length !== undefined && (length < 4 || length > maxMessage)) return { kind: 'no' };
  if (length === undefined) return { kind: 'more' };
  const body = reader.take(length);
  if (body === undefined) return { kind: 'more' };
  const facts = readVersion(readerOf(body));
  return facts === undefined ? { kind: 'no' } : { kind: 'match', facts };
}

function readVersion(reader: Reader): ServiceFacts | undefined {
  const numbers = new Map<number, number>();
  const texts = new Map<number, string>();
  for (let count = 0; reader.remaining > 0; count += 1) {
    const tag = readVarint(reader);
    const value = readVarint(reader);
    if (tag === undefined || value === undefined || count >= maxFields) return undefined;
    const [field, kind] = [Math.floor(tag / 8), tag % 8];
    if (kind === varint) numbers.set(field, value);
    else if (kind === lengthDelimited) {
      const text = reader.take(value);
      if (text === undefined || /[\x00-\x1f\x7f]/.test(latin1(text))) return undefined;
      texts.set(field, latin1(text));
    } else return undefined;
  }
  const [number, release] = [numbers.get(1), texts.get(2)];
  if (number === undefined || release === undefined || number > 0xff_ff_ff) return undefined;
  const version = [number >> 16, (number >> 8) & 0xff, number & 0xff].join('.');
  const said = [release === version ? undefined : release, texts.get(3), texts.get(4)];
  // The number is that of the protocol; what else speaks it has its own name in the release.
  const [, other, own] = /^([a-z][a-z -]{1,30}?)(?: v?(\d[\w.+~-]{0,30}))?$/i.exec(release) ?? [];
  if (other !== undefined && !/^(?:murmur|mumble)/i.test(other))
    return { product: other, version: own, extraInfo: said.slice(1).filter(Boolean).join('; ') };
  return {
    product: 'Mumble server',
    version,
    extraInfo: said.filter((text) => text !== undefined && text !== '').join('; '),
    cpe: [cpe('mumble', 'mumble', version)],
  };
}

/** A number of a protocol buffer: seven bits a byte, the lowest first, the top bit set where another byte follows. */
function readVarint(reader: Reader): number | undefined {
  let value = 0;
  for (let shift = 1; shift <= 2 ** 63; shift *= 128) {
    const byte = reader.u8();
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * shift;
    if (byte < 0x80) return value;
  }
  return undefined;
}
