import { findProgram } from '../command.js';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';
import { listeningFor } from './inetd.js';

/** The telnet server of Debian's telnetd-ssl. */
export async function startTelnetd(namespace: Namespace, directory: string, port: number): Promise<Daemon> {
  return startDaemon(namespace, { ...listeningFor(findProgram('in.telnetd') ?? 'in.telnetd', port), directory });
}
