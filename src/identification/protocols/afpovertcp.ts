import { cpe } from '../cpe.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';

const [reply, getStatus, requestId, headerSize, longest] = [1, 3, 0x6578, 16, 8192];

/**
 * The Apple Filing Protocol over TCP (Apple, "Apple Filing Protocol Programming Guide": DSIGetStatus, FPGetSrvrInfo). The status is what
 * is there for clients before they open a session.
 *
 * ```
 * header    flags u8, 0 request, 1 reply · command u8 = 3 · request id u16be · error u32be · length u32be · 0 u32
 * status    offsets u16be: machine type, AFP versions, login methods, icon · flags u16be · server name, …
 * names     length u8 · text                              a list of them begins with its count u8
 * ```
 */
export const afpovertcp: Protocol = {
  name: 'afpovertcp',
  ports: [548],
  probe: Buffer.from(`\0${String.fromCharCode(getStatus)}ex${'\0'.repeat(12)}`, 'latin1'),
  matchers: [{ parse }],
  about: { recognisedBy: 'the reply to DSIGetStatus', logs: 'one connection without a session' },
  examples: [
    {
      from: "built from Apple's guide, with the machine type that Netatalk documents",
      bytes: status('Netatalk3.1.13', ['AFP2.2', 'AFP3.4'], 'files'),
      service: {
        name: 'afpovertcp',
        product: 'Netatalk',
        version: '3.1.13',
        extraInfo: 'server files; AFP3.4',
        cpe: [cpe('netatalk', 'netatalk', '3.1.13')],
      },
    },
    {
      from: "built from Apple's guide",
      bytes: status('MacBookPro11,1', ['AFP3.4', 'AFP3.3'], 'Kitchen'),
      service: { name: 'afpovertcp', extraInfo: 'MacBookPro11,1; server Kitchen; AFP3.4' },
    },
  ],
  negatives: [
    { from: 'our own request, echoed', bytes: Buffer.from('\0\x03ex\0\0\0\0\0\0\0\0\0\0\0\0', 'latin1') },
    { from: 'an answer to another request', bytes: Buffer.from('\x01\x03\0\x01\0\0\0\0\0\0\0\0\0\0\0\0', 'latin1') },
  ],
};

function status(machine: string, versions: readonly string[], name: string): Uint8Array {
  const text = (of: string) => `${String.fromCharCode(of.length)}${of}`;
  const machineAt = 10 + text(name).length;
  const versionsAt = machineAt + text(machine).length;
  const list = `${String.fromCharCode(versions.length)}${versions.map(text).join('')}`;
  const offsets = [machineAt, versionsAt, versionsAt, 0, 0].map((at) => `\0${String.fromCharCode(at)}`);
  const body = `${offsets.join('')}${text(name)}${text(machine)}${list}`;
  return Buffer.from(`\x01\x03ex\0\0\0\0\0\0\0${String.fromCharCode(body.length)}\0\0\0\0${body}`, 'latin1');
}

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [flags, command, id] = [reader.u8(), reader.u8(), reader.u16be()];
  if ((flags ?? reply) !== reply || (command ?? getStatus) !== getStatus) return { kind: 'no' };
  if ((id ?? requestId) !== requestId) return { kind: 'no' };
  reader.u32();
  const length = reader.u32();
  if (length !== undefined && length > longest) return { kind: 'no' };
  if (length === undefined || bytes.length < headerSize + length) return { kind: 'more' };
  return { kind: 'match', facts: factsOf(bytes.subarray(headerSize, headerSize + length)) };
}

function factsOf(body: Uint8Array): ServiceFacts {
  const [machineAt, versionsAt] = [readerOf(body).u16be() ?? 0, readerOf(body.subarray(2)).u16be() ?? 0];
  const textsAt = (at: number, count: number) => {
    const reader = readerOf(body.subarray(at));
    return Array.from({ length: count }, () => latin1(reader.take(reader.u8() ?? 0) ?? new Uint8Array())).filter(
      (text) => /^[\x20-\x7e\x80-\xff]{1,100}$/.test(text),
    );
  };
  const [machine] = textsAt(machineAt, 1);
  const [name] = textsAt(10, 1);
  const version = textsAt(versionsAt + 1, Math.min(body[versionsAt] ?? 0, 16))
    .sort()
    .at(-1);
  const netatalk = /^Netatalk ?([0-9][0-9A-Za-z.-]{0,20})$/.exec(machine ?? '')?.[1];
  const told = [netatalk === undefined ? machine : undefined, name && `server ${name}`, version];
  return {
    product: netatalk === undefined ? undefined : 'Netatalk',
    version: netatalk,
    extraInfo: told.filter((text) => text !== undefined).join('; '),
    cpe: netatalk === undefined ? undefined : [cpe('netatalk', 'netatalk', netatalk)],
  };
}
