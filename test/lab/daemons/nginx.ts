import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCertificate } from '../certificate.js';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** The title of the page that it serves. */
export const pageTitle = 'offsite 7';

/** nginx with one page: http on port 80, https with a self-signed certificate for these names on 443. */
export async function startNginx(
  namespace: Namespace,
  directory: string,
  {
    names = ['offsite7.example.org'],
    ports = [80, 443],
  }: { names?: readonly string[]; ports?: readonly number[] } = {},
): Promise<Daemon> {
  const { certificate, key } = createCertificate(directory, names);
  const configuration = join(directory, 'nginx.conf');
  const listen = ports.flatMap((port) => {
    const suffix = port === 443 ? ' ssl' : '';
    return [`listen ${port}${suffix};`, `listen [::]:${port}${suffix};`];
  });
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${join(directory, kind)};`,
  );
  const server = [
    ...listen,
    ...[`ssl_certificate ${certificate};`, `ssl_certificate_key ${key};`, 'default_type text/html;'],
    `location / { return 200 '<!doctype html><title>${pageTitle}</title>'; }`,
  ];
  const lines = [
    ...['daemon off;', 'worker_processes 1;', `pid ${join(directory, 'pid')};`, 'error_log stderr;'],
    ...['events { worker_connections 512; }', 'http {', 'access_log off;', ...paths, 'server {', ...server, '}', '}'],
  ];
  writeFileSync(configuration, `${lines.join('\n')}\n`);
  return startDaemon(namespace, {
    command: 'nginx',
    args: ['-e', 'stderr', '-p', directory, '-c', configuration],
    directory,
    ports,
  });
}
