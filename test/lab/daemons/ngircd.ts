import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** ngIRCd, which says nothing before it is spoken to where it looks no name up. */
export async function startNgircd(namespace: Namespace, directory: string, port: number): Promise<Daemon> {
  const configuration = join(directory, 'ngircd.conf');
  const settings = [
    ...[
      '[Global]',
      'Name = irc.example.org',
      'Info = lab',
      `Ports = ${port}`,
      'Listen = 0.0.0.0,::',
      'MotdPhrase = lab',
    ],
    ...['AdminEMail = admin@example.org', '[Options]', 'Ident = no', 'PAM = no', 'DNS = no'],
  ];
  writeFileSync(configuration, `${settings.join('\n')}\n`);
  return startDaemon(namespace, { command: 'ngircd', args: ['-n', '-f', configuration], directory, ports: [port] });
}
