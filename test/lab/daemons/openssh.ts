import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, run } from '../command.js';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** OpenSSH's server on port 22; its log has a line `Connection from …` for each connection. */
export async function startOpenSsh(namespace: Namespace, directory: string): Promise<Daemon> {
  const key = join(directory, 'host_key');
  const configuration = join(directory, 'sshd_config');
  run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  const lines = ['Port 22', `HostKey ${key}`, `PidFile ${join(directory, 'pid')}`, 'UsePAM no', 'LogLevel VERBOSE'];
  writeFileSync(configuration, `${lines.join('\n')}\n`);
  // sshd insists on this empty directory, which is made at boot. Mounts inside the namespace stay there.
  const script = 'mount -t tmpfs -o mode=755 tmpfs /run && mkdir -m 755 /run/sshd && exec "$@"';
  const sshd = findProgram('sshd') ?? 'sshd';
  return startDaemon(namespace, {
    command: 'sh',
    args: ['-c', script, 'sh', sshd, '-D', '-e', '-f', configuration],
    directory,
    ports: [22],
  });
}
