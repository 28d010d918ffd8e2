import type { Parsed, Protocol } from '../protocol.js';
import { latin1, readerOf, type Reader } from '../reader.js';

const maxLength = 32_768;

/**
 * Minecraft's servers, by what they tell for a list of servers (Minecraft Wiki, "Java Edition protocol", "Server List Ping"). Numbers of
 * variable length have 7 bits a byte, the lowest first, as long as bit 7 is set.
 *
 * ```
 * → length · 00 handshake · protocol, variable = 0 · name: length, text · port u16be · 1 status      length · 00 status request
 * ← length · 00 · text: length, JSON {"version":{"name":…,"protocol":…},"players":…,"description":…}
 * ```
 */
export const minecraft: Protocol = {
  name: 'minecraft',
  ports: [25565],
  probe: Buffer.from('\x0f\0\0\x08exposcan\x63\xdd\x01\x01\0', 'latin1'),
  matchers: [{ parse }],
  about: { recognisedBy: 'the answer to a request for the status', logs: 'nothing known (not measured)' },
  examples: [
    {
      from: 'built from the protocol description, "Server List Ping"',
      bytes: answer(
        '{"version":{"name":"1.19.4","protocol":762},"players":{"max":20,"online":0},"description":{"text":"A server"}}',
      ),
      service: { name: 'minecraft', extraInfo: 'version 1.19.4' },
    },
  ],
  negatives: [
    { from: 'our own question, echoed', bytes: Buffer.from('\x0f\0\0\x08exposcan\x63\xdd\x01\x01\0', 'latin1') },
    { from: 'JSON of something else', bytes: answer('{"name":"1.19.4","protocol":762}') },
  ],
};

function answer(json: string): Uint8Array {
  const length = (value: number) => String.fromCharCode((value & 0x7f) | 0x80, value >> 7);
  return Buffer.from(`${length(json.length + 3)}\0${length(json.length)}${json}`, 'latin1');
}

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [length, kind, inner] = [variable(reader), reader.u8(), variable(reader)];
  if (length === 'wrong' || inner === 'wrong' || (kind ?? 0) !== 0) return { kind: 'no' };
  if (length !== undefined && inner !== undefined && (inner >= length || inner < length - 4)) return { kind: 'no' };
  const text = latin1(reader.take(Math.min(reader.remaining, inner ?? 0)) ?? new Uint8Array());
  if (!'{"'.startsWith(text.slice(0, 2))) return { kind: 'no' };
  if (inner === undefined || text.length < inner) return { kind: 'more' };
  const [, name] =
    /"version":\{(?:"protocol":-?\d{1,10},)?"name":"([\x20\x21\x23-\x5b\x5d-\x7e]{1,60})"/.exec(text) ?? [];
  return name === undefined ? { kind: 'no' } : { kind: 'match', facts: { extraInfo: `version ${name}` } };
}

function variable(reader: Reader): number | 'wrong' | undefined {
  let value = 0;
  for (let place = 0; place < 3; place += 1) {
    const byte = reader.u8();
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) << (7 * place);
    if (byte < 0x80) return value > 0 && value <= maxLength ? value : 'wrong';
  }
  return 'wrong';
}
