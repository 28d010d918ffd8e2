import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** rpcbind on port 111. */
export async function startRpcbind(namespace: Namespace, directory: string): Promise<Daemon> {
  return startDaemon(namespace, { command: 'rpcbind', args: ['-f'], directory, ports: [111] });
}

/** The mount daemon of NFS on port 20048, registered with rpcbind; it needs no file server in the kernel. */
export async function startMountd(namespace: Namespace, directory: string): Promise<Daemon> {
  return startDaemon(namespace, {
    command: 'rpc.mountd',
    args: ['--foreground', '--port', '20048', '--debug', 'general'],
    directory,
    ports: [20048],
  });
}
