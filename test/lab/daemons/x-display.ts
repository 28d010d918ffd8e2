import { join } from 'node:path';
import { run } from '../command.js';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

// Files in /tmp are shared with the machine; abstract sockets belong to the namespace.
const ownOnly = ['-nolock', '-nolisten', 'unix', '-geometry', '320x200'];

/** An X server on TCP, which lets everybody in or only whoever has its cookie. */
export async function startXvfb(
  namespace: Namespace,
  directory: string,
  { display, isOpen }: { readonly display: number; readonly isOpen: boolean },
): Promise<Daemon> {
  const cookies = join(directory, 'cookies');
  run('xauth', ['-f', cookies, 'add', `:${display}`, '.', '0123456789abcdef0123456789abcdef']);
  const access = isOpen ? ['-ac'] : ['-auth', cookies];
  return startDaemon(namespace, {
    command: 'Xvfb',
    args: [`:${display}`, '-listen', 'tcp', ...ownOnly.slice(0, -2), ...access],
    directory,
    ports: [6000 + display],
  });
}

/** TigerVNC's server with a display of its own, which asks for no password. */
export async function startTigerVnc(namespace: Namespace, directory: string, port: number): Promise<Daemon> {
  const args = [`:${port % 1000}`, '-rfbport', String(port), '-SecurityTypes', 'None', ...ownOnly];
  return startDaemon(namespace, { command: 'Xtigervnc', args, directory, ports: [port] });
}
