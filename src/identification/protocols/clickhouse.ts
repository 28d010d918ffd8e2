import { cpe } from '../cpe.js';
import type { Parsed, Protocol } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';

const maxMessage = 512;

/**
 * ClickHouse's native protocol (ClickHouse documentation, "Native Protocol", sections "Basics", "Client packets" and "Server packets":
 * "Exception"). Numbers of packets and lengths of strings are LEB128; below 128 they are one byte.
 *
 * ```
 * → 4                                                                    ping, before the hello that ought to come first
 * ← 2 · code i32le = 101 · name · message · stack trace · nested u8      exception: unexpected packet from client
 * ```
 *
 * A hello would be a login, and the only thing that tells the version; this program sends none. The exception is not waited for
 * beyond its message.
 */
export const clickhouse: Protocol = {
  name: 'clickhouse',
  ports: [9000],
  overTls: { name: 'clickhouse-tls', ports: [9440] },
  probe: Uint8Array.of(4),
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the exception that a ping before the hello draws',
    logs: 'one error of code 101 with its stack trace: Unexpected packet from client',
  },
  examples: [
    {
      from: 'ClickHouse 18.16.1, Debian 12, its stack trace cut short',
      bytes: exception('DB::NetException', 'DB::NetException: Unexpected packet from client'),
      service: service(),
    },
    {
      from: 'the documentation, with the words of newer releases',
      bytes: exception('DB::NetException', 'DB::NetException: Unexpected packet from client (expected Hello, got 4)'),
      service: service(),
    },
  ],
  negatives: [
    { from: 'an exception of another code', bytes: Buffer.from('\x02\x01\0\0\0\x04DB::\x04DB::', 'latin1') },
    { from: 'an exception of something else', bytes: exception('Exception', 'Unexpected packet from client') },
  ],
};

function exception(name: string, message: string): Uint8Array {
  return Buffer.from(
    `\x02e\0\0\0${String.fromCharCode(name.length)}${name}${String.fromCharCode(message.length)}${message}\x08` +
      '0. /lib/',
    'latin1',
  );
}

function service() {
  return { name: 'clickhouse', product: 'ClickHouse', cpe: [cpe('clickhouse', 'clickhouse')] };
}

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const start = latin1(reader.take(Math.min(5, bytes.length)) ?? bytes);
  if (start !== '\x02e\0\0\0') return { kind: '\x02e\0\0\0'.startsWith(start) ? 'more' : 'no' };
  const name = stringOf(reader.u8(), (length) => reader.take(length));
  if (name === undefined) return { kind: 'more' };
  if (!/^DB::[A-Za-z]{0,30}Exception$/.test(name)) return { kind: 'no' };
  const low = reader.u8();
  const high = low !== undefined && low > 127 ? reader.u8() : 0;
  if (low === undefined || high === undefined) return { kind: 'more' };
  const length = (low & 0x7f) + high * 128;
  if (length > maxMessage) return { kind: 'no' };
  const message = stringOf(length, (count) => reader.take(count));
  if (message === undefined) return { kind: 'more' };
  if (!message.startsWith(`${name}: `)) return { kind: 'no' };
  return { kind: 'match', facts: { product: 'ClickHouse', cpe: [cpe('clickhouse', 'clickhouse')] } };
}

function stringOf(length: number | undefined, take: (count: number) => Uint8Array | undefined): string | undefined {
  const bytes = length === undefined ? undefined : take(length);
  return bytes && latin1(bytes);
}
