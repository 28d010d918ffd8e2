import { join } from 'node:path';
import { run } from '../command.js';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** Dropbear's SSH server. */
export async function startDropbear(namespace: Namespace, directory: string, port: number): Promise<Daemon> {
  const key = join(directory, 'host_key');
  run('dropbearkey', ['-t', 'ed25519', '-f', key]);
  const args = ['-F', '-E', '-r', key, '-p', String(port), '-P', join(directory, 'pid')];
  return startDaemon(namespace, { command: 'dropbear', args, directory, ports: [port] });
}
