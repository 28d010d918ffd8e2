import { cpe } from '../cpe.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { latin1, readerOf, type Reader } from '../reader.js';

const maxFrame = 8192;
const maxFields = 64;
/** 0-9-1: what follows the name in the header. */
const ourVersion = '\0\0\x09\x01';

/**
 * AMQP 0-9-1 (specification, sections 2.2.4 "The Connection Class", 4.2.2 "Protocol Header", 4.2.3 "General Frame Format" and
 * 4.2.5.5 "Field Tables"; RabbitMQ's "AMQP 0-9-1 Errata" for the types of fields) and AMQP 1.0 (OASIS standard, part 2, section 2.2
 * "Version Negotiation").
 *
 * ```
 * → "AMQP" · 0 · 0 · 9 · 1
 * ← frame      1 · channel u16be = 0 · length u32be · connection.start · CE
 *   start      class u16be = 10 · method u16be = 10 · major 0 · minor 9 · properties table · mechanisms longstr · locales longstr
 *   table      length u32be · (length of name u8 · name · type u8 · value)*        longstr, type 'S': length u32be · text
 * ← "AMQP" · protocol 0, 1, 2 (TLS), 3 (SASL) · version 3 bytes                   speaks only this version, and hangs up
 * ```
 *
 * The properties name the product and its version before any login. There is no orderly end at this point: connection.close may
 * come only later.
 */
