import { cpe } from '../cpe.js';
import { readMysqlVersion } from '../mysql-version.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';

/** Longer first packets are not MySQL's: a greeting has some 100 bytes, an error message up to 512. */
const maxPayload = 1024;
const maxVersion = 128;
/** "Capabilities Flags" of the documentation, CLIENT_SSL: the server can go on inside TLS. */
const clientSsl = 0x0800;

/**
 * The client/server protocol of MySQL and MariaDB: the first packet of the server (MySQL source documentation, "Connection
 * Phase Packets" Protocol::HandshakeV10 and HandshakeV9, "ERR_Packet"; MariaDB Knowledge Base, "Connection" and "ERR_Packet").
 *
 * ```
 * packet    length of payload u24le · sequence number u8 = 0 · payload
 * v10       10 · version, NUL · thread id u32le · salt 8 · 0 · capabilities u16le
 *           [· charset u8 · status u16le · capabilities u16le · length of salt u8 · filler 10 · salt, NUL [· plugin, NUL]]
 * v9        9 · version, NUL · thread id u32le · salt, NUL
 * error     255 · code u16le [· '#' · SQLSTATE 5] · message, to the end of the payload
 * ```
 *
 * What the version string tells is in mysql-version.ts. That the server offers TLS is noted and not tried: it takes a connection that
 * the server would count.
 *
 * Leaving. Measured on MariaDB 10.11.19: each connection that ends before the login counts as one in `Aborted_connects`,
 * in `Aborted_connects_preauth` and, where names are resolved, towards `max_connect_errors` (100 by default). 100 of them,
 * closed right after the greeting, were greeted and made the 101st get error 1129; with `skip_name_resolve`, or from
 * 127.0.0.1, 150 changed nothing. It is the same for a FIN, a reset, closing before the greeting is read, an empty packet,
 * COM_QUIT in either numbering (one of which is logged as an error), and a request for TLS. A host that is
 * refused with 1130 counts as aborted, but not towards the block. Only a login takes the count back, and this program
 * sends none. So nothing is said on leaving, and there is one connection for each endpoint and scan.
 */
