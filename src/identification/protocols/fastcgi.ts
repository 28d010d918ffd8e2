import type { Parsed, Protocol } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';

const name = 'FCGI_MPXS_CONNS';
const [version, getValues, getValuesResult] = [1, 9, 10];

/**
 * FastCGI (FastCGI Specification 1.0, sections 3.3, 3.4 and 4.1): what a web server in front speaks to an application, which does
 * whatever it is told.
 *
 * ```
 * byte version: 1 · byte type · int16 request: 0 · int16 length · byte padding · byte 0 · content · padding
 * content   (byte length of name · byte length of value · name · value)*
 * → FCGI_GET_VALUES, type 9, of one name without a value: whether it takes several requests on one connection
 * ← FCGI_GET_VALUES_RESULT, type 10
 * ```
 *
 * The question belongs to no request, and starts none.
 */
export const fastcgi: Protocol = {
  name: 'fastcgi',
  ports: [9000],
  probe: Buffer.concat([Uint8Array.of(version, getValues, 0, 0, 0, 17, 0, 0, name.length, 0), Buffer.from(name)]),
  blindTurn: 14,
  takes: { tls: 'closes', http: 'closes', beanstalkd: 'waits', socks: 'waits', 'ms-wbt-server': 'closes' },
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the answer to FCGI_GET_VALUES',
    logs: 'nothing with the usual settings',
  },
  examples: [
    {
      from: 'PHP-FPM 8.2, Debian 12',
      bytes: Buffer.from('\x01\x0a\0\0\0\x12\x06\0\x0f\x01FCGI_MPXS_CONNS0\0\0\0\0\0\0', 'latin1'),
      service: { name: 'fastcgi', extraInfo: 'answers without asking who it is' },
    },
  ],
  negatives: [
    { from: 'a record of another type', bytes: Uint8Array.of(1, 3, 0, 1, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) },
    { from: 'the question, echoed', bytes: Buffer.from('\x01\x09\0\0\0\x11\0\0\x0f\0FCGI_MPXS_CONNS', 'latin1') },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const expected = [version, getValuesResult, 0, 0];
  if (expected.some((byte, at) => at < bytes.length && bytes[at] !== byte)) return { kind: 'no' };
  const reader = readerOf(bytes);
  reader.take(expected.length);
  const [length, padding, reserved] = [reader.u16be(), reader.u8(), reader.u8()];
  if (length === undefined || padding === undefined || reserved === undefined) return { kind: 'more' };
  const [nameLength, valueLength] = [reader.u8(), reader.u8()];
  if (nameLength === undefined || valueLength === undefined) return { kind: length === 0 ? 'no' : 'more' };
  if (nameLength !== name.length || valueLength > 4 || length !== 2 + nameLength + valueLength) return { kind: 'no' };
  const told = reader.take(nameLength);
  if (told === undefined) return { kind: 'more' };
  return latin1(told) === name
    ? { kind: 'match', facts: { extraInfo: 'answers without asking who it is' } }
    : { kind: 'no' };
}
