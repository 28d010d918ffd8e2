import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** Java's registry of remote objects, empty. */
export async function startRmiRegistry(namespace: Namespace, directory: string, port: number): Promise<Daemon> {
  return startDaemon(namespace, { command: 'rmiregistry', args: [String(port)], directory, ports: [port] });
}
