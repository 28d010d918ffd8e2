import { cpe } from '../cpe.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { latin1, readerOf, type Reader } from '../reader.js';

const [connect, connected, error] = [2, 3, 14];
const [lengthDelimited, varint] = [2, 0];
const maxLength = 1024;

/**
 * Apache Pulsar (Pulsar's documentation, "Pulsar binary protocol specification", sections "Framing" and "Connection establishment";
 * PulsarApi.proto for the numbers of the fields; the encoding: Protocol Buffers, "Encoding").
 *
 * ```
 * frame     length u32be · length of the command u32be · BaseCommand      1 type · 2 connect · 3 connected · 14 error
 * → CONNECT, 2      1 client version "exposcan" · 4 protocol version 0
 * ← CONNECTED, 3    1 server version "Pulsar Server" version, older ones without a version · 2 protocol version
 * ← ERROR, 14       2 what kind of error · 3 message           where it wants to know first who comes
 * ```
 */
export const pulsar: Protocol = {
  name: 'pulsar',
  ports: [6650],
  overTls: { name: 'pulsar-tls', ports: [6651] },
  probe: frame(connect, connect, `\x0a\x08exposcan\x20\0`),
  matchers: [{ parse }],
  about: { recognisedBy: 'the answer to CONNECT', logs: 'nothing known (not measured)' },
  examples: [
    {
      from: 'built from the specification, with a version as Pulsar 2.11 prints it',
      bytes: frame(connected, connected, '\x0a\x13Pulsar Server2.11.0\x10\0'),
      service: {
        name: 'pulsar',
        product: 'Apache Pulsar',
        version: '2.11.0',
        extraInfo: 'answers without authentication',
        cpe: ['cpe:2.3:a:apache:pulsar:2.11.0:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'built from the specification, without a version',
      bytes: frame(connected, connected, '\x0a\x0dPulsar Server\x10\0'),
      service: {
        name: 'pulsar',
        product: 'Apache Pulsar',
        extraInfo: 'answers without authentication',
        cpe: ['cpe:2.3:a:apache:pulsar:*:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'built from the specification: a stranger is refused',
      bytes: frame(error, error, '\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x10\x03\x1a\x16Unable to authenticate'),
      service: { name: 'pulsar', extraInfo: 'refused: Unable to authenticate' },
    },
  ],
  negatives: [
    { from: 'our own command, echoed', bytes: frame(connect, connect, '\x0a\x08exposcan\x20\0') },
    { from: 'a command of another kind', bytes: frame(18, 18, '') },
    { from: 'lengths that do not agree', bytes: Buffer.from('\0\0\0\x20\0\0\0\x20\x08\x03', 'latin1') },
  ],
};

/** A command of this type, with what is in its field of this number. */
function frame(type: number, field: number, content: string): Uint8Array {
  const body = `\x08${String.fromCharCode(type)}${String.fromCharCode(field * 8 + lengthDelimited, content.length)}${content}`;
  return Buffer.from(
    `\0\0\0${String.fromCharCode(body.length + 4)}\0\0\0${String.fromCharCode(body.length)}${body}`,
    'latin1',
  );
}

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [length, inner, tag, type] = [reader.u32(), reader.u32(), reader.u8(), reader.u8()];
  if (length !== undefined && (length < 8 || length > maxLength)) return { kind: 'no' };
  if (length !== undefined && inner !== undefined && inner !== length - 4) return { kind: 'no' };
  if ((tag ?? 8) !== 8 || (type !== undefined && type !== connected && type !== error)) return { kind: 'no' };
  if (length === undefined || type === undefined || bytes.length < 4 + length) return { kind: 'more' };
  const fields = readFields(readerOf(bytes.subarray(10, 4 + length)));
  const content = fields.get(type);
  const facts = content === undefined ? undefined : factsOf(type, readFields(readerOf(content)));
  return facts === undefined ? { kind: 'no' } : { kind: 'match', facts };
}

/** The fields of a message that hold bytes, by their number; those of one byte for number and type. */
function readFields(reader: Reader): ReadonlyMap<number, Uint8Array> {
  const fields = new Map<number, Uint8Array>();
  while (reader.remaining > 0) {
    const tag = reader.u8() ?? 0;
    if (tag % 8 === varint) {
      while ((reader.u8() ?? 0) > 0x7f);
    } else {
      const length = reader.u8() ?? 0;
      const value = tag % 8 === lengthDelimited && length < 0x80 ? reader.take(length) : undefined;
      if (value === undefined) break;
      fields.set(Math.floor(tag / 8), value);
    }
  }
  return fields;
}

function factsOf(type: number, fields: ReadonlyMap<number, Uint8Array>): ServiceFacts | undefined {
  const text = latin1(fields.get(type === error ? 3 : 1) ?? new Uint8Array());
  if (!/^[\x20-\x7e]{1,127}$/.test(text)) return undefined;
  if (type === error) return { extraInfo: `refused: ${text}` };
  const [product, version] = /^Pulsar Server-?(\d[\w.+-]{0,40})?$/.exec(text) ?? [];
  const extraInfo = 'answers without authentication';
  if (product === undefined) return { extraInfo: `${text}, ${extraInfo}` };
  return { product: 'Apache Pulsar', version, extraInfo, cpe: [cpe('apache', 'pulsar', version)] };
}
