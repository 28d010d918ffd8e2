import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

type StartOn = (namespace: Namespace, directory: string, port: number) => Promise<Daemon>;

const write = (directory: string, name: string, lines: readonly string[]) => {
  const file = join(directory, name);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
};

/** nginx with its module for RTMP. */
export const startRtmp: StartOn = (namespace, directory, port) => {
  const configuration = write(directory, 'nginx.conf', [
    ...['load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;', 'daemon off;', 'events {}'],
    ...[`error_log ${directory}/error;`, `pid ${directory}/pid;`],
    `rtmp { access_log off; server { listen 0.0.0.0:${port}; application live { live on; } } }`,
  ]);
  return startDaemon(namespace, { command: 'nginx', args: ['-c', configuration], directory, ports: [port] });
};

export const startCoturn: StartOn = (namespace, directory, port) =>
  startDaemon(namespace, {
    command: 'turnserver',
    args: [
      ...['-n', '-L', '0.0.0.0', '-p', String(port), '--no-tls', '--no-dtls', '--log-file', 'stdout', '--no-cli'],
      ...['--db', join(directory, 'db'), '--pidfile', join(directory, 'pid')],
    ],
    directory,
    ports: [port],
  });

/** The server of paper scanners, which lets in whoever comes, on a machine whose own name can be looked up: it insists on that. */
export const startSaned: StartOn = (namespace, directory, port) => {
  write(directory, 'saned.conf', ['+']);
  write(directory, 'dll.conf', []);
  return startDaemon(namespace, {
    command: 'unshare',
    args: [
      ...['--uts', 'sh', '-c', 'hostname localhost && SANE_CONFIG_DIR="$1" exec saned -l -p "$2" -b 0.0.0.0 -e'],
      ...['sh', directory, String(port)],
    ],
    directory,
    ports: [port],
  });
};

/** A display of text that is printed. */
export const startLcdProc: StartOn = (namespace, directory, port) => {
  const configuration = write(directory, 'LCDd.conf', [
    ...['[server]', 'Driver=text', 'Foreground=yes', 'Bind=0.0.0.0', `Port=${port}`, 'User=nobody'],
    ...['DriverPath=/usr/lib/x86_64-linux-gnu/lcdproc/', '[text]', 'Size=20x4'],
  ]);
  return startDaemon(namespace, { command: 'LCDd', args: ['-f', '-c', configuration], directory, ports: [port] });
};

export const startLircd: StartOn = (namespace, directory, port) =>
  startDaemon(namespace, {
    command: 'lircd',
    args: [
      ...['--nodaemon', '--driver=devinput', `--listen=0.0.0.0:${port}`, `--pidfile=${join(directory, 'pid')}`],
      ...[`--output=${join(directory, 'socket')}`, write(directory, 'lircd.conf', [])],
    ],
    directory,
    ports: [port],
  });
