import { existsSync } from 'node:fs';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

const program = '/usr/lib/xymon/server/bin/xymond';

export function isXymonThere(): boolean {
  return existsSync(program);
}

/** Xymon's server on this port, which knows of no host. */
export async function startXymon(namespace: Namespace, directory: string, port: number): Promise<Daemon> {
  return startDaemon(namespace, {
    command: 'env',
    args: [
      ...[`XYMONHOME=${directory}`, 'XYMONSERVERHOSTNAME=lab', `XYMONTMP=${directory}`],
      ...[program, `--listen=0.0.0.0:${port}`, '--no-daemon', `--log=${directory}/log`],
      ...[`--pidfile=${directory}/pid`, '--hosts=/dev/null', `--checkpoint-file=${directory}/checkpoint`],
    ],
    directory,
    ports: [port],
  });
}
