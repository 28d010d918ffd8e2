import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** Debian's own Python, which has its packages, whichever stands first in the path. */
const python = '/usr/bin/python3';

/** aiosmtpd, an SMTP server. */
export function startAiosmtpd(namespace: Namespace, directory: string, port: number): Promise<Daemon> {
  const args = ['-m', 'aiosmtpd', '-n', '-l', `0.0.0.0:${port}`];
  return startDaemon(namespace, { command: python, args, directory, ports: [port] });
}

/** pyftpdlib, an FTP server. */
export function startPyftpdlib(namespace: Namespace, directory: string, port: number): Promise<Daemon> {
  const args = ['-m', 'pyftpdlib', '-i', '0.0.0.0', '-p', `${port}`];
  return startDaemon(namespace, { command: python, args, directory, ports: [port] });
}
