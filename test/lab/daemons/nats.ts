import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** NATS on this port of every address, for everybody. */
export async function startNats(namespace: Namespace, directory: string, port: number): Promise<Daemon> {
  return startDaemon(namespace, { command: 'nats-server', args: ['-p', String(port)], directory, ports: [port] });
}
