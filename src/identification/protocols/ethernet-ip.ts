import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';

const [listIdentity, identityItem, headerSize, longest] = [0x63, 0x0c, 24, 1024];
const context = 'exposcan';

/**
 * EtherNet/IP (ODVA, "The CIP Networks Library", volume 2, sections 2-3 and 2-4.2: ListIdentity).
 *
 * ```
 * header    command u16le = 63 · length u16le of what follows · session u32 0 · status u32 · sender's context 8 · options u32
 * ← items   count u16le · (type u16le = 0C · length u16le · version u16le · socket address 16 · vendor u16le · device type u16le ·
 *           product code u16le · revision u8, u8 · status u16le · serial u32le · name: length u8, text · state u8)
 * ```
 *
 * The request is made for finding devices, and opens no session.
 */
export const ethernetIp: Protocol = {
  name: 'ethernet-ip',
  ports: [44818],
  context: 'asked',
  harmedBy: 'controller',
  probe: Buffer.from(`\x63${'\0'.repeat(11)}${context}\0\0\0\0`, 'latin1'),
  matchers: [{ parse }],
  about: { recognisedBy: 'the reply to ListIdentity (--probe-ics)', logs: 'nothing' },
  examples: [
    {
      from: 'built from volume 2 of the CIP Networks Library',
      bytes: reply(`\x01\0${identity('1756-EN2T/B', 5, 8)}`),
      service: { name: 'ethernet-ip', extraInfo: '1756-EN2T/B; revision 5.8; vendor 1' },
    },
    {
      from: 'the same, a device that does not identify itself',
      bytes: reply('\0\0'),
      service: { name: 'ethernet-ip' },
    },
  ],
  negatives: [
    { from: 'our own request, echoed', bytes: Buffer.from(`\x63${'\0'.repeat(11)}${context}\0\0\0\0`, 'latin1') },
    { from: 'an answer to somebody else', bytes: Buffer.from(`\x63\0\x02${'\0'.repeat(21)}\0\0`, 'latin1') },
  ],
};

function identity(name: string, major: number, minor: number): string {
  const data = `\x01\0${'\0'.repeat(16)}\x01\0\x0c\0\xa6\0${String.fromCharCode(major, minor)}0\0abcd${String.fromCharCode(name.length)}${name}\x03`;
  return `${String.fromCharCode(identityItem)}\0${String.fromCharCode(data.length)}\0${data}`;
}

function reply(body: string): Uint8Array {
  return Buffer.from(`\x63\0${String.fromCharCode(body.length)}\0${'\0'.repeat(8)}${context}\0\0\0\0${body}`, 'latin1');
}

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [command, length] = [reader.u16le(), reader.u16le()];
  if ((bytes[0] ?? listIdentity) !== listIdentity || (command ?? listIdentity) !== listIdentity) return { kind: 'no' };
  if (length !== undefined && (length < 2 || length > longest)) return { kind: 'no' };
  const seen = latin1(bytes.subarray(12, 20));
  if (!context.startsWith(seen)) return { kind: 'no' };
  if (length === undefined || bytes.length < headerSize + length) return { kind: 'more' };
  return { kind: 'match', facts: readItem(bytes.subarray(headerSize, headerSize + length)) };
}

/** The first item, where it is an identity. */
function readItem(body: Uint8Array): ServiceFacts {
  const reader = readerOf(body);
  const [count, type] = [reader.u16le(), reader.u16le()];
  reader.take(2 + 2 + 16);
  const vendor = reader.u16le();
  reader.take(4);
  const [major, minor] = [reader.u8(), reader.u8()];
  reader.take(6);
  const name = reader.take(reader.u8() ?? 0);
  if (count === 0 || type !== identityItem || minor === undefined || name === undefined) return {};
  const printed = latin1(name).trim();
  if (!/^[\x20-\x7e\xa0-\xff]{1,64}$/.test(printed)) return {};
  return { extraInfo: `${printed}; revision ${major}.${minor}; vendor ${vendor}` };
}
