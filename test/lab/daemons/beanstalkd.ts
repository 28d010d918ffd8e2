import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** beanstalkd on this port. */
export async function startBeanstalkd(namespace: Namespace, directory: string, port: number): Promise<Daemon> {
  return startDaemon(namespace, {
    command: 'beanstalkd',
    args: ['-l', '0.0.0.0', '-p', String(port)],
    directory,
    ports: [port],
  });
}