export const mysql: Protocol = {
  name: 'mysql',
  ports: [3306],
  punishes: true,
  startTls: 'not-asked',
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the greeting packet, or the error packet in its place',
    logs: 'Aborted_connects goes up by one, and from log_error_verbosity 3 (MariaDB: log_warnings 4) a warning',
  },
  examples: [
    {
      from: 'MySQL 5.1.73: built from the documentation, and the salt as a terminal showed it',
      bytes: packet(
        '\n5.1.73\0' +
          '\x2a\0\0\0' +
          '(5rbq4NC' +
          '\0' +
          '\xff\xf7' +
          '\x08' +
          '\x02\0' +
          '\0'.repeat(13) +
          'Vg%~o3MhFeI:\0',
      ),
      service: service('MySQL', '5.1.73', 'protocol 10', cpe('oracle', 'mysql', '5.1.73')),
    },
    {
      from: 'MariaDB 10.11.19, Debian 12, to a host that has a user',
      bytes: packet(
        '\n5.5.5-10.11.19-MariaDB-0+deb12u1\0' +
          '\x04\0\0\0y":>fhVV\0\xfe\xf7\x08\x02\0\xff\x81\x15\0\0\0\0\0\0\x1d\0\0\0.~Ws`dVcn~QX\0mysql_native_password\0',
      ),
      service: service('MariaDB', '10.11.19', '0+deb12u1; protocol 10', cpe('mariadb', 'mariadb', '10.11.19')),
    },
    {
      from: 'MariaDB 10.11.19, to a host that has no user',
      bytes: packet("\xffj\x04Host '127.0.0.9' is not allowed to connect to this MariaDB server"),
      service: service(
        'MariaDB',
        undefined,
        "error 1130: Host '127.0.0.9' is not allowed to connect to this MariaDB server",
        cpe('mariadb', 'mariadb'),
      ),
    },
    {
      from: 'MariaDB 10.11.19, to a host that it has blocked',
      bytes: packet(
        "\xffi\x04Host '127.0.0.9' is blocked because of many connection errors; unblock with 'mariadb-admin flush-hosts'",
      ),
      service: service(
        'MariaDB',
        undefined,
        "error 1129: Host '127.0.0.9' is blocked because of many connection errors; unblock with 'mariadb-admin flush-hosts'",
        cpe('mariadb', 'mariadb'),
      ),
    },
    {
      from: 'MariaDB 10.11.19, with max_connections reached',
      bytes: packet('\xff\x10\x04Too many connections'),
      service: service(undefined, undefined, 'error 1040: Too many connections'),
    },
    {
      from: 'the documentation: an error with its SQLSTATE, as MySQL 8 sends it',
      bytes: packet('\xff\x10\x04#08004Too many connections'),
      service: service(undefined, undefined, 'error 1040: Too many connections'),
    },
    {
      from: "MySQL's documentation: a host without a user; Percona Server says the same",
      bytes: packet("\xffj\x04Host '192.0.2.9' is not allowed to connect to this MySQL server"),
      service: service(
        undefined,
        undefined,
        "error 1130: Host '192.0.2.9' is not allowed to connect to this MySQL server",
      ),
    },
    {
      from: 'the documentation: handshake v9',
      bytes: packet('\t3.20.32a\0\x01\0\0\0abcdefgh\0'),
      service: service('MySQL', '3.20.32a', 'protocol 9', cpe('oracle', 'mysql', '3.20.32a')),
    },
    {
      from: 'searchd of Sphinx 2.2.11, Debian 12',
      bytes: packet(
        `\n2.2.11-id64-release (95ae9a6)\0\x01\0\0\0\x01\x02\x03\x04\x05\x06\x07\x08\0\x08\x82!\x02\0${'\0'.repeat(13)}\x01\x02\x03\x04\x05\x06\x07\x08\t\n\x0b\x0c\0`,
      ),
      service: {
        ...service('Sphinx', '2.2.11', 'id64-release; protocol 10', cpe('sphinxsearch', 'sphinx', '2.2.11')),
        name: 'sphinxql',
      },
    },
    ...(
      [
        ['5.7.42-0ubuntu0.18.04.1-log', 'MySQL', '5.7.42', '0ubuntu0.18.04.1-log', 'oracle:mysql'],
        ['4.0.24_Debian-10sarge3-log', 'MySQL', '4.0.24', 'Debian-10sarge3-log', 'oracle:mysql'],
        ['8.0.36', 'MySQL', '8.0.36', '', 'oracle:mysql'],
        ['8.4.0-commercial', 'MySQL', '8.4.0', 'commercial', 'oracle:mysql'],
        ['5.0.82sp1', 'MySQL', '5.0.82sp1', '', 'oracle:mysql'],
        ['8.0.31-google', 'MySQL', '8.0.31', 'google', 'oracle:mysql'],
        ['8.0.40-cll-lve', 'MySQL', '8.0.40', 'cll-lve', 'oracle:mysql'],
        ['9.0.1-u1-cloud', 'MySQL', '9.0.1', 'u1-cloud', 'oracle:mysql'],
        ['5.6.23-ndb-7.4.5-cluster-gpl', 'MySQL Cluster', '7.4.5', 'MySQL 5.6.23; cluster-gpl', 'oracle:mysql_cluster'],
        ['5.1.73-rel14.12-log', 'Percona Server', '5.1.73', 'rel14.12-log', 'percona:percona_server'],
        ['11.4.2-MariaDB-ubu2404', 'MariaDB', '11.4.2', 'ubu2404', 'mariadb:mariadb'],
        ['10.6.16-12-MariaDB-enterprise-log', 'MariaDB', '10.6.16-12', 'enterprise-log', 'mariadb:mariadb'],
        ['5.5.5-10.0.0 2.2.21-maxscale', 'MariaDB MaxScale', '2.2.21', 'answers for 10.0.0', 'mariadb:maxscale'],
        [
          '10.6.14-MariaDB-maxscale-6.4.7',
          'MariaDB MaxScale',
          '6.4.7',
          'answers for 10.6.14-MariaDB',
          'mariadb:maxscale',
        ],
        ['5.5.30 (ProxySQL)', 'ProxySQL', undefined, 'answers for 5.5.30'],
        ['8.0.mysql_aurora.3.04.0', 'Amazon Aurora MySQL', '3.04.0', '8.0.mysql_aurora.3.04.0'],
        ['5.7.25-OceanBase_CE-v4.2.1.8', 'OceanBase', '4.2.1.8', 'MySQL 5.7.25', 'oceanbase:oceanbase'],
        ['8.0.30-Vitess', 'Vitess', undefined, 'MySQL 8.0.30', 'linuxfoundation:vitess'],
        ['8.0.11-TiDB-v7.5.0', 'TiDB', '7.5.0', 'MySQL 8.0.11', 'pingcap:tidb'],
        ['8.0.11-TiDB-v8.5.0-alpha-12-gabc', 'TiDB', '8.5.0-alpha', 'MySQL 8.0.11; 12-gabc', 'pingcap:tidb'],
        [
          '5.7.22-ShardingSphere-Proxy 5.4.1',
          'Apache ShardingSphere-Proxy',
          '5.4.1',
          'MySQL 5.7.22',
          'apache:shardingsphere',
        ],
        ['8.0.33-Dolt', 'Dolt', undefined, 'MySQL 8.0.33'],
        ['8.0.32-26-GreatSQL', 'GreatSQL', undefined, 'MySQL 8.0.32-26'],
        ['8.0.30-MatrixOne-v1.2.0-log', 'MatrixOne', '1.2.0', 'MySQL 8.0.30; log'],
        // Percona's numbering, which Debian's revisions of MySQL share; and others that say no name.
        ['8.0.36-28', undefined, '8.0.36', '28'],
        ['5.7.44-48-57-log', undefined, '5.7.44', '48-57-log'],
        ['5.6.51-91.0', undefined, '5.6.51', '91.0'],
        ['8.0.36-Ubuntu', undefined, '8.0.36', 'Ubuntu'],
        ['8.0.30-txsql', undefined, '8.0.30', 'txsql'],
        ['5.6.47.0', undefined, '5.6.47.0', ''],
        ['10.4.12-log', undefined, '10.4.12', 'log'],
      ] as const
    ).map(([printed, product, version, told, names]) => {
      const [vendor, name] = names?.split(':') ?? [];
      const extraInfo = [told, 'protocol 10'].filter((part) => part !== '').join('; ');
      return {
        from: `built from the documentation, with a version as ${product ?? 'a server that says no name'} prints it`,
        bytes: greeting(printed, 0xf7ff),
        service: service(
          product,
          version,
          extraInfo,
          vendor === undefined || name === undefined ? undefined : cpe(vendor, name, version),
        ),
      };
    }),
  ],
  negatives: [
    { from: 'a greeting whose filler is not zero', bytes: packet('\n5.1.73\0\x2a\0\0\0(5rbq4NC!\xff\xf7') },
    {
      from: 'a greeting with sequence number 1',
      bytes: Buffer.from('\x16\0\0\x01\n5.1.73\0\x2a\0\0\0(5rbq4NC\0\xff', 'latin1'),
    },
    { from: 'half a greeting', bytes: Buffer.from('4\0\0\0\n5.1.73\0', 'latin1') },
    { from: 'an error of a code that is no error of the server', bytes: packet('\xff\xff\xffsome longer text here') },
    { from: "the X Protocol's notice", bytes: Buffer.from('\x05\0\0\0\x0b\x08\x05\x1a\0', 'latin1') },
  ],
};

