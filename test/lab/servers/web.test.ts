import { existsSync } from 'node:fs';
import t from 'tap';
import { findProgram } from '../command.js';
import { webApplications } from '../daemons/web-applications.js';
import { backendPort, webServers } from '../daemons/web-servers.js';
import { createLab, hostAddresses } from '../lab.js';
import { upstreamVersion } from '../packages.js';
import { labOptions } from '../requirements.js';
import { scanJson } from '../scan.js';

interface Expectation {
  readonly port: number;
  readonly name: string;
  readonly product?: string;
  /** The package whose version it tells; absent where it tells none to strangers. */
  readonly versionOf?: string;
  /** The version, where no package has it. */
  readonly version?: RegExp;
  readonly extraInfo?: RegExp;
}

const expectations: readonly Expectation[] = [
  { port: 80, name: 'http', product: 'Apache httpd', versionOf: 'apache2', extraInfo: /title "offsite 7", Debian$/ },
  { port: 40_002, name: 'http', product: 'Apache httpd', versionOf: 'apache2' },
  { port: backendPort, name: 'http', product: 'lighttpd', versionOf: 'lighttpd' },
  { port: 8404, name: 'haproxy-stats', product: 'HAProxy statistics', versionOf: 'haproxy' },
  { port: 40_004, name: 'http', product: 'HAProxy', extraInfo: /status 503/ },
  { port: 40_005, name: 'http', product: 'lighttpd', versionOf: 'lighttpd', extraInfo: /through Varnish 7\./ },
  { port: 3128, name: 'squid-http', product: 'Squid', versionOf: 'squid' },
  { port: 40_006, name: 'squid-http', product: 'Squid', versionOf: 'squid' },
  { port: 8000, name: 'http', product: 'Python http.server', version: /^3\./ },
  { port: 40_007, name: 'http', product: 'Gunicorn' },
  { port: 40_008, name: 'http', extraInfo: /^HTTP\/2 only$/ },
  { port: 9000, name: 'fastcgi' },
  { port: 8080, name: 'http', product: 'Apache Tomcat', versionOf: 'tomcat10' },
  { port: 8009, name: 'ajp13' },
  { port: 40_010, name: 'http', product: 'Prometheus', versionOf: 'prometheus' },
  { port: 40_011, name: 'http', product: 'Node Exporter' },
  { port: 9093, name: 'http', product: 'Alertmanager', versionOf: 'prometheus-alertmanager' },
  { port: 2379, name: 'etcd-client', product: 'etcd', versionOf: 'etcd-server' },
  { port: 40_012, name: 'etcd-client', product: 'etcd', versionOf: 'etcd-server' },
  { port: 8086, name: 'influxdb', product: 'InfluxDB', versionOf: 'influxdb' },
  { port: 631, name: 'ipp', product: 'CUPS', versionOf: 'cups-daemon' },
  { port: 9090, name: 'cockpit', product: 'Cockpit' },
  { port: 9091, name: 'http', product: 'Transmission' },
  { port: 40_013, name: 'jupyter', product: 'Jupyter Notebook', versionOf: 'jupyter-notebook' },
  { port: 40_014, name: 'node-inspector', product: 'Node.js inspector', version: /^\d+\.\d+\.\d+$/ },
  { port: 40_015, name: 'http', product: 'phpMyAdmin', version: /^5\./ },
  {
    port: 2375,
    name: 'docker',
    product: 'Docker Engine',
    versionOf: 'docker.io',
    extraInfo: /^answers without asking/,
  },
  { port: 40_016, name: 'docker', product: 'Docker Engine', versionOf: 'docker.io' },
];

const programs = [
  ...['apache2', 'lighttpd', 'haproxy', 'varnishd', 'squid', '/usr/bin/gunicorn', 'nghttpd', 'php-fpm8.2', 'php'],
  ...['/usr/share/tomcat10/bin/catalina.sh', 'prometheus', 'prometheus-node-exporter', 'prometheus-alertmanager'],
  ...['etcd', 'influxd', 'cupsd', '/usr/lib/cockpit/cockpit-ws', 'transmission-daemon', '/usr/bin/jupyter-notebook'],
  'dockerd',
];
const absent = programs.filter((program) => findProgram(program) === undefined);
if (!existsSync('/usr/share/phpmyadmin/index.php')) absent.push('phpmyadmin');
const lacks = absent.length === 0 ? undefined : `these are not installed: ${absent.join(', ')}`;

t.test('web servers and applications, from outside', labOptions(lacks), async (t) => {
  const lab = createLab();
  t.teardown(() => {
    lab.remove();
  });
  for (const [name, start] of Object.entries({ ...webServers, ...webApplications })) {
    await start(lab.host, lab.directory(name));
  }
  const address = hostAddresses[4];
  const ports = expectations.map(({ port }) => port).join();
  const { snapshot } = await scanJson(lab.outside, [address, '--ports', ports]);
  for (const { port, name, product, versionOf, version, extraInfo } of expectations) {
    const service = snapshot.open.find((entry) => entry.port === port)?.service;
    const told = `${port}: ${JSON.stringify(service)}`;
    t.equal(service?.method, 'probed', told);
    t.equal(service?.name, name, told);
    t.equal(service?.product, product, told);
    if (version !== undefined) t.match(service?.version, version, told);
    else if (versionOf === undefined) t.equal(service?.version, undefined, told);
    else t.ok(service?.version?.startsWith(upstreamVersion(versionOf)), told);
    if (extraInfo !== undefined) t.match(service?.extraInfo, extraInfo, told);
  }
});
