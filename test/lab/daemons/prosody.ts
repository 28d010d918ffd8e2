import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCertificate } from '../certificate.js';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** Prosody, for clients and for servers, which can upgrade to TLS. */
export async function startProsody(
  namespace: Namespace,
  directory: string,
  ports: { readonly clients: number; readonly servers: number },
): Promise<Daemon> {
  const { certificate, key } = createCertificate(directory, ['example.org']);
  const configuration = join(directory, 'prosody.cfg.lua');
  const settings = [
    ...[`pidfile = "${join(directory, 'prosody.pid')}"`, `data_path = "${directory}"`, 'run_as_root = true'],
    ...[
      'modules_enabled = { "saslauth", "dialback", "tls" }',
      'interfaces = { "*", "::" }',
      'c2s_require_encryption = false',
    ],
    ...[`c2s_ports = { ${ports.clients} }`, `s2s_ports = { ${ports.servers} }`, 'log = { info = "*console" }'],
    `ssl = { certificate = "${certificate}", key = "${key}" }`,
    'VirtualHost "example.org"',
  ];
  writeFileSync(configuration, `${settings.join('\n')}\n`);
  return startDaemon(namespace, {
    command: 'prosody',
    args: ['-F', '--config', configuration],
    directory,
    ports: [ports.clients, ports.servers],
  });
}