/** A greeting of version 10, with the lower half of these capabilities. */
function greeting(printed: string, capabilities: number): Uint8Array {
  const flags = String.fromCharCode(capabilities & 0xff, capabilities >> 8);
  return packet(`\n${printed}\0\x08\0\0\0abcdefgh\0${flags}\x08\x02\0${'\0'.repeat(13)}ijklmnopqrst\0`);
}

/** One packet with sequence number 0, as every first one has. */
function packet(payload: string): Uint8Array {
  return Buffer.concat([
    Uint8Array.of(payload.length & 0xff, payload.length >> 8, 0, 0),
    Buffer.from(payload, 'latin1'),
  ]);
}

function service(product: string | undefined, version: string | undefined, extraInfo: string, name?: string) {
  return { ...factsOf(product, version, extraInfo, name), name: 'mysql' };
}

function factsOf(
  product: string | undefined,
  version: string | undefined,
  extraInfo: string,
  name?: string,
): ServiceFacts {
  return { product, version, extraInfo, cpe: name === undefined ? undefined : [name] };
}

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [length, sequence, kind] = [reader.u24le(), reader.u8(), reader.u8()];
  if (length !== undefined && (length < 10 || length > maxPayload)) return { kind: 'no' };
  if (sequence !== undefined && sequence !== 0) return { kind: 'no' };
  if (kind !== undefined && kind !== 9 && kind !== 10 && kind !== 255) return { kind: 'no' };
  if (length === undefined || kind === undefined) return { kind: 'more' };
  const payload = reader.take(length - 1);
  if (payload === undefined) return { kind: 'more' };
  if (kind !== 255) return readGreeting(kind, payload);
  const facts = readError(payload);
  return facts === undefined ? { kind: 'no' } : { kind: 'match', facts };
}

