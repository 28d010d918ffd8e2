import { join } from 'node:path';
import { findProgram, run } from '../command.js';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';
import { listeningFor } from './inetd.js';

/** TinySSH, which leaves the listening to others. */
export async function startTinySsh(namespace: Namespace, directory: string, port: number): Promise<Daemon> {
  const keys = join(directory, 'keys');
  run('tinysshd-makekey', [keys]);
  const command = `${findProgram('tinysshd') ?? 'tinysshd'} ${keys}`;
  return startDaemon(namespace, { ...listeningFor(command, port), directory });
}
