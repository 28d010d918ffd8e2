import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCertificate } from '../certificate.js';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** Dovecot's LMTP, in the clear, and ManageSieve, which can upgrade to TLS; each on several ports. */
export async function startDovecotDelivery(
  namespace: Namespace,
  directory: string,
  ports: { readonly lmtp: readonly number[]; readonly sieve: readonly number[] },
): Promise<Daemon> {
  const { certificate, key } = createCertificate(directory, ['mail.example.org']);
  const configuration = join(directory, 'dovecot.conf');
  const listeners = (service: string, name: string, all: readonly number[]) => [
    `service ${service} {`,
    ...all.flatMap((port, at) => [`inet_listener ${name}${at === 0 ? '' : at} {`, `port = ${port}`, '}']),
    '}',
  ];
  const settings = [
    ...['protocols = lmtp sieve', 'listen = *, ::', `base_dir = ${join(directory, 'run')}`, 'log_path = /dev/stderr'],
    ...[
      'ssl = yes',
      `ssl_cert = <${certificate}`,
      `ssl_key = <${key}`,
      'mail_location = maildir:~/mail',
      'passdb {',
      '  driver = static',
      '  args = nopassword=n password=unused',
      '}',
    ],
    ...['userdb {', '  driver = static', '  args = uid=65534 gid=65534 home=/nonexistent', '}'],
    ...listeners('lmtp', 'lmtp', ports.lmtp),
    ...listeners('managesieve-login', 'sieve', ports.sieve),
  ];
  writeFileSync(configuration, `${settings.join('\n')}\n`);
  return startDaemon(namespace, {
    command: 'dovecot',
    args: ['-F', '-c', configuration],
    directory,
    ports: [...ports.lmtp, ...ports.sieve],
  });
}
