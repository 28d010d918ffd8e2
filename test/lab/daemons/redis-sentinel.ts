import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** Redis as a Sentinel that watches nothing. */
export async function startRedisSentinel(namespace: Namespace, directory: string, port: number): Promise<Daemon> {
  const configuration = join(directory, 'sentinel.conf');
  writeFileSync(configuration, `port ${port}\nbind *\nprotected-mode no\ndir ${directory}\n`);
  return startDaemon(namespace, { command: 'redis-sentinel', args: [configuration], directory, ports: [port] });
}
