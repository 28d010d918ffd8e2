import { createCertificate } from '../certificate.js';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** OpenVPN over TCP on port 1194, without tls-auth, and without a tunnel behind it. */
export async function startOpenVpn(namespace: Namespace, directory: string): Promise<Daemon> {
  const { certificate, key } = createCertificate(directory, ['vpn.example.org']);
  return startDaemon(namespace, {
    command: 'openvpn',
    args: [
      ...['--dev', 'null', '--dev-type', 'tun', '--topology', 'subnet', '--mode', 'server', '--tls-server'],
      ...['--proto', 'tcp4-server', '--port', '1194'],
      ...['--ca', certificate, '--cert', certificate, '--key', key, '--dh', 'none'],
    ],
    directory,
    ports: [1194],
  });
}
