import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** Starts one web server, or what stands beside or in front of one, on every address of the host. */
export type StartWebServer = (namespace: Namespace, directory: string) => Promise<Daemon>;

/** Where the one server listens that others are put in front of. */
export const backendPort = 40_001;

const write = (directory: string, name: string, lines: readonly string[]) => {
  const file = join(directory, name);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
};

const page = '<!doctype html><title>offsite 7</title>\n';

const startApache: StartWebServer = (namespace, directory) => {
  write(directory, 'index.html', [page]);
  const configuration = write(directory, 'apache.conf', [
    ...[
      'ServerRoot /usr/lib/apache2',
      `PidFile ${directory}/pid`,
      `Mutex file:${directory}`,
      `ErrorLog ${directory}/error`,
    ],
    ...[
      'LoadModule mpm_event_module modules/mod_mpm_event.so',
      'LoadModule authz_core_module modules/mod_authz_core.so',
    ],
    ...['LoadModule dir_module modules/mod_dir.so', 'Listen 80', 'Listen 40002', `DocumentRoot ${directory}`],
    'ServerName www.example.org',
  ]);
  return startDaemon(namespace, {
    command: 'apache2',
    args: ['-X', '-f', configuration],
    directory,
    ports: [80, 40_002],
  });
};

const startLighttpd: StartWebServer = (namespace, directory) => {
  write(directory, 'index.html', [page]);
  const configuration = write(directory, 'lighttpd.conf', [
    ...[`server.document-root = "${directory}"`, 'index-file.names = ("index.html")', `server.port = ${backendPort}`],
  ]);
  return startDaemon(namespace, {
    command: 'lighttpd',
    args: ['-D', '-f', configuration],
    directory,
    ports: [backendPort],
  });
};

/** Its statistics on 8404, and a frontend on 40004 whose server is away. */
const startHaproxy: StartWebServer = (namespace, directory) => {
  const configuration = write(directory, 'haproxy.cfg', [
    ...['defaults', ' mode http', ' timeout client 5s', ' timeout server 5s', ' timeout connect 5s'],
    ...['frontend statistics', ' bind :8404', ' stats enable', ' stats uri /'],
    ...['frontend web', ' bind :40004', ' default_backend none', 'backend none', ' server one 127.0.0.1:1'],
  ]);
  return startDaemon(namespace, {
    command: 'haproxy',
    args: ['-db', '-f', configuration],
    directory,
    ports: [8404, 40_004],
  });
};

const startVarnish: StartWebServer = (namespace, directory) =>
  startDaemon(namespace, {
    command: 'varnishd',
    args: [
      ...['-F', '-a', '0.0.0.0:40005', '-b', `127.0.0.1:${backendPort}`, '-n', join(directory, 'state')],
      ...['-s', 'malloc,10m'],
    ],
    directory,
    ports: [40_005],
  });

const startSquid: StartWebServer = (namespace, directory) => {
  namespace.run('chown', ['proxy:', directory]);
  const configuration = write(directory, 'squid.conf', [
    ...['http_port 3128', 'http_port 40006', `pid_filename ${directory}/pid`, `cache_log ${directory}/cache.log`],
    ...['access_log none', 'cache deny all', 'coredump_dir /tmp', 'visible_hostname proxy.example.org'],
  ]);
  return startDaemon(namespace, {
    command: 'squid',
    args: ['-N', '-f', configuration],
    directory,
    ports: [3128, 40_006],
  });
};

const startHttpServer: StartWebServer = (namespace, directory) =>
  startDaemon(namespace, {
    command: '/usr/bin/python3',
    args: ['-m', 'http.server', '8000'],
    directory,
    ports: [8000],
  });

const startGunicorn: StartWebServer = (namespace, directory) => {
  write(directory, 'app.py', ['def app(environment, start):', " start('200 OK', [])", " return [b'hello']"]);
  return startDaemon(namespace, {
    command: '/usr/bin/gunicorn',
    args: ['-b', '0.0.0.0:40007', '--chdir', directory, 'app:app'],
    directory,
    ports: [40_007],
  });
};

/** HTTP/2 and nothing else. */
const startNghttpd: StartWebServer = (namespace, directory) =>
  startDaemon(namespace, { command: 'nghttpd', args: ['--no-tls', '40008'], directory, ports: [40_008] });

const startPhpFpm: StartWebServer = (namespace, directory) => {
  const configuration = write(directory, 'fpm.conf', [
    ...['[global]', `error_log = ${directory}/error`, '[www]', 'user = www-data', 'group = www-data'],
    ...['listen = 0.0.0.0:9000', 'pm = static', 'pm.max_children = 1'],
  ]);
  return startDaemon(namespace, { command: 'php-fpm8.2', args: ['-F', '-y', configuration], directory, ports: [9000] });
};

/** HTTP on 8080, AJP on 8009 and on a port that tells nothing. */
const startTomcat: StartWebServer = (namespace, directory) => {
  for (const name of ['conf', 'logs', 'temp', 'webapps', 'work']) mkdirSync(join(directory, name));
  write(directory, 'conf/web.xml', ['<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="5.0"></web-app>']);
  write(directory, 'conf/server.xml', [
    ...['<Server port="-1"><Service name="Catalina">', '<Connector port="8080" protocol="HTTP/1.1"/>'],
    '<Connector port="8009" address="0.0.0.0" protocol="AJP/1.3" secret="x"/>',
    '<Engine name="Catalina" defaultHost="localhost"><Host name="localhost" appBase="webapps"/></Engine></Service></Server>',
  ]);
  return startDaemon(namespace, {
    command: 'env',
    args: [
      ...[`CATALINA_BASE=${directory}`, 'CATALINA_HOME=/usr/share/tomcat10', 'JAVA_HOME=/usr/lib/jvm/default-java'],
      ...['/usr/share/tomcat10/bin/catalina.sh', 'run'],
    ],
    directory,
    ports: [8080, 8009],
  });
};

/** In the order in which they are to be started. */
export const webServers: Readonly<Record<string, StartWebServer>> = {
  lighttpd: startLighttpd,
  apache: startApache,
  haproxy: startHaproxy,
  varnish: startVarnish,
  squid: startSquid,
  httpServer: startHttpServer,
  gunicorn: startGunicorn,
  nghttpd: startNghttpd,
  phpFpm: startPhpFpm,
  tomcat: startTomcat,
};
