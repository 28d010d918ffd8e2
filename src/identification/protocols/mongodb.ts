import { cpe } from '../cpe.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { latin1, readerOf, type Reader } from '../reader.js';

/** The request's own number, which the reply repeats: "expo". */
const requestId = 'expo';
/** OP_MSG, 2013. */
const opMsg = '\xdd\x07\0\0';
const maxReply = 16_384;
const maxFields = 200;

/**
 * MongoDB's wire protocol (MongoDB documentation, "MongoDB Wire Protocol", section "OP_MSG"; BSON specification 1.1;
 * "buildInfo"). Little-endian throughout.
 *
 * ```
 * message   length u32 · request id 4 · response to 4 · opcode u32 = 2013 · flags u32 · kind of section u8 = 0 · document
 * document  length u32 · (type u8 · name, NUL · value)* · 0
 * → { buildInfo: 1, $db: "admin" }            answered without authentication, and no login
 * ← { version: "7.0.5", gitVersion: ..., ok: 1 }, or { ok: 0, errmsg: ..., code: ..., codeName: ... }
 * ```
 *
 * Servers older than 3.6 do not know OP_MSG, and hang up.
 */
export const mongodb: Protocol = {
  name: 'mongodb',
  ports: [27017, 27018, 27019],
  probe: message(requestId, '\0\0\0\0', document([int('buildInfo', 1), text('$db', 'admin')])),
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the answer to buildInfo',
    logs: 'that a connection came and went, as for every client (not measured)',
  },
  examples: [
    {
      from: "built from the documentation of OP_MSG and buildInfo, with MongoDB 7.0.5's version",
      bytes: reply([
        text('version', '7.0.5'),
        text('gitVersion', '7809d71e84e314b497f282ea8aa06d7ded3eb205'),
        array('modules', []),
        text('allocator', 'tcmalloc'),
        text('javascriptEngine', 'mozjs'),
        text('sysInfo', 'deprecated'),
        array('storageEngines', [text('0', 'wiredTiger')]),
        int('bits', 64),
        double('ok', 1),
      ]),
      service: service('MongoDB', '7.0.5', undefined, cpe('mongodb', 'mongodb', '7.0.5')),
    },
    {
      from: 'built from the documentation: MongoDB Enterprise',
      bytes: reply([
        text('version', '4.4.29'),
        text('gitVersion', 'f4dda329a99811c707eb06d05ad023599f9be263'),
        array('modules', [text('0', 'enterprise')]),
        text('allocator', 'tcmalloc'),
        array('storageEngines', [text('0', 'wiredTiger')]),
        double('ok', 1),
      ]),
      service: service('MongoDB', '4.4.29', 'Enterprise', cpe('mongodb', 'mongodb', '4.4.29')),
    },
    {
      from: "built from Percona's documentation of its own field",
      bytes: reply([
        text('version', '6.0.9-7'),
        text('psmdbVersion', '6.0.9-7'),
        text('gitVersion', 'a5a51ba1aa0dd4bb8f6bf2a86bbd1c1d46fc1ba3'),
        text('allocator', 'tcmalloc'),
        array('storageEngines', [text('0', 'wiredTiger')]),
        double('ok', 1),
      ]),
      service: service('Percona Server for MongoDB', '6.0.9-7', undefined),
    },
    {
      from: "built from the documentation of buildInfo, without what only MongoDB's own builds tell",
      bytes: reply([text('version', '5.0.0'), int('maxBsonObjectSize', 16_777_216), double('ok', 1)]),
      service: service(undefined, undefined, 'compatible with MongoDB 5.0.0'),
    },
    {
      from: 'built from the documentation of errors',
      bytes: reply([
        double('ok', 0),
        text('errmsg', 'command buildInfo requires authentication'),
        int('code', 13),
        text('codeName', 'Unauthorized'),
      ]),
      service: service(undefined, undefined, 'error Unauthorized'),
    },
  ],
  negatives: [
    { from: 'a reply to a request of somebody else', bytes: message('1234', '4321', document([double('ok', 1)])) },
    { from: 'a document that does not say whether it went well', bytes: reply([text('version', '7.0.5')]) },
    { from: 'a document whose field is longer than itself', bytes: reply(['\x02version\0\xff\0\0\x007.0.5\0']) },
  ],
};

function u32le(value: number): string {
  return String.fromCharCode(value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, value >>> 24);
}

function message(request: string, responseTo: string, body: string): Uint8Array {
  return Buffer.from(`${u32le(body.length + 21)}${request}${responseTo}${opMsg}${u32le(0)}\0${body}`, 'latin1');
}

function reply(fields: readonly string[]): Uint8Array {
  return message('\x01\0\0\0', requestId, document(fields));
}

