import { knownPortList } from './known-port-list.js';
import { groupBy } from './groups.js';
import { rangesOf, type PortRange } from './ports.js';

export type PortCategory = (typeof knownPortList)[number][0];

export interface KnownPort {
  readonly port: number;
  /** IANA's service name, lower case, or the name in wide use where IANA has none or another. */
  readonly name: string;
  readonly category: PortCategory;
}

/** What people write for a service, and the name that this program uses for it. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['bind', 'domain'],
  ['ceph-mon', 'ceph'],
  ['cups', 'ipp'],
  ['dns', 'domain'],
  ['docker-tls', 'docker-s'],
  ['elastic', 'elasticsearch'],
  ['etcd', 'etcd-client'],
  ['firebird', 'gds-db'],
  ['gds_db', 'gds-db'],
  ['http-proxy', 'squid-http'],
  ['iscsi-portal', 'iscsi-target'],
  ['k8s', 'kubernetes-api'],
  ['kerberos-sec', 'kerberos'],
  ['kube-apiserver', 'kubernetes-api'],
  ['mariadb', 'mysql'],
  ['memcache', 'memcached'],
  ['modbus', 'mbap'],
  ['mongo', 'mongodb'],
  ['mqtts', 'secure-mqtt'],
  ['ms-sql', 'ms-sql-s'],
  ['mssql', 'ms-sql-s'],
  ['netbios', 'netbios-ssn'],
  ['oracle-tns', 'oracle'],
  ['pgsql', 'postgresql'],
  ['portmap', 'sunrpc'],
  ['portmapper', 'sunrpc'],
  ['postgres', 'postgresql'],
  ['rdp', 'ms-wbt-server'],
  ['rediss', 'redis-tls'],
  ['rfb', 'vnc'],
  ['rlogin', 'login'],
  ['rpcbind', 'sunrpc'],
  ['rsh', 'shell'],
  ['s7', 'iso-tsap'],
  ['salt-publish', 'zmtp'],
  ['salt-request', 'zmtp'],
  ['sieve-manage', 'sieve'],
  ['smb', 'microsoft-ds'],
  ['squid', 'squid-http'],
  ['submissions', 'smtps'],
  ['winrm', 'wsman'],
  ['xmpp', 'xmpp-client'],
  ['xymon', 'bb'],
]);

/** The ports that a scan looks at before all others: what is most often meant to be open, and what most often should not be. */
const foremost = [
  22, 80, 443, 3306, 25, 53, 3389, 445, 5432, 6379, 27017, 1433, 21, 23, 2375, 9200, 11211, 8080, 8443, 5900, 111, 139,
  110, 143, 993, 995, 465, 587, 389, 636, 1521, 2049, 873, 10250, 6443, 2379, 5672, 5985, 135, 199, 953,
];

/** The list of known TCP ports, one entry a port, the ones that matter most for exposure first within each category. */
export const knownPorts: readonly KnownPort[] = knownPortList.flatMap(([category, text]) =>
  Array.from(text.matchAll(/(\d+) (\S+)/g), ([, port, name = '']) => ({ port: Number(port), name, category })),
);

/** The known ports, each once, in the order in which they are worth looking at. */
export const portsByImportance: readonly number[] = [...new Set([...foremost, ...knownPorts.map(({ port }) => port)])];

/** What `--ports common` means. */
export const commonPorts: readonly PortRange[] = rangesOf(portsByImportance);

let names: ReadonlyMap<number, string> | undefined;
let byName: ReadonlyMap<string, readonly KnownPort[]> | undefined;

/** The service that usually listens on this TCP port: a guess from a table, never evidence. */
export function serviceNameOf(port: number): string | undefined {
  names ??= new Map(knownPorts.map((known) => [known.port, known.name]));
  return names.get(port);
}

/** The name that this program uses for what the text means: `postgres` is `postgresql`, `RDP` is `ms-wbt-server`. */
export function canonicalServiceName(name: string): string {
  const lower = name.toLowerCase();
  return aliases.get(lower) ?? lower;
}

/** The usual ports of a service, under its own name or another in use (`postgres`, `rdp`); empty where the name is unknown. */
export function portsOfService(name: string): readonly number[] {
  byName ??= groupBy(knownPorts, (known) => known.name);
  return byName.get(canonicalServiceName(name))?.map(({ port }) => port) ?? [];
}

export function portsOfCategory(wanted: PortCategory): readonly number[] {
  return knownPorts.filter(({ category }) => category === wanted).map(({ port }) => port);
}

/** Every name that `portsOfService` knows, in alphabetical order: for "did you mean". */
export function serviceNames(): readonly string[] {
  return [...new Set([...knownPorts.map(({ name }) => name), ...aliases.keys()])].sort();
}
