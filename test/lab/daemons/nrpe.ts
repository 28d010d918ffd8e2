import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** NRPE on port 5666 of this address, inside TLS without a certificate, as it comes, or without TLS; its checks may be asked for from this network. */
export async function startNrpe(
  namespace: Namespace,
  directory: string,
  { address, allowed, isPlain }: { address: string; allowed: string; isPlain: boolean },
): Promise<Daemon> {
  const configuration = join(directory, 'nrpe.cfg');
  const lines = [
    ...[
      `server_address=${address}`,
      'server_port=5666',
      'nrpe_user=nobody',
      'nrpe_group=nogroup',
      `allowed_hosts=${allowed}`,
    ],
    ...[`pid_file=${join(directory, 'pid')}`, `log_file=${join(directory, 'nrpe.log')}`],
  ];
  writeFileSync(configuration, `${lines.join('\n')}\n`);
  return startDaemon(namespace, {
    command: 'nrpe',
    args: [...(isPlain ? ['-n'] : []), '-f', '-c', configuration],
    directory,
    ports: [5666],
  });
}
