import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** nbdkit with a device in memory. */
export async function startNbdkit(namespace: Namespace, directory: string, port: number): Promise<Daemon> {
  return startDaemon(namespace, {
    command: 'nbdkit',
    args: ['--foreground', '--verbose', '--port', String(port), 'memory', '1M'],
    directory,
    ports: [port],
  });
}
