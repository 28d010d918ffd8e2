import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** Firebird with Debian's settings; its log is the machine's own. */
export async function startFirebird(namespace: Namespace, directory: string, port: number): Promise<Daemon> {
  writeFileSync(join(directory, 'firebird.conf'), 'ServerMode = Super\n');
  namespace.run('chown', ['-R', 'firebird:', directory]);
  const user = ['--reuid=firebird', '--regid=firebird', '--clear-groups'];
  return startDaemon(namespace, {
    command: 'env',
    args: [`FIREBIRD=${directory}`, 'setpriv', ...user, '/usr/sbin/firebird', '-p', String(port)],
    directory,
    ports: [port],
  });
}