function readError(payload: Uint8Array): ServiceFacts | undefined {
  const code = readerOf(payload).u16le();
  const message = latin1(payload.subarray(2)).replace(/^#[0-9A-Z]{5}/, '');
  if (code === undefined || code < 1000 || code > 4999) return undefined;
  if (message.length < 8 || /[\x00-\x1f\x7f]/.test(message)) return undefined;
  // MySQL's relatives call themselves "this MySQL server" as well; MariaDB calls itself by its own name.
  const isMariaDb = /\bmariadb\b/i.test(message);
  return factsOf(
    isMariaDb ? 'MariaDB' : undefined,
    undefined,
    `error ${code}: ${message}`,
    isMariaDb ? cpe('mariadb', 'mariadb') : undefined,
  );
}

function readGreeting(protocol: 9 | 10, payload: Uint8Array): Parsed {
  const reader = readerOf(payload);
  const printed = reader.cString(maxVersion);
  if (printed === undefined || !/^[0-9][\x20-\x7e]*$/.test(printed)) return { kind: 'no' };
  const facts = factsOfGreeting(printed, protocol);
  reader.u32();
  if (protocol === 9) {
    const salt = reader.cString(32);
    return salt === undefined || salt.length < 8 ? { kind: 'no' } : { kind: 'match', facts };
  }
  reader.take(8);
  const [filler, capabilities] = [reader.u8(), reader.u16le()];
  if (filler !== 0 || capabilities === undefined) return { kind: 'no' };
  return { kind: 'match', facts, offersTls: (capabilities & clientSsl) !== 0 };
}

function factsOfGreeting(printed: string, protocol: number): ServiceFacts {
  const { name, product, version, notes, cpe: names } = readMysqlVersion(printed);
  const extraInfo = [...notes, `protocol ${protocol}`].filter((part) => part !== '').join('; ');
  const facts = factsOf(product, version, extraInfo, names && cpe(...names, version));
  return name === undefined ? facts : { ...facts, name };
}