function document(fields: readonly string[]): string {
  const body = fields.join('');
  return `${u32le(body.length + 5)}${body}\0`;
}

function text(name: string, value: string): string {
  return `\x02${name}\0${u32le(value.length + 1)}${value}\0`;
}

function int(name: string, value: number): string {
  return `\x10${name}\0${u32le(value)}`;
}

function double(name: string, value: 0 | 1): string {
  return `\x01${name}\0\0\0\0\0\0\0${value === 1 ? '\xf0\x3f' : '\0\0'}`;
}

function array(name: string, fields: readonly string[]): string {
  return `\x04${name}\0${document(fields)}`;
}

function service(
  product: string | undefined,
  version: string | undefined,
  extraInfo: string | undefined,
  name?: string,
) {
  return { ...factsOf(product, version, extraInfo, name), name: 'mongodb' };
}

function factsOf(
  product: string | undefined,
  version: string | undefined,
  extraInfo: string | undefined,
  name?: string,
): ServiceFacts {
  return { product, version, extraInfo, cpe: name === undefined ? undefined : [name] };
}

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [low, high] = [reader.u16le(), reader.u16le()];
  if (low !== undefined && (low < 26 || low > maxReply)) return { kind: 'no' };
  if (high !== undefined && high !== 0) return { kind: 'no' };
  reader.take(4);
  const [responseTo, opcode, flags] = [reader.take(4), reader.take(4), reader.take(4)];
  if (responseTo !== undefined && latin1(responseTo) !== requestId) return { kind: 'no' };
  if (opcode !== undefined && latin1(opcode) !== opMsg) return { kind: 'no' };
  const section = reader.u8();
  if (section !== undefined && section !== 0) return { kind: 'no' };
  if (low === undefined || flags === undefined || section === undefined) return { kind: 'more' };
  const body = reader.take(low - 21);
  if (body === undefined) return { kind: 'more' };
  const fields = fieldsOf(readerOf(body), body.length);
  const facts = fields && readAnswer(fields);
  return facts === undefined ? { kind: 'no' } : { kind: 'match', facts };
}

/** The fields of a document with the bytes of their values; undefined where it is none. */
function fieldsOf(reader: Reader, length: number): ReadonlyMap<string, string> | undefined {
  if (reader.u16le() !== length || reader.u16le() !== 0) return undefined;
  const fields = new Map<string, string>();
  while (fields.size < maxFields) {
    const type = reader.u8();
    if (type === 0) return reader.remaining === 0 ? fields : undefined;
    const name = type === undefined ? undefined : reader.cString(128);
    const value = type === undefined || name === undefined ? undefined : valueOf(reader, type);
    if (name === undefined || value === undefined) return undefined;
    fields.set(name, latin1(value));
  }
  return undefined;
}

/** How many bytes a value has, by its type; `counted` where it says so itself, and what it does not count in. */
const widths: Readonly<Record<number, number>> = { 1: 8, 7: 12, 8: 1, 9: 8, 10: 0, 16: 4, 17: 8, 18: 8, 19: 16 };
const counted: Readonly<Record<number, number>> = { 2: 0, 3: -4, 4: -4, 5: 1 };

function valueOf(reader: Reader, type: number): Uint8Array | undefined {
  const width = widths[type];
  if (width !== undefined) return reader.take(width);
  const more = counted[type];
  const [low, high] = [reader.u16le(), reader.u16le()];
  return more === undefined || low === undefined || high !== 0 ? undefined : reader.take(low + more);
}

function readAnswer(fields: ReadonlyMap<string, string>): ServiceFacts | undefined {
  if (!fields.has('ok')) return undefined;
  const [version, ownVersion, codeName] = ['version', 'psmdbVersion', 'codeName'].map((name) => stringIn(fields, name));
  if (version === undefined) {
    return factsOf(undefined, undefined, codeName === undefined ? undefined : `error ${codeName}`);
  }
  const isMongoDb =
    /^[0-9a-f]{40}$/.test(stringIn(fields, 'gitVersion') ?? '') &&
    fields.has('allocator') &&
    fields.has('storageEngines') &&
    ![...fields.keys()].some((name) => name.startsWith('ferretdb'));
  if (!isMongoDb) return factsOf(undefined, undefined, `compatible with MongoDB ${version}`);
  if (ownVersion !== undefined) {
    return factsOf('Percona Server for MongoDB', ownVersion, undefined);
  }
  const isEnterprise = fields.get('modules')?.includes('enterprise') === true;
  return factsOf('MongoDB', version, isEnterprise ? 'Enterprise' : undefined, cpe('mongodb', 'mongodb', version));
}

function stringIn(fields: ReadonlyMap<string, string>, name: string): string | undefined {
  return /^([\x20-\x7e]{1,100})\0$/.exec(fields.get(name) ?? '')?.[1];
}
