/** What the version string of a MySQL greeting says of the server behind it. */
export interface MysqlVersion {
  readonly product?: string;
  /** Where it speaks MySQL's protocol for a language of its own. */
  readonly name?: string;
  readonly version?: string | undefined;
  /** What else the string tells, in its order. */
  readonly notes: readonly string[];
  /** Vendor and product of its CPE. */
  readonly cpe?: readonly [vendor: string, product: string];
}

/** What MySQL's own builds put after the number, and the revisions of Debian's, Ubuntu's and CloudLinux's packages. */
const mysqlSuffix =
  /^(?:log|debug|community|nt|enterprise|commercial|standard|classic|max|pro|gpl|cluster|cge|advanced|google|azure|cloud|u[0-9]{1,2}|rds(?:\.[0-9]{8})?|cll|lve|alpha|beta|gamma|rc|dmr|lab|m[0-9]{1,2}|[0-9]{1,2}(?:\.[0-9]{1,2})?[+~]?(?:deb|sarge|etch|lenny|squeeze)[0-9a-z.+~]*|[0-9]ubuntu[0-9a-z.+~]*|Debian(?:_[0-9a-z.+~]*)?)$/;

/** Relatives that put their own name and version behind that of the MySQL that they are like. */
const relatives: Readonly<Record<string, readonly [product: string, vendor: string, name: string]>> = {
  tidb: ['TiDB', 'pingcap', 'tidb'],
  oceanbase: ['OceanBase', 'oceanbase', 'oceanbase'],
  oceanbase_ce: ['OceanBase', 'oceanbase', 'oceanbase'],
  vitess: ['Vitess', 'linuxfoundation', 'vitess'],
  'shardingsphere-proxy': ['Apache ShardingSphere-Proxy', 'apache', 'shardingsphere'],
  ndb: ['MySQL Cluster', 'oracle', 'mysql_cluster'],
};

/**
 * The name and the number in a version string. The number is the upstream one, which is what a minimum is compared with. The forms in use:
 *
 * ```
 * 8.0.36                           MySQL
 * 5.7.42-0ubuntu0.18.04.1-log      MySQL, with the revision of the package, and that it writes a log
 * 5.5.5-10.11.6-MariaDB-log        MariaDB, behind the number that old replicas take; 10.6.16-12-MariaDB-enterprise
 * 8.0.36-28, 5.7.44-48-57-log      Percona's numbering, which a revision of Debian's may look like: no product
 * 5.1.73-rel14.12-log              Percona Server
 * 8.0.11-TiDB-v7.5.0               a relative, behind the number that it is like
 * 5.6.23-ndb-7.4.5-cluster-gpl     MySQL Cluster, likewise
 * 5.5.5-10.6.12 6.4.6-maxscale     MaxScale, behind the number that it answers for
 * 5.5.30 (ProxySQL)                a proxy, likewise
 * 8.0.mysql_aurora.3.04.0          Amazon Aurora
 * 2.2.11-id64-release (95ae9a6)    Sphinx
 * ```
 */
export function readMysqlVersion(printed: string): MysqlVersion {
  const bare = printed.replace(/^5\.5\.5-(?=[0-9]+\.)/, '');
  const [, aurora] = /^[0-9]{1,2}\.[0-9]{1,2}\.mysql_aurora\.([0-9][0-9.]{0,20})$/.exec(bare) ?? [];
  if (aurora !== undefined) return { product: 'Amazon Aurora MySQL', version: aurora, notes: [bare] };
  const number = /^[0-9]{1,4}(?:\.[0-9]{1,4}){1,3}(?:sp[0-9]{1,2}|[a-z])?/.exec(bare)?.[0];
  const rest = bare.slice(number?.length);
  if (number === undefined || /^[0-9A-Za-z]/.test(rest)) return { notes: [bare] };
  return (
    readSphinx(number, rest) ??
    readProxy(number, rest) ??
    readMariaDb(number, rest) ??
    readMysql(number, rest) ??
    readRelative(number, rest) ?? { version: number, notes: [withoutDash(rest)] }
  );
}

function withoutDash(text: string): string {
  return text.replace(/^[-_ ]/, '');
}

