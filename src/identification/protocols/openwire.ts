import { cpe } from '../cpe.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { latin1, readerOf, type Reader } from '../reader.js';

const maxLength = 4096;
const maxEntries = 64;

/**
 * OpenWire, ActiveMQ's own protocol (ActiveMQ documentation, "OpenWire Version 2 Specification", sections "WireFormatInfo" and
 * "Marshalled maps").
 *
 * ```
 * ← command   length u32be · type 1 (WireFormatInfo) · "ActiveMQ" · version u32be · has properties u8 · length u32be · map
 *   map       count u32be · (length of name u16be · name · type u8 · value)*      string, type 9: length u16be · text
 * ```
 *
 * ActiveMQ speaks first. Artemis, which finds out by the first bytes of the client what to speak, does not.
 */
export const openwire: Protocol = {
  name: 'openwire',
  ports: [61616],
  overTls: { name: 'openwire-tls', ports: [61617] },
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the WireFormatInfo that the server greets with',
    logs: 'nothing with the usual settings',
  },
  examples: [
    {
      from: 'ActiveMQ 5.17.2, Debian 12',
      bytes: Buffer.from(
        '\0\0\x01R\x01ActiveMQ\0\0\0\x0c\x01\0\0\x01@\0\0\0\r\0\x11StackTraceEnabled\x01\x01' +
          '\0\x0fPlatformDetails\t\0\x04Java\0\x0cCacheEnabled\x01\x01\0\x11TcpNoDelayEnabled\x01\x01' +
          '\0\x12SizePrefixDisabled\x01\0\0\tCacheSize\x05\0\0\x04\0\0\x0cProviderName\t\0\x08ActiveMQ' +
          '\0\x14TightEncodingEnabled\x01\x01\0\x0cMaxFrameSize\x06\x7f\xff\xff\xff\xff\xff\xff\xff' +
          "\0\x15MaxInactivityDuration\x06\0\0\0\0\0\0u0\0 MaxInactivityDurationInitalDelay\x06\0\0\0\0\0\0'\x10" +
          '\0\x13MaxFrameSizeEnabled\x01\x01\0\x0fProviderVersion\t\0\x065.17.2',
        'latin1',
      ),
      service: service('5.17.2', 'OpenWire 12'),
    },
    {
      from: 'built from the specification: a server that does not tell its version',
      bytes: Buffer.from('\0\0\0\x2b\x01ActiveMQ\0\0\0\x01\x01\0\0\0\x19\0\0\0\x01\0\x11TcpNoDelayEnabled\x01\x01'),
      service: service(undefined, 'OpenWire 1'),
    },
  ],
  negatives: [
    { from: 'another command', bytes: Buffer.from('\0\0\0\x12\x02ActiveMQ\0\0\0\x0c\x01\0\0\0\0', 'latin1') },
    { from: 'a name of the same length', bytes: Buffer.from('\0\0\0\x12\x01ActiveMX\0\0\0\x0c\x01\0\0\0\0', 'latin1') },
  ],
};

function service(version: string | undefined, extraInfo: string) {
  return { ...factsOf(version, extraInfo), name: 'openwire' };
}

function factsOf(version: string | undefined, extraInfo: string): ServiceFacts {
  return { product: 'Apache ActiveMQ', version, extraInfo, cpe: [cpe('apache', 'activemq', version)] };
}

const magic = 'ActiveMQ';

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [length, type] = [reader.u32(), reader.u8()];
  if (length !== undefined && (length < 14 || length > maxLength)) return { kind: 'no' };
  if ((type ?? 1) !== 1 || (bytes[0] ?? 0) !== 0 || (bytes[1] ?? 0) !== 0) return { kind: 'no' };
  if (!magic.startsWith(latin1(bytes.subarray(5, 13)))) return { kind: 'no' };
  const body = length === undefined ? undefined : reader.take(length - 1);
  if (body === undefined) return { kind: 'more' };
  const fields = readerOf(body);
  fields.take(magic.length);
  const version = fields.u32();
  if (version === undefined || version < 1 || version > 99) return { kind: 'no' };
  const texts = readTexts(fields);
  const isActiveMq = (texts.get('ProviderName') ?? magic) === magic;
  const told = texts.get('ProviderVersion');
  if (!isActiveMq) return { kind: 'match', facts: { extraInfo: `OpenWire ${version}` } };
  return { kind: 'match', facts: factsOf(/^\d[\w.+-]{0,60}$/.exec(told ?? '')?.[0], `OpenWire ${version}`) };
}

/** The width of each type of value that has one of its own. */
const widths: Readonly<Record<number, number>> = { 0: 0, 1: 1, 2: 1, 3: 2, 4: 2, 5: 4, 6: 8, 7: 8, 8: 4 };

/** The properties that are text, as far as they can be read. */
function readTexts(reader: Reader): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  if (reader.u8() !== 1) return texts;
  reader.u32();
  const count = Math.min(reader.u32() ?? 0, maxEntries);
  for (let entry = 0; entry < count; entry += 1) {
    const name = reader.take(reader.u16be() ?? -1);
    const type = reader.u8();
    const width = type === 9 ? reader.u16be() : widths[type ?? -1];
    const value = reader.take(width ?? -1);
    if (name === undefined || value === undefined) break;
    if (type === 9) texts.set(latin1(name), latin1(value));
  }
  return texts;
}
