import { cpe } from '../cpe.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { latin1, readerOf, type Reader } from '../reader.js';

const opcode = { error: 0, options: 5, supported: 6 };
const stream = 0x0d;
const maxBody = 8192;

/**
 * Cassandra's native protocol (Apache Cassandra, doc/native_protocol_v4.spec, sections 2, 4.1.3, 4.2.1 and 4.2.4; ScyllaDB,
 * docs/dev/protocol-extensions.md). Big-endian.
 *
 * ```
 * frame      version u8, of answers with 0x80 · flags u8 · stream u16 · opcode u8 · length u32 · body       version 3 and newer
 * → version 4, OPTIONS 5, no body: may come before STARTUP, and so before any authentication
 * ← SUPPORTED 6 · count u16 · (length u16 · key · count u16 · (length u16 · text)*)*
 * ← ERROR 0 · code u32 · length u16 · message                                                              10: protocol error
 * ```
 *
 * What is supported tells the release of CQL, not that of the server. ScyllaDB announces extensions that begin with its name.
 */
export const cassandra: Protocol = {
  name: 'cassandra',
  ports: [9042],
  overTls: { name: 'cassandra-tls', ports: [9142] },
  probe: frame(4, opcode.options, Buffer.alloc(0)),
  blindTurn: 16,
  takes: { tls: 'answers', http: 'answers', beanstalkd: 'answers' },
  matchers: [{ parse }],
  about: { recognisedBy: 'the answer to OPTIONS', logs: 'nothing known (not measured)' },
  examples: [
    {
      from: 'built from native_protocol_v4.spec, section 4.2.4, with the keys of Cassandra 4.1',
      bytes: supported([
        ['PROTOCOL_VERSIONS', ['3/v3', '4/v4', '5/v5', '6/v6-beta']],
        ['COMPRESSION', ['snappy', 'lz4']],
        ['CQL_VERSION', ['3.4.6']],
      ]),
      service: service('Apache Cassandra', 'CQL 3.4.6', cpe('apache', 'cassandra')),
    },
    {
      from: 'built from native_protocol_v4.spec, with extensions as ScyllaDB documents them',
      bytes: supported([
        ['SCYLLA_SHARD', ['1']],
        ['SCYLLA_NR_SHARDS', ['2']],
        ['SCYLLA_PARTITIONER', ['org.apache.cassandra.dht.Murmur3Partitioner']],
        ['COMPRESSION', ['lz4', 'snappy']],
        ['CQL_VERSION', ['3.3.1']],
      ]),
      service: service('ScyllaDB', 'CQL 3.3.1'),
    },
    {
      from: 'built from native_protocol_v4.spec, with the two keys that every server must have',
      bytes: supported([
        ['CQL_VERSION', ['3.4.2']],
        ['COMPRESSION', []],
      ]),
      service: service(undefined, 'CQL 3.4.2'),
    },
    {
      from: 'built from native_protocol_v4.spec, sections 4.2.1 and 9: an older server',
      bytes: frame(
        0x83,
        opcode.error,
        Buffer.concat([Uint8Array.of(0, 0, 0, 10), text('Invalid or unsupported protocol version: 4')]),
      ),
      service: service(undefined, 'Invalid or unsupported protocol version: 4'),
    },
  ],
  negatives: [
    { from: 'its own question, sent back', bytes: frame(4, opcode.options, Buffer.alloc(0)) },
    { from: 'support for anything but CQL', bytes: supported([['COMPRESSION', ['lz4']]]) },
    { from: 'a list that is longer than the frame', bytes: frame(0x84, opcode.supported, Buffer.from([0, 9])) },
  ],
};

function frame(version: number, code: number, body: Uint8Array): Uint8Array {
  const header = Uint8Array.of(version, 0, 0, stream, code, 0, 0, body.length >> 8, body.length & 0xff);
  return Buffer.concat([header, body]);
}

function text(value: string): Uint8Array {
  return Buffer.concat([Uint8Array.of(0, value.length), Buffer.from(value)]);
}

function supported(entries: readonly (readonly [key: string, values: readonly string[]])[]): Uint8Array {
  const body = entries.map(([key, values]) =>
    Buffer.concat([text(key), Uint8Array.of(0, values.length), ...values.map(text)]),
  );
  return frame(0x84, opcode.supported, Buffer.concat([Uint8Array.of(0, entries.length), ...body]));
}

function service(product: string | undefined, extraInfo: string, name?: string) {
  return { ...factsOf(product, extraInfo, name), name: 'cassandra' };
}

function factsOf(product: string | undefined, extraInfo: string, name?: string): ServiceFacts {
  return { product, extraInfo, cpe: name === undefined ? undefined : [name] };
}

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [version, flags, answered, code] = [reader.u8(), reader.u8(), reader.u16be(), reader.u8()];
  if (version !== undefined && (version < 0x83 || version > 0x87)) return { kind: 'no' };
  // Warnings, tracing and custom payloads are not asked for; the flag of a version in its trial is.
  if (flags !== undefined && flags !== 0 && flags !== 0x10) return { kind: 'no' };
  if (answered !== undefined && answered !== stream && !(answered === 0 && bytes[4] === opcode.error)) {
    return bytes.length < 5 && answered === 0 ? { kind: 'more' } : { kind: 'no' };
  }
  if (code !== undefined && code !== opcode.error && code !== opcode.supported) return { kind: 'no' };
  const length = reader.u32();
  if (length === undefined) return { kind: 'more' };
  if (length < 2 || length > maxBody) return { kind: 'no' };
  const body = reader.take(length);
  if (body === undefined) return { kind: 'more' };
  const facts = code === opcode.error ? readError(readerOf(body)) : readSupported(readerOf(body));
  return facts === undefined ? { kind: 'no' } : { kind: 'match', facts };
}

function readText(reader: Reader): string | undefined {
  const length = reader.u16be();
  const bytes = length === undefined ? undefined : reader.take(length);
  return bytes && latin1(bytes);
}

function readError(reader: Reader): ServiceFacts | undefined {
  const [code, message] = [reader.u32(), readText(reader)];
  if (code !== 10 || message === undefined || !/\bprotocol version\b/.test(message)) return undefined;
  return factsOf(undefined, message);
}

function readSupported(reader: Reader): ServiceFacts | undefined {
  const options = new Map<string, readonly string[]>();
  const count = reader.u16be() ?? 0;
  for (let index = 0; index < Math.min(count, 64); index += 1) {
    const [key, values] = [readText(reader), reader.u16be()];
    if (key === undefined || values === undefined || values > 64) return undefined;
    const list = Array.from({ length: values }, () => readText(reader));
    const known = list.filter((value) => value !== undefined);
    if (known.length < list.length) return undefined;
    options.set(key, known);
  }
  const release = options.get('CQL_VERSION')?.[0];
  if (release === undefined || !/^[0-9.]{1,20}$/.test(release)) return undefined;
  const extraInfo = `CQL ${release}`;
  if ([...options.keys()].some((key) => key.startsWith('SCYLLA_'))) {
    return factsOf('ScyllaDB', extraInfo);
  }
  const versions = options.get('PROTOCOL_VERSIONS') ?? [];
  const isCassandra =
    versions.length > 0 && versions.every((version) => /^[0-9]{1,2}\/v[0-9]{1,2}(?:-beta)?$/.test(version));
  return isCassandra
    ? factsOf('Apache Cassandra', extraInfo, cpe('apache', 'cassandra'))
    : factsOf(undefined, extraInfo);
}
