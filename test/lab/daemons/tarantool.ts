import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** Tarantool's binary protocol. */
export async function startTarantool(namespace: Namespace, directory: string, port: number): Promise<Daemon> {
  const script = join(directory, 'init.lua');
  writeFileSync(script, `box.cfg{listen='0.0.0.0:${port}', work_dir='${directory}', memtx_memory=33554432}\n`);
  return startDaemon(namespace, { command: 'tarantool', args: [script], directory, ports: [port] });
}
