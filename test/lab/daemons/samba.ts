import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

export const computerName = 'FILES';

/** Samba's file server on ports 445 and 139. */
export async function startSamba(namespace: Namespace, directory: string): Promise<Daemon> {
  const rooms = ['private', 'lock', 'state', 'cache'].map((name) => [name, join(directory, name)] as const);
  for (const [, path] of rooms) mkdirSync(path);
  const configuration = join(directory, 'smb.conf');
  const lines = [
    ...['[global]', 'workgroup = LAB', `netbios name = ${computerName}`, 'smb ports = 445 139', 'load printers = no'],
    ...['disable spoolss = yes', `pid directory = ${directory}`, `ncalrpc dir = ${join(directory, 'ncalrpc')}`],
    ...rooms.map(([name, path]) => `${name} ${name === 'private' ? 'dir' : 'directory'} = ${path}`),
  ];
  writeFileSync(configuration, `${lines.join('\n')}\n`);
  return startDaemon(namespace, {
    command: 'smbd',
    args: ['--foreground', '--no-process-group', '--debug-stdout', '-s', configuration],
    directory,
    ports: [139, 445],
  });
}
