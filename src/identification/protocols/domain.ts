import { cpe } from '../cpe.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { latin1, readerOf, type Reader } from '../reader.js';

/** Marks our query, so that an answer to it cannot be anything else's bytes: "ex". */
const queryId = 0x6578;
const maxLength = 4096;
const [typeTxt, classChaos] = [16, 3];

/**
 * DNS over TCP (RFC 1035, sections 4.1 and 4.2.2; the name `version.bind` and its class CHAOS: RFC 4892, section 2.1).
 *
 * ```
 * int16 length of what follows
 * int16 id · int16 flags (0x8000 answer, 0x7800 opcode, 0x000f rcode) · int16 counts: question, answer, authority, additional
 * question  name · int16 type · int16 class
 * answer    name · int16 type · int16 class · int32 ttl · int16 length · data      TXT data: byte length · text
 * name      (byte length ≤ 63 · label)* · 0, or the last part as a pointer: two bytes from 0xc000 on
 * ```
 *
 * A refusal (REFUSED, NOTIMP, …) of this harmless question proves the protocol as well as an answer does.
 */
export const domain: Protocol = {
  name: 'domain',
  ports: [53],
  overTls: { name: 'domain-s', ports: [853] },
  probe: Buffer.from('\0\x1eex\0\0\0\x01\0\0\0\0\0\0\x07version\x04bind\0\0\x10\0\x03', 'latin1'),
  blindTurn: 10,
  takes: { beanstalkd: 'waits', socks: 'waits', 'ms-wbt-server': 'waits' },
  matchers: [{ parse }],
  about: {
    recognisedBy: 'a DNS response to a question for version.bind',
    logs: 'nothing with the usual settings; one query where queries are logged',
  },
  examples: [
    {
      from: 'BIND 9.18.49, Debian 12',
      bytes: Buffer.from(
        '\0Qex\x84\0\0\x01\0\x01\0\x01\0\0\x07version\x04bind\0\0\x10\0\x03' +
          '\xc0\x0c\0\x10\0\x03\0\0\0\0\0\x19\x189.18.49-1~deb12u3-Debian\xc0\x0c\0\x02\0\x03\0\0\0\0\0\x02\xc0\x0c',
        'latin1',
      ),
      service: {
        name: 'domain',
        product: 'ISC BIND',
        version: '9.18.49',
        extraInfo: 'version.bind: 9.18.49-1~deb12u3-Debian',
        cpe: ['cpe:2.3:a:isc:bind:9.18.49:*:*:*:*:*:*:*'],
      },
    },
    ...(
      [
        ['unbound 1.17.1', 'Unbound', '1.17.1', 'nlnetlabs', 'unbound'],
        ['dnsmasq-2.90', 'dnsmasq', '2.90', 'thekelleys', 'dnsmasq'],
        ['Knot DNS 3.2.6', 'Knot DNS', '3.2.6', 'nic', 'knot_dns'],
        ['NSD 4.6.1', 'NSD', '4.6.1', 'nlnetlabs', 'nsd'],
        ['PowerDNS Recursor 4.8.8', 'PowerDNS Recursor', '4.8.8', 'powerdns', 'recursor'],
        [
          'PowerDNS Authoritative Server 4.7.3',
          'PowerDNS Authoritative Server',
          '4.7.3',
          'powerdns',
          'authoritative_server',
        ],
      ] as const
    ).map(([told, product, number, vendor, name]) => ({
      from: `${product} ${number}, Debian 12`,
      bytes: Buffer.from(
        `\0${String.fromCharCode(43 + told.length)}ex\x80\x80\0\x01\0\x01\0\0\0\0\x07version\x04bind\0\0\x10\0\x03` +
          `\xc0\x0c\0\x10\0\x03\0\0\0\0\0${String.fromCharCode(told.length + 1, told.length)}${told}`,
        'latin1',
      ),
      service: {
        name: 'domain',
        product,
        version: number,
        extraInfo: `version.bind: ${told}`,
        cpe: [cpe(vendor, name, number)],
      },
    })),
    {
      from: 'RFC 1035: the same question refused (rcode 5)',
      bytes: Buffer.from('\0\x1eex\x80\x05\0\x01\0\0\0\0\0\0\x07version\x04bind\0\0\x10\0\x03', 'latin1'),
      service: { name: 'domain', extraInfo: 'REFUSED' },
    },
  ],
  negatives: [
    {
      from: 'our own question, echoed by an echo server',
      bytes: Buffer.from('\0\x1eex\0\0\0\x01\0\0\0\0\0\0\x07version\x04bind\0\0\x10\0\x03', 'latin1'),
    },
    { from: 'an answer to another question', bytes: Buffer.from('\0\x0c\x12\x34\x80\x05\0\0\0\0\0\0\0\0', 'latin1') },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const outer = readerOf(bytes);
  const length = outer.u16be();
  if (length === undefined) return { kind: bytes[0] === undefined || bytes[0] < maxLength / 256 ? 'more' : 'no' };
  if (length < 12 || length > maxLength) return { kind: 'no' };
  const start = readerOf(bytes.subarray(2));
  const [id, flags] = [start.u16be(), start.u16be()];
  if (id !== undefined && id !== queryId) return { kind: 'no' };
  // A server has no reason to send half of the id, but a path may cut anywhere.
  if (id === undefined && bytes[2] !== undefined && bytes[2] !== queryId >> 8) return { kind: 'no' };
  if (flags !== undefined && (flags & 0xf800) !== 0x8000) return { kind: 'no' };
  const message = outer.take(length);
  if (message === undefined) return { kind: 'more' };
  return { kind: 'match', facts: factsOf(message) };
}

const rcodes = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];

