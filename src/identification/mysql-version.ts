import { cpe } from './cpe.js';
import type { ServiceFacts } from './protocol.js';

/** The facts of a server that speaks MySQL's protocol. */
export function mysqlFacts(
  product: string | undefined,
  version: string | undefined,
  extraInfo: string,
  name?: string,
): ServiceFacts {
  return { product, version, extraInfo, cpe: name === undefined ? undefined : [name] };
}

/** What MySQL's own builds put after the number, and the revisions of Debian's and Ubuntu's packages. */
const mysqlSuffix =
  /^(?:log|debug|community|nt|enterprise|commercial|standard|classic|max|pro|gpl|cluster|cge|advanced|google|azure|cloud|u[0-9]{1,2}|alpha|beta|gamma|rc|dmr|lab|m[0-9]{1,2}|[0-9]{1,2}(?:\.[0-9]{1,2})?[+~](?:deb|lenny|squeeze)[0-9a-z.+~]*|[0-9]ubuntu[0-9a-z.+~]*|Debian_[0-9a-z.+~]*)$/;

/** Relatives that put their own name and version behind that of the MySQL that they are like, with the names of their CPE. */
const relatives: Readonly<Record<string, readonly [product: string, vendor: string, name: string]>> = {
  tidb: ['TiDB', 'pingcap', 'tidb'],
  oceanbase: ['OceanBase', 'oceanbase', 'oceanbase'],
  oceanbase_ce: ['OceanBase', 'oceanbase', 'oceanbase'],
  vitess: ['Vitess', 'linuxfoundation', 'vitess'],
  'shardingsphere-proxy': ['Apache ShardingSphere-Proxy', 'apache', 'shardingsphere'],
  maxscale: ['MariaDB MaxScale', 'mariadb', 'maxscale'],
};

function readRelative(number: string, rest: string, protocol: string): ServiceFacts | undefined {
  const [, proxy] = /^ ([0-9]{1,3}(?:\.[0-9]{1,3}){1,3})-maxscale$/.exec(rest) ?? [];
  const [, word, own = proxy] =
    /^-([A-Za-z_]{3,20}(?:-[A-Za-z]{3,20})?)(?:[- ]v?([0-9]{1,4}\.[0-9]{1,4}[0-9A-Za-z.-]*))?$/.exec(rest) ?? [];
  const known = relatives[proxy === undefined ? (word ?? '').toLowerCase() : 'maxscale'];
  if (known === undefined) return undefined;
  const [product, vendor, name] = known;
  const model = proxy === undefined ? `MySQL ${number}` : `answers for ${number}`;
  return mysqlFacts(product, own, `${model}; ${protocol}`, cpe(vendor, name, own));
}

/** Sphinx speaks MySQL's protocol for its own language: `2.2.11-id64-release (95ae9a6)`. */
function readSphinx(version: string, rest: string, protocol: string): ServiceFacts {
  const [build = ''] = rest.slice(1).split(' ');
  const facts = mysqlFacts('Sphinx', version, `${build}; ${protocol}`, cpe('sphinxsearch', 'sphinx', version));
  return { ...facts, name: 'sphinxql' };
}

/** What a version as a server prints it proves: whose it is, and which. `protocol` is what is told beside. */
export function readMysqlVersion(printed: string, protocol: string): ServiceFacts {
  const bare = printed.replace(/^5\.5\.5-(?=[0-9]+\.)/, '');
  const found = /^([0-9]{1,5}\.[0-9]{1,5}\.[0-9]{1,5}[a-z]?)(.*)$/.exec(bare);
  const [, number, rest] = found ?? [];
  const [, aurora] = /^[0-9]{1,2}\.[0-9]{1,2}\.mysql_aurora\.([0-9][0-9.]{0,20})$/.exec(bare) ?? [];
  if (aurora !== undefined) return mysqlFacts('Amazon Aurora MySQL', aurora, `${bare}; ${protocol}`);
  if (number === undefined || rest === undefined) return mysqlFacts(undefined, bare, protocol);
  const facts = (product: string, vendor: string, name: string, version: string, more: string) =>
    mysqlFacts(
      product,
      version,
      [more.replace(/^-/, ''), protocol].filter(Boolean).join('; '),
      cpe(vendor, name, version),
    );

  if (/^-(?:id64-)?(?:release|beta|dev) \([0-9a-f]{7,12}\)$/.test(rest)) return readSphinx(number, rest, protocol);
  const mariaDb = /^((?:-[0-9]{1,5})?)-MariaDB(.*)$/i.exec(rest);
  if (mariaDb !== null) return facts('MariaDB', 'mariadb', 'mariadb', number + (mariaDb[1] ?? ''), mariaDb[2] ?? '');
  const relative = readRelative(number, rest, protocol);
  if (relative !== undefined) return relative;
  if (/^-rel[0-9]|percona/i.test(rest)) return facts('Percona Server', 'percona', 'percona_server', number, rest);
  const [before, ...suffixes] = rest.split('-');
  if (before === '' && suffixes.length <= 6 && suffixes.every((suffix) => mysqlSuffix.test(suffix)))
    return facts('MySQL', 'oracle', 'mysql', number, rest);
  return mysqlFacts(undefined, bare, protocol);
}
