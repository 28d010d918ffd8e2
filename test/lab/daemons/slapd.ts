import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCertificate } from '../certificate.js';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

export const directorySuffix = 'dc=example,dc=org';

/** OpenLDAP's slapd with an empty directory on port 389, which logs every operation and can upgrade to TLS. */
export async function startSlapd(namespace: Namespace, directory: string): Promise<Daemon> {
  const data = join(directory, 'data');
  const configuration = join(directory, 'slapd.conf');
  mkdirSync(data);
  const { certificate, key } = createCertificate(directory, ['directory.example.org']);
  const lines = [
    ...['include /etc/ldap/schema/core.schema', 'modulepath /usr/lib/ldap', 'moduleload back_mdb'],
    ...[`TLSCertificateFile ${certificate}`, `TLSCertificateKeyFile ${key}`],
    ...['database mdb', `suffix "${directorySuffix}"`, `directory ${data}`],
  ];
  writeFileSync(configuration, `${lines.join('\n')}\n`);
  return startDaemon(namespace, {
    command: 'slapd',
    args: ['-h', 'ldap:///', '-f', configuration, '-d', '256'],
    directory,
    ports: [389],
    readyLog: /slapd starting/,
  });
}
