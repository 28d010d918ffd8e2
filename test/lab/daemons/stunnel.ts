import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCertificate } from '../certificate.js';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** One port of stunnel, and the plain service that stands behind it on the same machine. */
export interface Tunnel {
  readonly port: number;
  readonly to: number;
  /** More settings of the service: `sslVersionMin = TLSv1`. */
  readonly settings?: readonly string[];
}

/** Debian's program; its package bears the same name. */
export const stunnelProgram = 'stunnel4';

/** stunnel in front of plain services, on every address. The system's own least version of TLS does not hold for it. */
export async function startStunnel(
  namespace: Namespace,
  directory: string,
  tunnels: readonly Tunnel[],
  make: typeof createCertificate = createCertificate,
): Promise<Daemon> {
  const { certificate, key } = make(directory, ['mail.example.org']);
  const configuration = join(directory, 'stunnel.conf');
  const services = tunnels.flatMap(({ port, to, settings = [] }) => [
    ...[`[port${port}]`, `accept = :::${port}`, `connect = 127.0.0.1:${to}`, `cert = ${certificate}`, `key = ${key}`],
    ...settings,
  ]);
  writeFileSync(configuration, `${['foreground = yes', 'pid =', 'debug = info', ...services].join('\n')}\n`);
  return startDaemon(namespace, {
    command: 'env',
    args: ['OPENSSL_CONF=/dev/null', stunnelProgram, configuration],
    directory,
    ports: tunnels.map(({ port }) => port),
  });
}
