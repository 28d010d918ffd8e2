import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCertificate } from '../certificate.js';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** xrdp on port 3389, with TLS and without any session behind it. */
export async function startXrdp(namespace: Namespace, directory: string): Promise<Daemon> {
  const { certificate, key } = createCertificate(directory, ['desktop.example.org']);
  const configuration = join(directory, 'xrdp.ini');
  const lines = [
    ...['[Globals]', 'ini_version=1', 'fork=true', 'port=3389', 'security_layer=negotiate', 'crypt_level=high'],
    ...[`certificate=${certificate}`, `key_file=${key}`, 'ssl_protocols=TLSv1.2, TLSv1.3'],
    ...['[Logging]', `LogFile=${join(directory, 'xrdp.log')}`, 'LogLevel=INFO', 'EnableSyslog=false'],
  ];
  writeFileSync(configuration, `${lines.join('\n')}\n`);
  return startDaemon(namespace, {
    command: 'xrdp',
    args: ['--nodaemon', '--config', configuration],
    directory,
    ports: [3389],
  });
}
