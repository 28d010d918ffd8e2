import { cpe } from '../cpe.js';
import type { Parsed, Protocol } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';

const question = 'build\nedition\n';
const maxAnswer = 1024;

/**
 * Aerospike's info protocol (Aerospike documentation, "Info commands" `build` and `edition`, and the header of its wire protocol).
 *
 * ```
 * message   version u8 = 2 · type u8 = 1, info · length 6 bytes, big-endian · text
 * → "build\nedition\n"
 * ← "build\t6.4.0.1\nedition\tAerospike Community Edition\n", or an error in place of a value
 * ```
 */
export const aerospike: Protocol = {
  name: 'aerospike',
  ports: [3000],
  probe: message(question),
  matchers: [{ parse }],
  about: { recognisedBy: 'the answer to the info command build', logs: 'nothing known (not measured)' },
  examples: [
    {
      from: 'built from the documentation of the info protocol',
      bytes: message('build\t6.4.0.1\nedition\tAerospike Community Edition\n'),
      service: service('6.4.0.1', 'Aerospike Community Edition'),
    },
    {
      from: 'built from the documentation of the info protocol: with security, to a stranger',
      bytes: message('ERROR:80:not authenticated\n'),
      service: { name: 'aerospike', extraInfo: 'asks for a password' },
    },
  ],
  negatives: [
    { from: 'its own question, sent back', bytes: message(question) },
    { from: 'a message of another type', bytes: Buffer.from('\x02\x03\0\0\0\0\0\x04abc\n', 'latin1') },
  ],
};

function message(text: string): Uint8Array {
  return Buffer.concat([Uint8Array.of(2, 1, 0, 0, 0, 0, 0, text.length), Buffer.from(text)]);
}

function service(version: string, extraInfo: string) {
  const product = 'Aerospike';
  return { name: 'aerospike', product, version, extraInfo, cpe: [cpe('aerospike', 'aerospike_server', version)] };
}

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [version, type, zeros, length] = [reader.u8(), reader.u8(), reader.u16be(), reader.u32()];
  if (version !== undefined && version !== 2) return { kind: 'no' };
  if (type !== undefined && type !== 1) return { kind: 'no' };
  if (zeros !== undefined && zeros !== 0) return { kind: 'no' };
  if (length === undefined) return { kind: 'more' };
  if (length < 8 || length > maxAnswer) return { kind: 'no' };
  const body = reader.take(length);
  if (body === undefined) return { kind: 'more' };
  const text = latin1(body);
  const [, build] = /^build\t([0-9][\w.+-]{0,40})\n/.exec(text) ?? [];
  const [, edition = ''] = /\nedition\t([\x20-\x7e]{1,60})\n/.exec(text) ?? [];
  if (build !== undefined) return { kind: 'match', facts: service(build, edition) };
  return /^(?:build\t)?ERROR:80:/.test(text)
    ? { kind: 'match', facts: { extraInfo: 'asks for a password' } }
    : { kind: 'no' };
}
