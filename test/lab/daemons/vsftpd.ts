import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** vsftpd on port 21, set up as Debian does; `more` lines of its configuration besides. */
export async function startVsftpd(
  namespace: Namespace,
  directory: string,
  more: readonly string[] = [],
): Promise<Daemon> {
  const configuration = join(directory, 'vsftpd.conf');
  const empty = join(directory, 'empty');
  mkdirSync(empty, { mode: 0o555 });
  const settings = [
    ...['listen=NO', 'listen_ipv6=YES', 'background=NO', 'anonymous_enable=NO', 'local_enable=YES'],
    ...['nopriv_user=nobody', `secure_chroot_dir=${empty}`],
    ...more,
  ];
  writeFileSync(configuration, `${settings.join('\n')}\n`);
  return startDaemon(namespace, { command: 'vsftpd', args: [configuration], directory, ports: [21] });
}
