import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** rpcbind on port 111, with nothing registered but itself. */
export async function startRpcbind(namespace: Namespace, directory: string): Promise<Daemon> {
  return startDaemon(namespace, { command: 'rpcbind', args: ['-f'], directory, ports: [111] });
}
