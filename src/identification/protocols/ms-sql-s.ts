import { cpe } from '../cpe.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { readerOf } from '../reader.js';

/**
 * The pre-login of Microsoft SQL Server's TDS (MS-TDS, sections 2.2.3.1 "Packet Header" and 2.2.6.5 "PRELOGIN"). Big-endian.
 *
 * ```
 * packet   type u8 · status u8 · length u16 (itself included) · SPID u16 · packet number u8 · window u8 · options · 0xFF · data
 * option   token u8 · offset u16, from the end of the header · length u16      0 version, 1 encryption, 2 instance, 3 thread, 4 MARS
 * version  major u8 · minor u8 · build u16 · sub-build u16
 * → type 0x12 · version 0.0.0.0, encryption off
 * ← type 0x04 · version, encryption: 0 off, 1 on, 2 not supported, 3 required
 * ```
 *
 * It comes before any login, and the server closes its side without counting anything.
 */
export const msSqlS: Protocol = {
  name: 'ms-sql-s',
  ports: [1433],
  startTls: 'not-asked',
  probe: packet(0x12, [
    [0, [0, 0, 0, 0, 0, 0]],
    [1, [0]],
  ]),
  blindTurn: 9,
  takes: { http: 'closes', beanstalkd: 'waits', socks: 'waits' },
  matchers: [{ parse }],
  about: { recognisedBy: 'the answer to a pre-login message', logs: 'nothing known (not measured)' },
  examples: [
    {
      from: 'built from MS-TDS, section 2.2.6.5: SQL Server 2019 that requires encryption',
      bytes: packet(4, [
        [0, [15, 0, 0x07, 0xd0, 0, 0]],
        [1, [3]],
      ]),
      service: service('15.0.2000', '2019, requires encryption', cpe('microsoft', 'sql_server', '2019')),
    },
    {
      from: 'built from MS-TDS, section 2.2.6.5: SQL Server 2008 R2, with all options',
      bytes: packet(4, [
        [0, [10, 50, 0x0f, 0xa0, 0, 0]],
        [1, [2]],
        [2, [0]],
        [3, []],
        [4, [0]],
      ]),
      service: service('10.50.4000', '2008 R2, no encryption', cpe('microsoft', 'sql_server', '2008')),
    },
    {
      from: 'built from MS-TDS, section 2.2.6.5: a release that is not known yet',
      bytes: packet(4, [
        [0, [42, 0, 0, 100, 0, 3]],
        [1, [0]],
      ]),
      service: service('42.0.100.3', 'encrypts logins only', cpe('microsoft', 'sql_server')),
    },
    {
      from: "built from MS-TDS, with the version of SQL Server 2014 that Azure's and Babelfish's services give",
      bytes: packet(4, [
        [0, [12, 0, 0x07, 0xd0, 0, 8]],
        [1, [1]],
      ]),
      service: { name: 'ms-sql-s', extraInfo: 'compatible with SQL Server 12.0.2000.8, encrypts' },
    },
  ],
  negatives: [
    {
      from: 'its own question, sent back',
      bytes: packet(0x12, [
        [0, [0, 0, 0, 0, 0, 0]],
        [1, [0]],
      ]),
    },
    { from: 'an answer without a version', bytes: packet(4, [[1, [0]]]) },
    {
      from: 'a tabular result, which has no options',
      bytes: Buffer.from('0401000d000001 00fd00000000'.replace(' ', ''), 'hex'),
    },
  ],
};

function packet(type: number, options: readonly (readonly [token: number, data: readonly number[]])[]): Uint8Array {
  const table: number[] = [];
  const content: number[] = [];
  for (const [token, data] of options) {
    const offset = options.length * 5 + 1 + content.length;
    table.push(token, offset >> 8, offset & 0xff, 0, data.length);
    content.push(...data);
  }
  const length = 8 + table.length + 1 + content.length;
  return Uint8Array.of(type, 1, length >> 8, length & 0xff, 0, 0, 1, 0, ...table, 0xff, ...content);
}

function service(version: string, extraInfo: string, name: string) {
  return { name: 'ms-sql-s', product: 'Microsoft SQL Server', version, extraInfo, cpe: [name] };
}

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [type, status, length] = [reader.u8(), reader.u8(), reader.u16be()];
  if (type !== undefined && type !== 4) return { kind: 'no' };
  if (status !== undefined && status !== 1) return { kind: 'no' };
  if (length !== undefined && (length < 20 || length > 512)) return { kind: 'no' };
  reader.take(2);
  const [number, window] = [reader.u8(), reader.u8()];
  if (number !== undefined && number > 1) return { kind: 'no' };
  if (window !== undefined && window !== 0) return { kind: 'no' };
  if (length === undefined || window === undefined) return { kind: 'more' };
  const content = reader.take(length - 8);
  if (content === undefined) return { kind: 'more' };
  const options = optionsOf(content);
  const [version, encryption] = [options?.get(0), options?.get(1)];
  if (version?.length !== 6 || encryption?.length !== 1) return { kind: 'no' };
  const facts = factsOf(readerOf(version), encryption[0]);
  return facts === undefined ? { kind: 'no' } : { kind: 'match', facts, offersTls: encryption[0] !== notSupported };
}

/** The data of the options by their tokens; undefined where one lies outside of the packet. */
function optionsOf(content: Uint8Array): ReadonlyMap<number, Uint8Array> | undefined {
  const reader = readerOf(content);
  const options = new Map<number, Uint8Array>();
  while (options.size < 16) {
    const token = reader.u8();
    if (token === 0xff) return options;
    const [offset, length] = [reader.u16be(), reader.u16be()];
    if (token === undefined || offset === undefined || length === undefined) return undefined;
    if (token > 15 || offset + length > content.length) return undefined;
    options.set(token, content.subarray(offset, offset + length));
  }
  return undefined;
}

/** ENCRYPT_NOT_SUP; whatever else stands there goes on inside TLS. */
const notSupported = 2;
const encryptions = ['encrypts logins only', 'encrypts', 'no encryption', 'requires encryption'];

/** By what the releases are sold (Microsoft, "Latest updates available for SQL Server"). */
const releases: Readonly<Record<string, string>> = {
  '8.0': '2000',
  '9.0': '2005',
  '10.0': '2008',
  '10.50': '2008 R2',
  '11.0': '2012',
  '12.0': '2014',
  '13.0': '2016',
  '14.0': '2017',
  '15.0': '2019',
  '16.0': '2022',
  '17.0': '2025',
};

function factsOf(reader: ReturnType<typeof readerOf>, encryption: number | undefined): ServiceFacts | undefined {
  const [major = 0, minor = 0, build = 0, subBuild = 0] = [reader.u8(), reader.u8(), reader.u16be(), reader.u16be()];
  const words = encryptions[encryption ?? encryptions.length];
  if (major < 8 || words === undefined) return undefined;
  const version = [major, minor, build, ...(subBuild === 0 ? [] : [subBuild])].join('.');
  if (version.startsWith('12.0.2000')) return { extraInfo: `compatible with SQL Server ${version}, ${words}` };
  const release = releases[`${major}.${minor}`];
  return {
    product: 'Microsoft SQL Server',
    version,
    extraInfo: [release, words].filter((part) => part !== undefined).join(', '),
    cpe: [cpe('microsoft', 'sql_server', release?.slice(0, 4))],
  };
}
