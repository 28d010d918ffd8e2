import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** PgBouncer, in front of a database that is not there; what it says before the login does not depend on it. */
export async function startPgBouncer(namespace: Namespace, directory: string, port: number): Promise<Daemon> {
  const configuration = join(directory, 'pgbouncer.ini');
  const settings = ['[databases]', 'x = host=127.0.0.1 port=1', '[pgbouncer]', 'listen_addr = *', 'unix_socket_dir ='];
  writeFileSync(configuration, `${[...settings, `listen_port = ${port}`, 'auth_type = any'].join('\n')}\n`);
  // It refuses to run as root.
  const args = ['--reuid=nobody', '--regid=nogroup', '--clear-groups', 'pgbouncer', configuration];
  return startDaemon(namespace, { command: 'setpriv', args, directory, ports: [port] });
}
