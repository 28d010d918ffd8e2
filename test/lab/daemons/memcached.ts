import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** memcached on port 11211 of every address. */
export async function startMemcached(namespace: Namespace, directory: string): Promise<Daemon> {
  return startDaemon(namespace, {
    command: 'memcached',
    args: ['-u', 'nobody', '-l', '0.0.0.0,[::]', '-p', '11211', '-m', '8', '-t', '1'],
    directory,
    ports: [11211],
  });
}