function factsOf(message: Uint8Array): ServiceFacts {
  const rcode = (message[3] ?? 0) & 0x0f;
  if (rcode !== 0) return { extraInfo: rcodes[rcode] ?? `rcode ${rcode}` };
  const text = versionText(readerOf(message));
  return text === undefined || text === '' ? {} : { extraInfo: `version.bind: ${text}`, ...productOf(text) };
}

/** The first TXT record of class CHAOS among the answers. */
function versionText(reader: Reader): string | undefined {
  reader.take(4);
  const [questions, answers] = [reader.u16be() ?? 0, reader.u16be() ?? 0];
  reader.take(4);
  for (let at = 0; at < Math.min(questions, 4); at++) {
    if (!skipName(reader) || reader.take(4) === undefined) return undefined;
  }
  for (let at = 0; at < Math.min(answers, 16); at++) {
    if (!skipName(reader)) return undefined;
    const [type, chaos] = [reader.u16be(), reader.u16be()];
    reader.u32();
    const data = reader.take(reader.u16be() ?? 0);
    if (data === undefined) return undefined;
    if (type === typeTxt && chaos === classChaos) {
      const text = readerOf(data);
      const taken = text.take(text.u8() ?? 0);
      return taken === undefined ? undefined : latin1(taken);
    }
  }
  return undefined;
}

/** Reads past a name; false where it does not end. A name has at most 255 bytes, so at most 127 labels. */
function skipName(reader: Reader): boolean {
  for (let labels = 0; labels < 128; labels++) {
    const length = reader.u8();
    if (length === 0) return true;
    if (length === undefined) return false;
    if (length >= 0xc0) return reader.u8() !== undefined;
    if (length > 63 || reader.take(length) === undefined) return false;
  }
  return false;
}

const version = /^(\d{1,4}(?:\.\d{1,5}){1,3}\w{0,12})/;
const bindVersion = /^(9(?:\.\d{1,4}){2}(?:[a-z]{1,6}\d{1,3}|-[PSW]\d{1,3})?)/;

/** How the name servers write their version by default. Whoever runs one can write something else instead. */
const products: readonly (readonly [start: string, version: RegExp, product: string, vendor: string, name: string])[] =
  [
    ['BIND ', bindVersion, 'ISC BIND', 'isc', 'bind'],
    ['dnsmasq-', version, 'dnsmasq', 'thekelleys', 'dnsmasq'],
    ['unbound ', version, 'Unbound', 'nlnetlabs', 'unbound'],
    ['NSD ', version, 'NSD', 'nlnetlabs', 'nsd'],
    ['PowerDNS Authoritative Server ', version, 'PowerDNS Authoritative Server', 'powerdns', 'authoritative_server'],
    ['PowerDNS Recursor ', version, 'PowerDNS Recursor', 'powerdns', 'recursor'],
    ['Knot DNS ', version, 'Knot DNS', 'nic', 'knot_dns'],
    ['', bindVersion, 'ISC BIND', 'isc', 'bind'],
  ];

function productOf(text: string): ServiceFacts {
  for (const [start, pattern, product, vendor, name] of products) {
    const found = text.startsWith(start) ? pattern.exec(text.slice(start.length))?.[1] : undefined;
    if (found !== undefined) return { product, version: found, cpe: [cpe(vendor, name, found)] };
  }
  return {};
}
