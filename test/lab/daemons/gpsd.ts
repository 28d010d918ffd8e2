import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** gpsd without any receiver, on port 2947. */
export async function startGpsd(namespace: Namespace, directory: string): Promise<Daemon> {
  return startDaemon(namespace, {
    command: 'gpsd',
    args: ['-N', '-n', '-G', '-S', '2947', '-F', join(directory, 'control')],
    directory,
    ports: [2947],
  });
}
