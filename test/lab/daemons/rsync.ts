import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** The rsync daemon, with one module. */
export async function startRsync(namespace: Namespace, directory: string, port: number): Promise<Daemon> {
  const configuration = join(directory, 'rsyncd.conf');
  writeFileSync(configuration, `use chroot = no\n[backup]\npath = ${directory}\n`);
  return startDaemon(namespace, {
    command: 'rsync',
    args: ['--daemon', '--no-detach', `--port=${port}`, `--config=${configuration}`],
    directory,
    ports: [port],
  });
}
