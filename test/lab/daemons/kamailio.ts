import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../command.js';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** Kamailio over TCP, which answers every request with 404. */
export async function startKamailio(
  namespace: Namespace,
  directory: string,
  ports: readonly number[],
): Promise<Daemon> {
  const configuration = join(directory, 'kamailio.cfg');
  const state = join(directory, 'state');
  mkdirSync(state);
  const modules = run('dpkg', ['-L', 'kamailio'])
    .split('\n')
    .find((path) => path.endsWith('/modules/sl.so'))
    ?.replace(/sl\.so$/, '');
  const settings = [
    ...['#!KAMAILIO', 'children=1', 'tcp_children=1', ...ports.flatMap((port) => [`listen=tcp:198.51.100.2:${port}`])],
    ...[`mpath="${modules ?? ''}"`, 'loadmodule "sl.so"', 'request_route {', 'sl_send_reply("404", "Not Found");', '}'],
  ];
  writeFileSync(configuration, `${settings.join('\n')}\n`);
  const args = ['-DD', '-E', '-f', configuration, '-Y', state, '-P', join(state, 'pid')];
  return startDaemon(namespace, { command: 'kamailio', args, directory, ports });
}
