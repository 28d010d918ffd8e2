import { cpe } from '../cpe.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';

const op = {
  connect: 1,
  accept: 3,
  response: 9,
  attach: 19,
  continueAuth: 92,
  acceptData: 94,
  condAccept: 98,
};
/** In the number of each protocol that Firebird has added to those of InterBase. */
const firebirdFlag = 0x8000;
/** No buffer of these answers is longer. */
const maxBuffer = 1024;

/**
 * Firebird and InterBase ("Firebird Wire Protocol", sections "Protocol versions", "Identification (connect)", "Simple accept",
 * "Accept with data or conditional accept", "Continue authentication", "Connection rejection"). All numbers are 32 bits,
 * big-endian; a buffer is its length, its bytes, and zeros up to a multiple of four.
 *
 * ```
 * → connect 1 · attach 19 · version 3 · architecture 1 · database, empty · count · user identification, empty
 *   · count times (protocol · architecture 1 · least type 0 · greatest type 5 · weight)
 * ← accept 3 · protocol · architecture · type                          no authentication by plug-ins
 * ← accept with data 94, or if 98 · protocol · architecture · type · data · plug-in · authenticated · keys
 * ← continue authentication 92 · data · plug-in · list of plug-ins · keys
 * ← response 9 · object · id, 8 bytes · data · 1 · error · ...         error: 335544320 (0x14000000) and more
 * ← reject 4                                                           none of the protocols
 * ```
 *
 * Neither a user nor a database is named, so nothing is tried that could fail: Firebird 3.0.11 answers with 92 and waits, and its
 * log stays as it was. The number of the protocol tells the release at best.
 */
export const firebird: Protocol = {
  name: 'gds-db',
  ports: [3050],
  probe: connect(),
  blindTurn: 24,
  takes: { tls: 'closes', http: 'closes', beanstalkd: 'closes', socks: 'waits', 'ms-wbt-server': 'closes' },
  context: 'asked',
  matchers: [{ parse }],
  about: { recognisedBy: 'the answer to a connect packet that names no user and no database', logs: 'nothing' },
  examples: [
    {
      from: 'Firebird 3.0.11, Debian 12, asked as above',
      bytes: words(op.continueAuth, 0, 0, 0, 0),
      service: service('3.0 or newer'),
    },
    {
      from: 'Firebird 3.0.11, Debian 12, with WireCrypt = Disabled and AuthServer = Legacy_Auth',
      bytes: words(op.accept, 0xffff800f, 1, 5),
      service: service('protocol 15'),
    },
    {
      from: 'Firebird 3.0.11, Debian 12, asked for protocol 12 at most',
      bytes: words(op.accept, 0xffff800c, 1, 5),
      service: service('protocol 12'),
    },
    {
      from: 'the documentation: what InterBase 6 has in common with Firebird',
      bytes: words(op.accept, 10, 1, 3),
      service: { name: 'gds-db', extraInfo: 'protocol 10' },
    },
    {
      from: 'Firebird 3.0.11, Debian 12, asked with a plug-in and no user',
      bytes: words(op.response, 0, 0, 0, 0, 1, 0x14000098, 0),
      service: { name: 'gds-db', extraInfo: 'error 335544472' },
    },
    {
      from: 'the documentation: accept with data',
      bytes: words(op.acceptData, 0xffff8010, 1, 5, 0, 3, 0x53727000, 0, 0),
      service: service('protocol 16, asks for Srp'),
    },
  ],
  negatives: [
    { from: 'its own question, sent back', bytes: connect() },
    { from: 'an accept of an architecture that was not offered', bytes: words(op.accept, 0xffff800f, 7, 5) },
    {
      from: 'a rejection (Firebird 3.0.11, Debian 12), which may as well be the length of something else',
      bytes: words(4),
    },
  ],
};

function connect(): Uint8Array {
  const protocols = Array.from({ length: 10 }, (_, index) => (index === 0 ? 10 : firebirdFlag + 10 + index));
  return words(
    ...[op.connect, op.attach, 3, 1, 0, protocols.length, 0],
    ...protocols.flatMap((protocol, index) => [protocol, 1, 0, 5, index + 1]),
  );
}

function words(...values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
}

function service(extraInfo: string) {
  return { ...firebirdFacts(extraInfo), name: 'gds-db' };
}

function firebirdFacts(extraInfo: string): ServiceFacts {
  return { product: 'Firebird', extraInfo, cpe: [cpe('firebirdsql', 'firebird')] };
}

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const u32 = () => reader.u32();
  /** Undefined where it has not come in full; null where there is none of a sensible length. */
  const buffer = (): string | null | undefined => {
    const length = u32();
    if (length === undefined) return undefined;
    if (length > maxBuffer) return null;
    const padded = reader.take(length + ((4 - (length % 4)) % 4));
    return padded && latin1(padded.subarray(0, length));
  };
  const kind = u32();
  if (kind === undefined) return bytes.every((byte) => byte === 0) ? { kind: 'more' } : { kind: 'no' };
  if (kind === op.response) {
    const [object, high, low, length, argument, error] = [u32(), u32(), u32(), u32(), u32(), u32()];
    if (object === undefined || high === undefined || low === undefined || length === undefined)
      return { kind: 'more' };
    if (object !== 0 || high !== 0 || low !== 0 || length !== 0) return { kind: 'no' };
    if (argument === undefined || error === undefined) return { kind: 'more' };
    if (argument !== 1 || error >>> 16 !== 0x1400) return { kind: 'no' };
    return { kind: 'match', facts: { extraInfo: `error ${error}` } };
  }
  if (kind === op.continueAuth) {
    const buffers = [buffer(), buffer(), buffer(), buffer()];
    if (buffers.includes(null)) return { kind: 'no' };
    if (buffers.includes(undefined)) return { kind: 'more' };
    const plugin = buffers[1] ?? '';
    return isPluginName(plugin)
      ? { kind: 'match', facts: firebirdFacts(['3.0 or newer', ...asksFor(plugin)].join(', ')) }
      : { kind: 'no' };
  }
  if (kind !== op.accept && kind !== op.acceptData && kind !== op.condAccept) return { kind: 'no' };
  const [protocol, architecture, type] = [u32(), u32(), u32()];
  if (protocol === undefined || architecture === undefined || type === undefined) return { kind: 'more' };
  const number = protocol & 0x7fff;
  const isFirebirds = (protocol & firebirdFlag) !== 0;
  if (architecture !== 1 || (type & 0xff) > 5 || number < 10 || number > 19 || isFirebirds === (number === 10)) {
    return { kind: 'no' };
  }
  const plugin = kind === op.accept ? '' : [buffer(), buffer()][1];
  if (plugin === undefined) return { kind: 'more' };
  if (plugin === null || !isPluginName(plugin)) return { kind: 'no' };
  const extraInfo = [`protocol ${number}`, ...asksFor(plugin)].join(', ');
  return { kind: 'match', facts: isFirebirds ? firebirdFacts(extraInfo) : { extraInfo } };
}

const isPluginName = (text: string) => /^\w{0,32}$/.test(text);

const asksFor = (plugin: string) => (plugin === '' ? [] : [`asks for ${plugin}`]);
