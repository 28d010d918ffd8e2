import { cpe } from '../cpe.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';

const [failed, success, authenticate] = [0, 1, 2];
const protocolVersion = 11;
const headerLength = 8;
const maxLength = 65_536;

/**
 * The X Window System's connection setup (X Window System Protocol, X Version 11, chapter 8, "Connection Setup", and
 * appendix B).
 *
 * ```
 * → 'l' little-endian · 0 · int16 11 · int16 0 · int16 0 · int16 0 · int16 0     no authorization protocol, no data
 * ← 0 Failed · byte n · int16 major · int16 minor · int16 length in words · n bytes of reason
 * ← 1 Success · 0 · int16 major · int16 minor · int16 length in words · int32 release · int32 · int32 · int32 · int16 v
 *   int16 · byte · byte · byte · byte · byte · byte · byte · byte · int32 · v bytes of vendor · …
 * ← 2 Authenticate · 5 bytes · int16 length in words · reason
 * ```
 *
 * A display that lets strangers in shows and types whatever they like: success is the worst answer that there is. Closing
 * is how a client leaves.
 */
export const x11: Protocol = {
  name: 'x11',
  ports: [6000, 6001, 6002, 6003, 6004, 6005, 6010],
  probe: Uint8Array.of(0x6c, 0, protocolVersion, 0, 0, 0, 0, 0, 0, 0, 0, 0),
  blindTurn: 12,
  takes: { tls: 'closes', http: 'closes', beanstalkd: 'waits', 'ms-wbt-server': 'closes' },
  context: 'asked',
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the answer to a connection setup without authorization',
    logs: 'one client rejected, where it logs that',
  },
  examples: [
    {
      from: 'Xvfb of X.Org 21.1.7, Debian 12, with access control',
      bytes: Buffer.from(
        '\0@\x0b\0\0\0\x10\0Authorization required, but no authorization protocol specified\n',
        'latin1',
      ),
      service: {
        name: 'x11',
        extraInfo: 'refused: Authorization required, but no authorization protocol specified',
      },
    },
    {
      from: 'Xvfb of X.Org 21.1.7, Debian 12, without access control; its screens left out',
      bytes: Buffer.from(
        '\x01\0\x0b\0\0\0\xff\x02\x8f\xa5\xb8\0\0\0\xc0\0\xff\xff\x1f\0\0\x01\0\0\x14\0\xff\xff\x01\x06\0\0  \x08\xff\0\0\0\0' +
          'The X.Org Foundation',
        'latin1',
      ),
      service: {
        name: 'x11',
        product: 'X.Org X server',
        version: '21.1.7',
        extraInfo: 'answers without authorization',
        cpe: ['cpe:2.3:a:x.org:x_server:21.1.7:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'built from the specification, a server that asks for more',
      bytes: Buffer.from('\x02\0\0\0\0\0\x02\0say more', 'latin1'),
      service: { name: 'x11', extraInfo: 'asks for more authentication: say more' },
    },
    {
      from: 'built from the specification, with another vendor',
      bytes: Buffer.from(
        '\x01\0\x0b\0\0\0\xff\x02\x07\0\0\0\0\0\xc0\0\xff\xff\x1f\0\0\x01\0\0\x07\0\xff\xff\x01\x06\0\0  \x08\xff\0\0\0\0Example',
        'latin1',
      ),
      service: { name: 'x11', product: 'Example', extraInfo: 'answers without authorization; release 7' },
    },
  ],
  negatives: [
    { from: 'a failure of another version', bytes: Buffer.from('\0\x04\x0c\0\0\0\x01\0nope', 'latin1') },
    { from: 'a reason that is no text', bytes: Buffer.from('\0\x04\x0b\0\0\0\x01\0\x01\x02\x03\x04', 'latin1') },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [status, count, major, minor, words] = [
    reader.u8(),
    reader.u8(),
    reader.u16le(),
    reader.u16le(),
    reader.u16le(),
  ];
  if (status === undefined) return { kind: 'more' };
  if (status !== failed && status !== success && status !== authenticate) return { kind: 'no' };
  if (major !== undefined && major !== (status === authenticate ? 0 : protocolVersion)) return { kind: 'no' };
  if (minor !== undefined && minor > 1) return { kind: 'no' };
  if (words === undefined || count === undefined || minor === undefined) return { kind: 'more' };
  const length = 4 * words;
  if (status === success) return readSuccess(bytes.subarray(headerLength), length);
  if (length > maxLength || length < count) return { kind: 'no' };
  const body = reader.take(length);
  if (body === undefined) return { kind: 'more' };
  const reason = latin1(status === failed ? body.subarray(0, count) : body)
    .replace(/\0{1,3}$/, '')
    .trim();
  if (reason === '' || /[^\t\n\r\x20-\x7e\x80-\xff]/.test(reason)) return { kind: 'no' };
  const what = status === failed ? 'refused' : 'asks for more authentication';
  return { kind: 'match', facts: { extraInfo: `${what}: ${reason}` } };
}

/** The screens and visuals that follow the vendor are not waited for. */
function readSuccess(body: Uint8Array, length: number): Parsed {
  const reader = readerOf(body);
  const release = reader.u32le();
  reader.take(12);
  const size = reader.u16le();
  reader.take(14);
  if (release === undefined || size === undefined) return { kind: 'more' };
  if (size === 0 || size > 200 || length < 32 + size) return { kind: 'no' };
  const vendor = reader.take(size);
  if (vendor === undefined) return { kind: 'more' };
  const name = latin1(vendor);
  if (/[^\x20-\x7e\x80-\xff]/.test(name)) return { kind: 'no' };
  return { kind: 'match', facts: factsOf(name, release) };
}

/**
 * X.Org's release number holds four parts of two, two, two and three digits: 12004000 is 1.20.4. From 1.21 on the first is left
 * out where the version is written: 12101007 is 21.1.7. From X11R7 on the vendor is The X.Org Foundation.
 */
function factsOf(vendor: string, release: number): ServiceFacts {
  const extraInfo = 'answers without authorization';
  if (vendor !== 'The X.Org Foundation') return { product: vendor, extraInfo: `${extraInfo}; release ${release}` };
  const [major = 0, minor = 0, patch = 0, snapshot = 0] = [10_000_000, 100_000, 1000, 1].map(
    (unit) => Math.floor(release / unit) % (unit === 1 ? 1000 : 100),
  );
  const parts =
    major === 1 && minor >= 21 ? [minor, patch, snapshot] : [major, minor, patch, ...(snapshot > 0 ? [snapshot] : [])];
  const version = parts.join('.');
  // Its relative for Wayland, released apart since 21.1, counts by years; the server itself has stayed at 21.1.
  if (major === 1 && minor > 21) {
    return { product: 'Xwayland', version, extraInfo, cpe: [cpe('x.org', 'xwayland', version)] };
  }
  return { product: 'X.Org X server', version, extraInfo, cpe: [cpe('x.org', 'x_server', version)] };
}
