import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';
import { besideRoot } from '../packages.js';
import { listeningFor } from './inetd.js';

/** Unpacked and not installed: setting it up fails where the machine's name leads nowhere. */
export const telnetd = join(besideRoot, 'telnetd-ssl/usr/sbin/in.telnetd');

/** The telnet server of Debian's telnetd-ssl. */
export async function startTelnetd(namespace: Namespace, directory: string, port: number): Promise<Daemon> {
  return startDaemon(namespace, { ...listeningFor(telnetd, port), directory });
}
