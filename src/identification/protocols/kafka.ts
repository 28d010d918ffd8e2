import type { Parsed, Protocol } from '../protocol.js';
import { readerOf } from '../reader.js';

/** Whatever comes back with it is an answer to our question. */
const correlation = 0x65787073;
const maxKinds = 256;

/**
 * Kafka's protocol (kafka.apache.org, "Kafka protocol guide", sections "Retrieving Supported API versions" and "ApiVersions"), which
 * Redpanda and others speak as well.
 *
 * ```
 * → request    length u32be = 10 · key u16be = 18 (ApiVersions) · version u16be = 0 · correlation id u32be · client id u16be = ffff (none)
 * ← response   length u32be · correlation id u32be · error u16be · count u32be · (key u16be · lowest · highest version u16be)*
 * ```
 *
 * It is the first thing that every client asks, before it logs in. There is no word for leaving.
 */
export const kafka: Protocol = {
  name: 'kafka',
  ports: [9092, 9093],
  probe: Uint8Array.of(0, 0, 0, 10, 0, 18, 0, 0, 0x65, 0x78, 0x70, 0x73, 0xff, 0xff),
  blindTurn: 3,
  takes: { tls: 'closes', http: 'closes', beanstalkd: 'closes', socks: 'waits', 'ms-wbt-server': 'closes' },
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the answer to ApiVersions',
    logs: 'not measured',
  },
  examples: [
    {
      from: 'built from the protocol guide, with three kinds of requests',
      bytes: response(0, 3, '\0\0\0\0\0\x09\0\x01\0\0\0\x0f\0\x12\0\0\0\x03'),
      service: { name: 'kafka', extraInfo: 'ApiVersions up to 3, Fetch up to 15' },
    },
    {
      from: 'built from the protocol guide: error 35, UNSUPPORTED_VERSION',
      bytes: response(35, 1, '\0\x12\0\0\0\x04'),
      service: { name: 'kafka', extraInfo: 'ApiVersions up to 4' },
    },
  ],
  negatives: [
    { from: 'an answer to the question of somebody else', bytes: response(0, 1, '\0\x12\0\0\0\x04').fill(0, 4, 8) },
    { from: 'a count that the length denies', bytes: response(0, 2, '\0\x12\0\0\0\x04') },
  ],
};

function response(error: number, count: number, kinds: string): Uint8Array {
  const body = Buffer.from(kinds, 'latin1');
  const head = Buffer.alloc(14);
  head.writeUInt32BE(10 + body.length, 0);
  head.writeUInt32BE(correlation, 4);
  head.writeUInt16BE(error, 8);
  head.writeUInt32BE(count, 10);
  return Buffer.concat([head, body]);
}

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [length, id, error, count] = [reader.u32(), reader.u32(), reader.u16be(), reader.u32()];
  if ((id ?? correlation) !== correlation || (error !== undefined && error !== 0 && error !== 35))
    return { kind: 'no' };
  if (length !== undefined && (length < 10 || length > 10 + 6 * maxKinds)) return { kind: 'no' };
  if (length === undefined || count === undefined) return { kind: 'more' };
  if (length !== 10 + 6 * count) return { kind: 'no' };
  const kinds = reader.take(6 * count);
  if (kinds === undefined) return { kind: 'more' };
  const highest = new Map<number, number>();
  const entries = readerOf(kinds);
  while (entries.remaining > 0) {
    const [key, low, high] = [entries.u16be(), entries.u16be(), entries.u16be()];
    if (key === undefined || low === undefined || high === undefined || low > high) return { kind: 'no' };
    highest.set(key, high);
  }
  const told = ([name, key]: readonly [string, number]) => {
    const version = highest.get(key);
    return version === undefined ? [] : [`${name} up to ${version}`];
  };
  const known = [['ApiVersions', 18] as const, ['Fetch', 1] as const];
  return { kind: 'match', facts: { extraInfo: known.flatMap(told).join(', ') } };
}
