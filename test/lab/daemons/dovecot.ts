import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCertificate } from '../certificate.js';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** Dovecot: IMAP on 143 and 993 (TLS), POP3 on 110 and 995 (TLS). */
export async function startDovecot(namespace: Namespace, directory: string): Promise<Daemon> {
  const { certificate, key } = createCertificate(directory, ['mail.example.org']);
  const configuration = join(directory, 'dovecot.conf');
  const settings = [
    ...['protocols = imap pop3', 'listen = *, ::', `base_dir = ${join(directory, 'run')}`, 'log_path = /dev/stderr'],
    ...['ssl = yes', `ssl_cert = <${certificate}`, `ssl_key = <${key}`, 'mail_location = maildir:~/mail'],
    ...['passdb {', '  driver = static', '  args = nopassword=n password=unused', '}'],
    ...['userdb {', '  driver = static', '  args = uid=65534 gid=65534 home=/nonexistent', '}'],
  ];
  writeFileSync(configuration, `${settings.join('\n')}\n`);
  return startDaemon(namespace, {
    command: 'dovecot',
    args: ['-F', '-c', configuration],
    directory,
    ports: [110, 143, 993, 995],
  });
}
