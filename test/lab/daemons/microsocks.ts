import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** A SOCKS proxy for everybody, or for one user. */
export async function startMicrosocks(
  namespace: Namespace,
  directory: string,
  { port, isOpen }: { readonly port: number; readonly isOpen: boolean },
): Promise<Daemon> {
  const args = ['-i', '0.0.0.0', '-p', String(port), ...(isOpen ? [] : ['-u', 'someone', '-P', 'secret'])];
  return startDaemon(namespace, { command: 'microsocks', args, directory, ports: [port] });
}
