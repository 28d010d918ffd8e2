import { portsOfService } from '../../model/known-ports.js';
import type { OpenEntry } from '../../model/snapshot.js';

/** Names that differ by port or by habit, not by what is spoken: RFC 6409 submission is SMTP. */
const spokenAs: ReadonlyMap<string, string> = new Map([
  ['submission', 'smtp'],
  ['smtp-reinject', 'smtp'],
  ['amavis', 'smtp'],
  ['netconf-ssh', 'ssh'],
  ['redis-sentinel', 'redis'],
]);

/** Services that are carried by another protocol, so that its name may be all that the wire tells. */
const carriedBy: ReadonlyMap<string, string> = new Map([
  ...carried('mysql', 'tidb proxysql proxysql-admin sphinxql'),
  ...carried('postgresql', 'pgbouncer cockroachdb'),
  ...carried(
    'http',
    `apt-cacher-ng arangodb chrome-devtools cockpit consul couchbase couchdb couchdb-tls cpanel docker docker-registry docker-s
    elasticsearch etcd-client envoy-admin gitea glassfish-admin gradio greenbone grpc haproxy-stats influxdb ipp jupyter
    kibana kube-controller kube-proxy kube-proxy-metrics kube-scheduler kubelet kubelet-readonly kubernetes-api loki
    mailhog-http meilisearch nacos nessus netdata nomad node-inspector ollama opentsdb privoxy proxmox proxmox-backup
    prometheus-pushgateway puppet qdrant rstudio solr splunkd squid-http squid-https supervisor swarm teamcity
    typesense usermin vault victoriametrics vite wbem-http wbem-https weblogic webmail webmin websphere-admin whm
    wildfly-admin wsman wsmans`,
  ),
]);

/** Whoever reaches these rules the host or the cluster: nobody who allows a web page means them. */
const rulesTheHost: ReadonlySet<string> = new Set([
  ...['docker', 'docker-s', 'swarm', 'etcd-client', 'kubelet', 'kubernetes-api', 'chrome-devtools', 'node-inspector'],
]);

function carried(carrier: string, names: string): (readonly [string, string])[] {
  return names.split(/\s+/).map((name) => [name, carrier] as const);
}

function spokenName(name: string): string {
  const plain = name.replace(/-alt$/, '');
  return spokenAs.get(plain) ?? plain;
}

function carrierOf(name: string): string | undefined {
  return carriedBy.get(name) ?? (/-https?$/.test(name) ? 'http' : undefined);
}

/**
 * How what answers relates to the service that a rule names: it is that, it may be that (nothing on the wire denies it), or it
 * is proved to be another. HTTP and HTTPS are two services.
 */
export type ServiceRelation = 'same' | 'possible' | 'other';

export function relateService(expected: string, { service }: OpenEntry): ServiceRelation {
  if (service.method === 'table' || service.name === 'unknown') return 'possible';
  if (spokenName(expected) === spokenName(service.name) || isCarriedByExpected(expected, service)) return 'same';
  const carrier = carrierOf(expected);
  const plain = service.name === 'https' ? 'http' : spokenName(service.name);
  return carrier !== undefined && carrier === plain ? 'possible' : 'other';
}

/** A rule for web pages is met by an application that makes them, and one for PostgreSQL by its pooler. */
function isCarriedByExpected(expected: string, { name, tunnel }: OpenEntry['service']): boolean {
  if (carrierOf(name) === undefined || rulesTheHost.has(name)) return false;
  if (expected === 'https') return carrierOf(name) === 'http' && tunnel === 'tls';
  return carrierOf(name) === spokenName(expected) && (expected !== 'http' || tunnel === undefined);
}

/** True where the port number says what the wire does not deny: an open 953 is rndc's, though rndc says nothing. */
export function suggestsService(expected: string, entry: OpenEntry): boolean {
  return relateService(expected, entry) === 'possible' && portsOfService(expected).includes(entry.port);
}