export const amqp: Protocol = {
  name: 'amqp',
  ports: [5672],
  overTls: { name: 'amqps', ports: [5671] },
  probe: Buffer.from(`AMQP${ourVersion}`, 'latin1'),
  matchers: [{ parse: parseHeader }, { parse: parseStart }],
  about: {
    recognisedBy: 'connection.start, or the protocol header of another version',
    logs: 'RabbitMQ: accepting AMQP connection, and a warning: client unexpectedly closed TCP connection',
  },
  examples: [
    {
      from: 'RabbitMQ 3.10.8, Debian 12',
      bytes: Buffer.from(
        '\x01\0\0\0\0\x01\xed\0\n\0\n\0\t\0\0\x01\xc8\x0ccapabilitiesF\0\0\0\xc7\x12publisher_confirmst\x01' +
          '\x1aexchange_exchange_bindingst\x01\nbasic.nackt\x01\x16consumer_cancel_notifyt\x01\x12connection.blockedt\x01' +
          '\x13consumer_prioritiest\x01\x1cauthentication_failure_closet\x01\x10per_consumer_qost\x01\x0fdirect_reply_tot\x01' +
          '\x0ccluster_nameS\0\0\0\x06lab@vm\tcopyrightS\0\0\x007Copyright (c) 2007-2022 VMware, Inc. or its affiliates.' +
          '\x0binformationS\0\0\x009Licensed under the MPL 2.0. Website: https://rabbitmq.com' +
          '\x08platformS\0\0\0\x11Erlang/OTP 25.2.3\x07productS\0\0\0\x08RabbitMQ\x07versionS\0\0\0\x063.10.8' +
          '\0\0\0\x0eAMQPLAIN PLAIN\0\0\0\x05en_US\xce',
        'latin1',
      ),
      service: {
        name: 'amqp',
        product: 'RabbitMQ',
        version: '3.10.8',
        extraInfo: 'Erlang/OTP 25.2.3; cluster lab@vm; AMQPLAIN PLAIN',
        cpe: ['cpe:2.3:a:vmware:rabbitmq:3.10.8:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'built from the specification, section 4.2.3: a server without properties',
      bytes: Buffer.from('\x01\0\0\0\0\0\x1c\0\n\0\n\0\t\0\0\0\0\0\0\0\x05PLAIN\0\0\0\x05en_US\xce', 'latin1'),
      service: { name: 'amqp', extraInfo: 'PLAIN' },
    },
    {
      from: 'RabbitMQ 3.10.8, Debian 12, asked in HTTP',
      bytes: Buffer.from('AMQP\0\0\x09\x01', 'latin1'),
      service: { name: 'amqp', extraInfo: 'AMQP 0-9-1' },
    },
    {
      from: 'RabbitMQ 3.10.8, Debian 12, with its plugin for AMQP 1.0, asked for that',
      bytes: Buffer.from('AMQP\0\x01\0\0', 'latin1'),
      service: { name: 'amqp', extraInfo: 'AMQP 1.0' },
    },
    {
      from: 'Qpid Proton 0.37.0, Debian 12, which speaks AMQP 1.0 alone',
      bytes: Buffer.from(
        'AMQP\0\x01\0\0\0\0\0\x10\x02\0\0\0\0S\x10\xc0\x03\x01\xa1\0\0\0\0g\x02\0\0\0\0S\x18\xc0Z\x01\0S\x1d\xc0T\x03' +
          "\xa3\x1damqp:connection:framing-error\xa11Unknown protocol detected: 'AMQP\\x00\\x00\\x09\\x01'@",
        'latin1',
      ),
      service: { name: 'amqp', extraInfo: 'AMQP 1.0' },
    },
    {
      from: 'built from the OASIS standard, part 5, section 5.3.2: a server that wants SASL',
      bytes: Buffer.from('AMQP\x03\x01\0\0', 'latin1'),
      service: { name: 'amqp', extraInfo: 'AMQP 1.0, SASL' },
    },
    {
      from: 'built from the OASIS standard, part 5, section 5.2: a server that wants TLS',
      bytes: Buffer.from('AMQP\x02\x01\0\0', 'latin1'),
      service: { name: 'amqp', extraInfo: 'AMQP 1.0, TLS' },
    },
  ],
  negatives: [
    { from: 'text', bytes: Buffer.from('AMQP is spoken elsewhere\r\n') },
    { from: 'another method', bytes: Buffer.from('\x01\0\0\0\0\0\x04\0\n\0\x32\xce', 'latin1') },
    {
      from: 'a frame that does not end with CE',
      bytes: Buffer.from('\x01\0\0\0\0\0\x1c\0\n\0\n\0\t\0\0\0\0\0\0\0\x05PLAIN\0\0\0\x05en_US\xcf', 'latin1'),
    },
  ],
};

const headers = new Map([
  ['\0\0\x09\x01', 'AMQP 0-9-1'],
  ['\x01\x01\0\x09', 'AMQP 0-9'],
  ['\x01\x01\x08\0', 'AMQP 0-8'],
  ['\x01\x01\0\x0a', 'AMQP 0-10'],
  ['\0\x01\0\0', 'AMQP 1.0'],
  ['\x02\x01\0\0', 'AMQP 1.0, TLS'],
  ['\x03\x01\0\0', 'AMQP 1.0, SASL'],
]);

function parseHeader(bytes: Uint8Array): Parsed {
  const text = latin1(bytes.subarray(0, 8));
  if (!'AMQP'.startsWith(text.slice(0, 4))) return { kind: 'no' };
  if (text.length < 8) return { kind: 'more' };
  // Who refuses our version with its own hangs up; who sends our own back and goes on repeats what it hears.
  if (text.endsWith(ourVersion) && bytes.length > 8) return { kind: 'no' };
  const extraInfo = headers.get(text.slice(4));
  return extraInfo === undefined ? { kind: 'no' } : { kind: 'match', facts: { extraInfo } };
}

function parseStart(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [kind, channel, length] = [reader.u8(), reader.u16be(), reader.u32()];
  if ((kind ?? 1) !== 1 || (channel ?? 0) !== 0) return { kind: 'no' };
  if (length === undefined) return { kind: 'more' };
  if (length < 18 || length > maxFrame) return { kind: 'no' };
  const payload = reader.take(length);
  const end = reader.u8();
  if (payload === undefined || end === undefined) return { kind: 'more' };
  const body = readerOf(payload);
  if (end !== 0xce || body.u32() !== 0x000a000a || body.u16be() !== 9) return { kind: 'no' };
  const properties = body.take(body.u32() ?? -1);
  const mechanisms = body.take(body.u32() ?? -1);
  const locales = body.take(body.u32() ?? -1);
  if (properties === undefined || mechanisms === undefined || locales === undefined) return { kind: 'no' };
  return { kind: 'match', facts: factsOf(readTexts(readerOf(properties)), latin1(mechanisms)) };
}

/** The width of each type of field; those that bear their length in front have none here. */
const widths = new Map(
  [
    ['tbB', 1],
    ['sUu', 2],
    ['Iif', 4],
    ['D', 5],
    ['lLTd', 8],
    ['V', 0],
  ].flatMap(([types, width]) => Array.from(String(types), (type): [string, number] => [type, Number(width)])),
);

/** The fields of a table that are text, as far as it can be read. */
function readTexts(reader: Reader): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (let count = 0; count < maxFields; count += 1) {
    const name = reader.take(reader.u8() ?? -1);
    const type = reader.take(1);
    if (name === undefined || type === undefined) break;
    const letter = latin1(type);
    const width = widths.get(letter) ?? ('SAFx'.includes(letter) ? reader.u32() : undefined);
    const value = reader.take(width ?? -1);
    if (value === undefined) break;
    if (letter === 'S') texts.set(latin1(name), latin1(value));
  }
  return texts;
}

function factsOf(properties: ReadonlyMap<string, string>, mechanisms: string): ServiceFacts {
  const [product, version, cluster] = ['product', 'version', 'cluster_name'].map((name) => properties.get(name));
  return {
    product,
    version: product === undefined ? undefined : version,
    extraInfo: [properties.get('platform'), cluster && `cluster ${cluster}`, mechanisms].filter(Boolean).join('; '),
    cpe: product === 'RabbitMQ' ? [cpe('vmware', 'rabbitmq', version)] : undefined,
  };
}
