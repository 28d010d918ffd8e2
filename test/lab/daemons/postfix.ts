import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../command.js';
import { createCertificate } from '../certificate.js';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

const services = ({ smtp, submission, submissions }: PostfixPorts) => [
  `${smtp} inet n - n - - smtpd`,
  `${submission} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt`,
  `${submissions} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes`,
  'pickup unix n - n 60 1 pickup',
  'cleanup unix n - n - 0 cleanup',
  'qmgr unix n - n 300 1 qmgr',
  'tlsmgr unix - - n 1000? 1 tlsmgr',
  'rewrite unix - - n - - trivial-rewrite',
  'proxymap unix - - n - - proxymap',
  'anvil unix - - n - 1 anvil',
  'postlog unix-dgram n - n - 1 postlogd',
];

/** In the clear and with STARTTLS; with STARTTLS only; with TLS from the first byte. */
export interface PostfixPorts {
  readonly smtp: number;
  readonly submission: number;
  readonly submissions: number;
}

const usualPorts: PostfixPorts = { smtp: 25, submission: 587, submissions: 465 };

/** What differs from a mail server of the lab. */
export interface PostfixOptions {
  readonly ports?: PostfixPorts;
  readonly names?: readonly string[];
  /** More lines of main.cf and master.cf. */
  readonly settings?: readonly string[];
  readonly services?: readonly string[];
}

/** Postfix on 25, 587 (STARTTLS) and 465 (TLS), with Debian's default greeting. */
export async function startPostfix(
  namespace: Pick<Namespace, 'run' | 'start' | 'listeningPorts'>,
  directory: string,
  options: PostfixOptions = {},
): Promise<Daemon> {
  const { ports = usualPorts, names = ['mail.example.org'] } = options;
  const configuration = join(directory, 'etc');
  const queue = join(directory, 'queue');
  mkdirSync(configuration);
  mkdirSync(queue);
  mkdirSync(join(directory, 'data'));
  const { certificate, key } = createCertificate(directory, names);
  const settings = [
    ...['compatibility_level = 3.6', 'myhostname = mail.example.org', 'mydestination =', 'inet_protocols = all'],
    ...[`queue_directory = ${queue}`, `data_directory = ${join(directory, 'data')}`, 'inet_interfaces = all'],
    ...['smtpd_banner = $myhostname ESMTP $mail_name (Debian/GNU)', 'alias_maps =', 'alias_database ='],
    ...['maillog_file = /dev/stdout'],
    ...[`smtpd_tls_cert_file = ${certificate}`, `smtpd_tls_key_file = ${key}`, 'smtpd_tls_security_level = may'],
    ...(options.settings ?? []),
  ];
  writeFileSync(join(configuration, 'main.cf'), `${settings.join('\n')}\n`);
  writeFileSync(join(configuration, 'master.cf'), `${[...services(ports), ...(options.services ?? [])].join('\n')}\n`);
  namespace.run('chown', ['postfix:', join(directory, 'data')]);
  namespace.run(findProgram('postfix') ?? 'postfix', ['-c', configuration, 'check']);
  return startDaemon(namespace, {
    command: 'master',
    args: ['-d', '-c', configuration],
    directory,
    ports: Object.values(ports),
  });
}
