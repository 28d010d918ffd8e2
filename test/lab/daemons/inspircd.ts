import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCertificate } from '../certificate.js';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** InspIRCd, which greets with a notice, and can upgrade to TLS. */
export async function startInspircd(namespace: Namespace, directory: string, port: number): Promise<Daemon> {
  const { certificate, key } = createCertificate(directory, ['irc.example.org']);
  const configuration = join(directory, 'inspircd.conf');
  const settings = [
    '<server name="irc.example.org" description="lab" network="lab" id="001">',
    '<admin name="lab" nick="lab" email="admin@example.org">',
    ...['0.0.0.0', '::'].map((address) => `<bind address="${address}" port="${port}" type="clients">`),
    '<module name="ssl_gnutls">',
    '<module name="starttls">',
    `<sslprofile name="lab" provider="gnutls" certfile="${certificate}" keyfile="${key}">`,
    '<starttls provider="lab">',
    '<connect allow="*" timeout="60" threshold="1" pingfreq="120">',
    `<pid file="${join(directory, 'inspircd.pid')}">`,
  ];
  writeFileSync(configuration, `${settings.join('\n')}\n`);
  const args = ['--nofork', '--nolog', '--runasroot', `--config=${configuration}`];
  return startDaemon(namespace, { command: 'inspircd', args, directory, ports: [port] });
}
