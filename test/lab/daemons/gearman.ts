import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** Gearman's job server on this port. */
export async function startGearman(namespace: Namespace, directory: string, port: number): Promise<Daemon> {
  return startDaemon(namespace, {
    command: 'gearmand',
    args: ['-L', '0.0.0.0', '-p', String(port), '-l', 'stderr', '--verbose=INFO'],
    directory,
    ports: [port],
  });
}
