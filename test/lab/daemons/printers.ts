import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../command.js';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';
import { withSyslog } from '../syslog.js';

/** A server in front of a printer that is a file. */
export interface Printer extends Daemon {
  /** What has been printed so far. */
  printed(): string;
}

/**
 * p910nd, which is what many a print server sold as a box runs: whatever comes is printed. By itself it takes ports from 9100 on only;
 * on others it is started for each connection, as by inetd.
 */
export async function startRawPrinter(namespace: Namespace, directory: string, port: number): Promise<Printer> {
  const [device, paper] = [join(directory, 'device'), join(directory, 'paper')];
  writeFileSync(paper, '');
  const program = findProgram('p910nd') ?? 'p910nd';
  const isOwn = port >= 9100 && port <= 9109;
  const args = isOwn
    ? ['stdbuf', '-oL', program, '-d', '-f', device, String(port - 9100)]
    : ['socat', `TCP6-LISTEN:${port},ipv6only=0,fork,reuseaddr`, `EXEC:${program} -f ${device},nofork`];
  // It wants its lock here. Mounts inside the namespace stay there.
  const script =
    'mount -t tmpfs tmpfs /run && mkdir -p /run/lock/p910nd && mkfifo "$1" || exit; cat <>"$1" >>"$2" & shift 2; exec "$@"';
  const daemon = await startDaemon(namespace, {
    command: 'sh',
    args: ['-c', script, 'sh', device, paper, ...args],
    directory,
    ports: [port],
  });
  return { ...daemon, printed: () => readFileSync(paper, 'latin1') };
}

/** CUPS's own server for the protocol of line printers, in front of the CUPS on the same machine; its log is the system's. */
export async function startLinePrinterDaemon(namespace: Namespace, directory: string, port: number): Promise<Daemon> {
  const lpd = '/usr/lib/cups/daemon/cups-lpd -n -h 127.0.0.1';
  const listening = [`TCP6-LISTEN:${port},ipv6only=0,fork,reuseaddr`, `EXEC:${lpd},nofork`];
  const { messages, ...recipe } = withSyslog(directory, 'socat', listening);
  const daemon = await startDaemon(namespace, { ...recipe, directory, ports: [port] });
  return { ...daemon, log: messages };
}
