import { webApplications } from '../daemons/web-applications.js';
import { backendPort, webServers, type StartWebServer } from '../daemons/web-servers.js';
import type { LabDaemon } from './lab-daemon.js';

/** Whatever speaks HTTP may be called that. */
const http = { alsoCalled: ['http', 'http-proxy'] } as const;

/** Those that pass on what others serve come after these. */
export const web: readonly LabDaemon[] = [
  {
    name: 'lighttpd',
    package: 'lighttpd',
    proves: [{ port: backendPort, name: 'http', product: /lighttpd/, tellsVersion: true }],
    start: starting(webServers, 'lighttpd'),
  },
  {
    name: 'Apache httpd',
    package: 'apache2',
    proves: [{ port: 80, name: 'http', product: /Apache/, tellsVersion: true }],
    start: starting(webServers, 'apache'),
  },
  {
    name: 'HAProxy',
    package: 'haproxy',
    proves: [
      { port: 8404, name: 'haproxy-stats', product: /HAProxy/, tellsVersion: true, ...http },
      { port: 40_004, name: 'http', product: /HAProxy/, ...http },
    ],
    start: starting(webServers, 'haproxy'),
  },
  {
    name: 'Varnish',
    package: 'lighttpd',
    proves: [{ port: 40_005, name: 'http', product: /lighttpd/, tellsVersion: true }],
    start: starting(webServers, 'varnish'),
  },
  {
    name: 'Squid',
    package: 'squid',
    proves: [{ port: 3128, name: 'squid-http', product: /Squid/i, tellsVersion: true, ...http }],
    start: starting(webServers, 'squid'),
  },
  {
    name: 'Python http.server',
    package: 'python3.11',
    proves: [{ port: 8000, name: 'http', product: /Python|SimpleHTTPServer/, tellsVersion: true }],
    start: starting(webServers, 'httpServer'),
  },
  {
    name: 'Gunicorn',
    package: 'gunicorn',
    proves: [{ port: 40_007, name: 'http', product: /gunicorn/i }],
    start: starting(webServers, 'gunicorn'),
  },
  {
    name: 'nghttpd',
    package: 'nghttp2-server',
    proves: [{ port: 40_008, name: 'http', ...http }],
    start: starting(webServers, 'nghttpd'),
  },
  {
    name: 'PHP-FPM',
    package: 'php-fpm',
    proves: [{ port: 9000, name: 'fastcgi' }],
    start: starting(webServers, 'phpFpm'),
  },
  {
    name: 'Tomcat',
    package: 'tomcat10',
    proves: [
      { port: 8009, name: 'ajp13' },
      { port: 8080, name: 'http', product: /Tomcat/, tellsVersion: true },
    ],
    start: starting(webServers, 'tomcat'),
  },
  {
    name: 'Prometheus',
    package: 'prometheus',
    proves: [{ port: 40_010, name: 'http', product: /Prometheus/, tellsVersion: true }],
    start: starting(webApplications, 'prometheus'),
  },
  {
    name: 'Node Exporter',
    package: 'prometheus-node-exporter',
    proves: [{ port: 40_011, name: 'http', product: /Node Exporter/ }],
    start: starting(webApplications, 'nodeExporter'),
  },
  {
    name: 'Alertmanager',
    package: 'prometheus-alertmanager',
    proves: [{ port: 9093, name: 'http', product: /Alertmanager/, tellsVersion: true }],
    start: starting(webApplications, 'alertmanager'),
  },
  {
    name: 'etcd',
    package: 'etcd-server',
    proves: [{ port: 2379, name: 'etcd-client', product: /etcd/, tellsVersion: true, ...http }],
    start: starting(webApplications, 'etcd'),
  },
  {
    name: 'InfluxDB',
    package: 'influxdb',
    proves: [{ port: 8086, name: 'influxdb', product: /InfluxDB/, tellsVersion: true, ...http }],
    start: starting(webApplications, 'influxDb'),
  },
  {
    name: 'CUPS',
    package: 'cups-daemon',
    proves: [{ port: 631, name: 'ipp', product: /CUPS/, tellsVersion: true, ...http }],
    start: starting(webApplications, 'cups'),
  },
  {
    name: 'Cockpit',
    package: 'cockpit-ws',
    proves: [{ port: 9090, name: 'cockpit', product: /Cockpit/i, ...http }],
    start: starting(webApplications, 'cockpit'),
  },
  {
    name: 'Transmission',
    package: 'transmission-daemon',
    proves: [{ port: 9091, name: 'http', product: /Transmission/ }],
    start: starting(webApplications, 'transmission'),
  },
  {
    name: 'Jupyter Notebook',
    package: 'jupyter-notebook',
    proves: [{ port: 40_013, name: 'jupyter', product: /Jupyter|Tornado/, tellsVersion: true, ...http }],
    start: starting(webApplications, 'jupyter'),
  },
  {
    name: 'Node.js inspector',
    package: { version: process.versions.node },
    proves: [{ port: 40_014, name: 'node-inspector', product: /Node/, tellsVersion: true, ...http }],
    start: starting(webApplications, 'inspector'),
  },
  {
    name: 'phpMyAdmin',
    package: 'phpmyadmin',
    proves: [{ port: 40_015, name: 'http', product: /phpMyAdmin|PHP/, tellsVersion: true }],
    start: starting(webApplications, 'phpMyAdmin'),
  },
  {
    name: 'Docker Engine',
    package: 'docker.io',
    proves: [{ port: 2375, name: 'docker', product: /Docker/, tellsVersion: true, ...http }],
    start: starting(webApplications, 'docker'),
  },
];

function starting(servers: Readonly<Record<string, StartWebServer>>, name: string): StartWebServer {
  const start = servers[name];
  if (start === undefined) throw new Error(`no web server of the lab is called ${name}`);
  return start;
}
