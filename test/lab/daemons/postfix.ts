import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../command.js';
import { createCertificate } from '../certificate.js';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

const services = [
  'smtp inet n - n - - smtpd',
  'submission inet n - n - - smtpd -o smtpd_tls_security_level=encrypt',
  'submissions inet n - n - - smtpd -o smtpd_tls_wrappermode=yes',
  'pickup unix n - n 60 1 pickup',
  'cleanup unix n - n - 0 cleanup',
  'qmgr unix n - n 300 1 qmgr',
  'tlsmgr unix - - n 1000? 1 tlsmgr',
  'rewrite unix - - n - - trivial-rewrite',
  'proxymap unix - - n - - proxymap',
  'anvil unix - - n - 1 anvil',
  'postlog unix-dgram n - n - 1 postlogd',
];

/** Postfix on 25, 587 (STARTTLS) and 465 (TLS), with Debian's default greeting. */
export async function startPostfix(namespace: Namespace, directory: string): Promise<Daemon> {
  const configuration = join(directory, 'etc');
  const queue = join(directory, 'queue');
  mkdirSync(configuration);
  mkdirSync(queue);
  mkdirSync(join(directory, 'data'));
  const { certificate, key } = createCertificate(directory, ['mail.example.org']);
  const settings = [
    ...['compatibility_level = 3.6', 'myhostname = mail.example.org', 'mydestination =', 'inet_protocols = all'],
    ...[`queue_directory = ${queue}`, `data_directory = ${join(directory, 'data')}`, 'inet_interfaces = all'],
    ...['smtpd_banner = $myhostname ESMTP $mail_name (Debian/GNU)', 'alias_maps =', 'alias_database ='],
    ...['maillog_file = /dev/stdout'],
    ...[`smtpd_tls_cert_file = ${certificate}`, `smtpd_tls_key_file = ${key}`, 'smtpd_tls_security_level = may'],
  ];
  writeFileSync(join(configuration, 'main.cf'), `${settings.join('\n')}\n`);
  writeFileSync(join(configuration, 'master.cf'), `${services.join('\n')}\n`);
  namespace.run('chown', ['postfix:', join(directory, 'data')]);
  namespace.run(findProgram('postfix') ?? 'postfix', ['-c', configuration, 'check']);
  return startDaemon(namespace, {
    command: 'master',
    args: ['-d', '-c', configuration],
    directory,
    ports: [25, 465, 587],
  });
}