/** Sphinx searches, and takes its own language in MySQL's packets. */
function readSphinx(number: string, rest: string): MysqlVersion | undefined {
  const build = /^-((?:id64-)?(?:release|beta|dev)) \([0-9a-f]{7,12}\)$/.exec(rest)?.[1];
  if (build === undefined) return undefined;
  return { product: 'Sphinx', name: 'sphinxql', version: number, notes: [build], cpe: ['sphinxsearch', 'sphinx'] };
}

/** MaxScale stands before or after its own version; others stand in parentheses. */
function readProxy(number: string, rest: string): MysqlVersion | undefined {
  const [, name, own] = /^ \(([A-Z][A-Za-z]{3,30})(?: v?([0-9][0-9.]{0,20}))?\)$/.exec(rest) ?? [];
  if (name !== undefined) return { product: name, version: own, notes: [`answers for ${number}`] };
  const at = rest.search(/[- ]maxscale/i);
  if (at < 0) return undefined;
  const before = rest.slice(0, at);
  const after = /^v?([0-9]{1,3}(?:\.[0-9]{1,3}){1,3})/.exec(rest.slice(at + 10))?.[1];
  const [model = '', stated] = before.split(' ');
  return {
    product: 'MariaDB MaxScale',
    version: after ?? stated,
    notes: [`answers for ${number}${model}`],
    cpe: ['mariadb', 'maxscale'],
  };
}

function readMariaDb(number: string, rest: string): MysqlVersion | undefined {
  const [, build, more] = /^((?:-[0-9]{1,5})?)-MariaDB(.*)$/i.exec(rest) ?? [];
  if (build === undefined || more === undefined) return undefined;
  return { product: 'MariaDB', version: number + build, notes: [withoutDash(more)], cpe: ['mariadb', 'mariadb'] };
}

function readMysql(number: string, rest: string): MysqlVersion | undefined {
  if (/^-rel[0-9]|percona/i.test(rest)) {
    return {
      product: 'Percona Server',
      version: number,
      notes: [withoutDash(rest)],
      cpe: ['percona', 'percona_server'],
    };
  }
  const [before, ...suffixes] = rest.replace(/^_/, '-').split('-');
  const isOurs = before === '' && suffixes.length <= 6 && suffixes.every((suffix) => mysqlSuffix.test(suffix));
  // MySQL has three numbers, and has not come to 10 yet: that is where MariaDB went on.
  if (!isOurs || !/^[0-9]\.[0-9]{1,2}\.[0-9]{1,3}(?:[a-z]|$)/.test(number)) return undefined;
  return { product: 'MySQL', version: number, notes: [withoutDash(rest)], cpe: ['oracle', 'mysql'] };
}

/** A word behind the number that is no word for a build of MySQL is a name, if it is written like one; a version may follow it. */
function readRelative(number: string, rest: string): MysqlVersion | undefined {
  const all = rest.split(/[- ]/, 16).slice(1);
  const start = all.findIndex((word) => !/^[0-9.]+$/.test(word));
  const words = all.slice(start);
  const end = words.findIndex((word) => !/^[A-Za-z_]+$/.test(word) || mysqlSuffix.test(word.toLowerCase()));
  const [name = '', ...more] = words.slice(0, end < 0 ? words.length : end);
  const full = [name, ...more].join('-');
  const known = relatives[full.toLowerCase()] ?? relatives[name.toLowerCase()];
  if (start < 0 || (known === undefined && (!/^[A-Z][A-Za-z]{3,}$/.test(name) || noProduct.test(name))))
    return undefined;
  const behind = end < 0 ? [] : words.slice(end);
  const release = /^v?([0-9]{1,4}(?:\.[0-9]{1,4}){1,4})$/.exec(behind[0] ?? '')?.[1];
  const stage = release === undefined ? undefined : /^(?:alpha|beta|rc)[0-9.]{0,5}$/.exec(behind[1] ?? '')?.[0];
  const own = stage === undefined ? release : `${release}-${stage}`;
  const others = behind.slice(release === undefined ? 0 : stage === undefined ? 1 : 2);
  const notes = [`MySQL ${[number, ...all.slice(0, start)].join('-')}`, others.join('-')];
  if (known === undefined) return { product: full, version: own, notes };
  const [product, vendor, cpeName] = known;
  return { product, version: own, notes, cpe: [vendor, cpeName] };
}

/** What it is like, what it was built for, or by whom. */
const noProduct = /^(?:MySQL|Debian|Ubuntu|RedHat|Fedora|CentOS|SuSE|Gentoo|FreeBSD|Linux|Windows)/i;
