import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** Munin's node on this port, which talks to everybody. */
export async function startMunin(namespace: Namespace, directory: string, port: number): Promise<Daemon> {
  const configuration = join(directory, 'munin-node.conf');
  const lines = [
    ...[`log_file ${join(directory, 'munin.log')}`, `pid_file ${join(directory, 'pid')}`, 'background 0', 'setsid 0'],
    ...['user root', 'group root', 'host 0.0.0.0', `port ${port}`, 'allow .*', 'host_name lab.example.org'],
  ];
  writeFileSync(configuration, `${lines.join('\n')}\n`);
  return startDaemon(namespace, {
    command: 'munin-node',
    args: ['--config', configuration],
    directory,
    ports: [port],
  });
}
