import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** Subversion's own server, without a repository. */
export async function startSvnserve(namespace: Namespace, directory: string, port: number): Promise<Daemon> {
  return startDaemon(namespace, {
    command: 'svnserve',
    args: ['--daemon', '--foreground', '--listen-port', String(port), '--root', directory],
    directory,
    ports: [port],
  });
}
