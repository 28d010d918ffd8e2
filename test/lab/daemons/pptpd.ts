import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** pptpd on port 1723. */
export async function startPptpd(namespace: Namespace, directory: string): Promise<Daemon> {
  return startDaemon(namespace, {
    command: 'pptpd',
    args: ['--fg', '--conf', '/dev/null', '--pidfile', `${directory}/pid`],
    directory,
    ports: [1723],
  });
}
