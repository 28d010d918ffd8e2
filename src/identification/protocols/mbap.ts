import type { Parsed, Protocol } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';

const [transaction, longest] = [0x6578, 260];
const [encapsulated, deviceIdentification, failed] = [0x2b, 0x0e, 0x80];

/**
 * Modbus over TCP ("MODBUS Application Protocol Specification V1.1b3", section 6.21: Read Device Identification; "MODBUS Messaging on
 * TCP/IP Implementation Guide V1.0b", section 3.1.3: the header in front).
 *
 * ```
 * header    transaction u16be · 0 u16be · length u16be of what follows · unit u8
 * → 2B 0E · 01 basic · 00 from the first object on
 * ← 2B 0E · 01 · conformity · more · next · count u8 · (id u8 · length u8 · text)*       0 vendor, 1 product code, 2 revision
 * ← AB · exception code
 * ```
 *
 * It reads no register and no coil, and writes nothing.
 */
export const mbap: Protocol = {
  name: 'mbap',
  ports: [502],
  context: 'asked',
  harmedBy: 'controller',
  probe: Uint8Array.of(0x65, 0x78, 0, 0, 0, 5, 1, encapsulated, deviceIdentification, 1, 0),
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the answer to Read Device Identification, or the exception in its place (--probe-ics)',
    logs: 'nothing',
  },
  examples: [
    {
      from: 'pymodbus 3.0.0, Debian 12',
      bytes: answer([['Example Works'], ['PLC-7'], ['2.14']]),
      service: { name: 'mbap', extraInfo: 'Example Works; PLC-7; 2.14' },
    },
    {
      from: 'built from the specification, section 7: the function is not known',
      bytes: Uint8Array.of(0x65, 0x78, 0, 0, 0, 3, 1, encapsulated + failed, 1),
      service: { name: 'mbap', extraInfo: 'exception 1' },
    },
  ],
  negatives: [
    {
      from: 'our own request, echoed',
      bytes: Uint8Array.of(0x65, 0x78, 0, 0, 0, 5, 1, encapsulated, deviceIdentification, 1, 0),
    },
    { from: 'another transaction', bytes: Uint8Array.of(0, 1, 0, 0, 0, 3, 1, encapsulated + failed, 1) },
    { from: 'another function', bytes: Uint8Array.of(0x65, 0x78, 0, 0, 0, 3, 1, 0x83, 1) },
  ],
};

function answer(objects: readonly (readonly [string])[]): Uint8Array {
  const list = objects.map(([text], id) => Buffer.from(`${String.fromCharCode(id, text.length)}${text}`, 'latin1'));
  const body = Buffer.concat([
    Uint8Array.of(1, encapsulated, deviceIdentification, 1, 0x83, 0, 0, objects.length),
    ...list,
  ]);
  return Buffer.concat([Uint8Array.of(0x65, 0x78, 0, 0, 0, body.length), body]);
}

function parse(bytes: Uint8Array): Parsed {
  const header = readerOf(bytes);
  const [id, protocol, length] = [header.u16be(), header.u16be(), header.u16be()];
  if ((id ?? transaction) !== transaction || (protocol ?? 0) !== 0) return { kind: 'no' };
  if (length !== undefined && (length < 3 || length > longest)) return { kind: 'no' };
  const body = length === undefined ? undefined : header.take(length);
  if (body === undefined) return { kind: 'more' };
  const [, code, detail] = body;
  if (code === encapsulated + failed && body.length === 3) {
    return { kind: 'match', facts: { extraInfo: `exception ${detail ?? 0}` } };
  }
  if (code !== encapsulated || detail !== deviceIdentification || body.length < 8) return { kind: 'no' };
  const objects = readerOf(body.subarray(8));
  const texts: string[] = [];
  for (let count = Math.min(body[7] ?? 0, 16); count > 0; count--) {
    objects.u8();
    const text = objects.take(objects.u8() ?? 0);
    if (text === undefined) break;
    const printed = latin1(text).trim();
    if (/^[\x20-\x7e\xa0-\xff]{1,80}$/.test(printed)) texts.push(printed);
  }
  return { kind: 'match', facts: { extraInfo: texts.join('; ') } };
}
