import { cpe } from '../cpe.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { latin1 } from '../reader.js';

/**
 * Redis and its relatives (the Redis serialization protocol specification, and the documentation of INFO and of protected
 * mode).
 *
 * ```
 * → "*2\r\n$4\r\nINFO\r\n$6\r\nserver\r\n"
 * ← "$" length CR LF "# Server\r\n" ("key:value\r\n")* CR LF
 * ← "-" code SP text CR LF                          NOAUTH: asks for a password; DENIED: protected mode; NOPERM: ACL
 * ```
 *
 * INFO reads counters and changes nothing. HTTP must not be sent to Redis: it takes `POST` and `Host:` for an attack by way
 * of a browser, logs a security warning and hangs up.
 */
export const redis: Protocol = {
  name: 'redis',
  ports: [6379, 26379],
  overTls: { name: 'redis-tls', ports: [6380] },
  probe: Buffer.from('*2\r\n$4\r\nINFO\r\n$6\r\nserver\r\n'),
  matchers: [
    { parse },
    { pattern: /^-NOAUTH Authentication required\.?\r\n/, facts: () => ({ extraInfo: 'asks for a password' }) },
    {
      pattern: /^-DENIED (?:[A-Z][a-z]{1,15} is r|R)unning in protected mode/,
      facts: () => ({ extraInfo: 'protected mode' }),
    },
    { pattern: /^-NOPERM [^\r\n]*\r\n/, facts: () => ({ extraInfo: 'access control' }) },
    { pattern: /^-ERR max number of clients reached\r\n/, facts: () => ({ extraInfo: 'too many clients' }) },
    // What it answers to a line of HTTP, on a port where nobody could know.
    { pattern: /^-ERR wrong number of arguments for 'get' command\r\n/ },
    { pattern: /^-ERR unknown command [^\r\n]{1,128}, with args beginning with: [^\r\n]*\r\n/ },
  ],
  farewell: Buffer.from('*1\r\n$4\r\nQUIT\r\n'),
  about: {
    recognisedBy: 'the answer to INFO, or the error in its place',
    logs: 'nothing with the usual settings',
  },
  examples: [
    {
      from: 'Redis 7.0.15, Debian 12, with identifiers blanked',
      bytes: Buffer.from(
        '$581\r\n# Server\r\nredis_version:7.0.15\r\nredis_git_sha1:00000000\r\nredis_git_dirty:0\r\n' +
          'redis_build_id:ae4d7c971a948f0\r\nredis_mode:standalone\r\nos:Linux 6.18.44-fc-v669 x86_64\r\narch_bits:64\r\n' +
          'monotonic_clock:POSIX clock_gettime\r\nmultiplexing_api:epoll\r\natomicvar_api:c11-builtin\r\n' +
          'gcc_version:12.2.0\r\nprocess_id:15012\r\nprocess_supervised:no\r\n' +
          'run_id:0000000000000000000000000000000000000000\r\ntcp_port:16379\r\n' +
          'server_time_usec:1795399260713608\r\nuptime_in_seconds:24\r\nuptime_in_days:0\r\nhz:10\r\nconfigured_hz:10\r\n' +
          'lru_clock:237148\r\nexecutable:/usr/local/redis-server\r\nconfig_file:\r\nio_threads_active:0\r\n\r\n',
      ),
      service: {
        name: 'redis',
        product: 'Redis',
        version: '7.0.15',
        extraInfo: 'standalone, answers without a password',
        cpe: ['cpe:2.3:a:redis:redis:7.0.15:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'Redis 7.0.15, Debian 12, as a Sentinel, with identifiers blanked',
      bytes: info([
        ...['redis_version:7.0.15', 'redis_git_sha1:00000000', 'redis_git_dirty:0', 'redis_build_id:ae4d7c971a948f0'],
        ...['redis_mode:sentinel', 'os:Linux 6.18.44-fc-v669 x86_64', 'arch_bits:64', 'multiplexing_api:epoll'],
        ...['executable:/srv/redis-sentinel', 'config_file:/srv/sentinel.conf', 'io_threads_active:0'],
      ]),
      service: {
        name: 'redis-sentinel',
        product: 'Redis',
        version: '7.0.15',
        extraInfo: 'sentinel, answers without a password',
        cpe: ['cpe:2.3:a:redis:redis:7.0.15:*:*:*:*:*:*:*'],
      },
    },
    ...(
      [
        [
          'redis_version:7.2.4',
          'server_name:valkey',
          'valkey_version:8.0.1',
          'Valkey',
          '8.0.1',
          'lfprojects',
          'valkey',
        ],
        [
          ...(['redis_version:7.4.0', 'redis_mode:standalone', 'dragonfly_version:df-v1.25.1'] as const),
          ...(['Dragonfly', '1.25.1', 'dragonflydb', 'dragonfly'] as const),
        ],
        [
          ...(['redis_version:4.0.0', 'redis_mode:standalone', 'kvrocks_version:2.8.0'] as const),
          ...(['Apache Kvrocks', '2.8.0', 'apache', 'kvrocks'] as const),
        ],
      ] as const
    ).map(([first, second, third, product, version, vendor, name]) => ({
      from: `built from the documentation of INFO, with the field of ${product}`,
      bytes: info([first, second, third]),
      service: {
        name: 'redis',
        product,
        version,
        extraInfo: second.startsWith('redis_mode')
          ? 'standalone, answers without a password'
          : 'answers without a password',
        cpe: [cpe(vendor, name, version)],
      },
    })),
    {
      from: 'built from the documentation of INFO, with the program of KeyDB',
      bytes: info(['redis_version:6.3.4', 'redis_mode:standalone', 'executable:/usr/bin/keydb-server']),
      service: {
        name: 'redis',
        product: 'KeyDB',
        version: '6.3.4',
        extraInfo: 'standalone, answers without a password',
      },
    },
    {
      from: "built from the documentation of protected mode, in Valkey's words",
      bytes: Buffer.from('-DENIED Running in protected mode because protected mode is enabled\r\n'),
      service: { name: 'redis', extraInfo: 'protected mode' },
    },
    {
      from: 'Redis 7.0.15, Debian 12, with requirepass',
      bytes: Buffer.from('-NOAUTH Authentication required.\r\n'),
      service: { name: 'redis', extraInfo: 'asks for a password' },
    },
    {
      from: 'Redis 7.0.15, Debian 12, answering an HTTP request',
      bytes: Buffer.from(
        "-ERR wrong number of arguments for 'get' command\r\n" +
          "-ERR unknown command 'User-Agent:', with args beginning with: 'exposcan' \r\n",
      ),
      service: { name: 'redis' },
    },
  ],
  negatives: [
    { from: 'POP3 (RFC 1939) refusing a command', bytes: Buffer.from('-ERR unknown command\r\n') },
    { from: 'a bulk string of something else', bytes: Buffer.from('$5\r\nhello\r\n') },
  ],
};

function info(lines: readonly string[]): Uint8Array {
  const text = ['# Server', ...lines, ''].join('\r\n');
  return Buffer.from(`$${text.length}\r\n${text}\r\n`);
}

const opening = '# Server\r\n';

function parse(bytes: Uint8Array): Parsed {
  const text = latin1(bytes);
  const header = /^\$([1-9]\d{1,4})\r\n/.exec(text.slice(0, 16));
  if (header?.[1] === undefined)
    return { kind: /^(?:\$(?:[1-9]\d{0,4}\r?)?)?$/.test(text.slice(0, 16)) ? 'more' : 'no' };
  const end = header[0].length + Number(header[1]);
  const body = text.slice(header[0].length, end);
  if (!body.startsWith(opening)) return { kind: opening.startsWith(body) ? 'more' : 'no' };
  const whole = text.length >= end;
  const lines = body.split('\r\n');
  if (!whole) lines.pop();
  const values = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
  const version = values.get('redis_version');
  if (version === undefined) return { kind: whole ? 'no' : 'more' };
  return { kind: 'match', facts: factsOf(values, version), ...(whole ? {} : { growing: true }) };
}

/** The field of INFO in which each relative tells its own version (its documentation of INFO), with the names of its CPE. */
const relatives: readonly (readonly [field: string, product: string, vendor: string, name: string])[] = [
  ['valkey_version', 'Valkey', 'lfprojects', 'valkey'],
  ['dragonfly_version', 'Dragonfly', 'dragonflydb', 'dragonfly'],
  ['kvrocks_version', 'Apache Kvrocks', 'apache', 'kvrocks'],
];

/** Relatives of Redis give a `redis_version` for old clients' sake; what they really are stands elsewhere. */
function factsOf(values: ReadonlyMap<string, string>, version: string): ServiceFacts {
  const extraInfo = [values.get('redis_mode'), 'answers without a password']
    .filter((part) => part !== undefined)
    .join(', ');
  for (const [field, product, vendor, name] of relatives) {
    const own = values.get(field)?.replace(/^(?:df-)?v(?=[0-9])/, '');
    if (own !== undefined) return { product, version: own, extraInfo, cpe: [cpe(vendor, name, own)] };
  }
  const executable = values.get('executable') ?? '';
  // KeyDB's own version stands where Redis has its.
  if (executable.endsWith('/keydb-server')) return { product: 'KeyDB', version, extraInfo };
  if (!/\/redis-[a-z-]{1,20}$/.test(executable)) return { extraInfo: `compatible with Redis ${version}, ${extraInfo}` };
  const name = values.get('redis_mode') === 'sentinel' ? 'redis-sentinel' : undefined;
  return { name, product: 'Redis', version, extraInfo, cpe: [cpe('redis', 'redis', version)] };
}
