import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** Redis without a password on every address; in its protected mode it refuses everybody but the machine itself. */
export async function startRedis(
  namespace: Namespace,
  directory: string,
  { port, protectedMode }: { port: number; protectedMode: boolean },
): Promise<Daemon> {
  return startDaemon(namespace, {
    command: 'redis-server',
    args: [
      ...['--port', String(port), '--bind', '*', '-::*', '--protected-mode', protectedMode ? 'yes' : 'no'],
      ...['--save', '', '--dir', directory, '--daemonize', 'no'],
    ],
    directory,
    ports: [port],
  });
}
