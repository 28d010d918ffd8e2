import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../command.js';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

type Start = (namespace: Namespace, directory: string) => Promise<Daemon>;

/** An arbitrator of Galera, which is a member of its cluster without data, on these ports. */
export const startGarbd = (namespace: Namespace, directory: string, port: number): Promise<Daemon> =>
  startDaemon(namespace, {
    command: 'garbd',
    args: [
      ...['--address', 'gcomm://', '--group', 'lab', '--options', `gmcast.listen_addr=tcp://0.0.0.0:${port}`],
      ...['--log', join(directory, 'garbd.log')],
    ],
    directory,
    ports: [port],
  });

/** GlusterFS's management daemon, on port 24007. */
export const startGlusterd: Start = (namespace, directory) => {
  const working = join(directory, 'working');
  mkdirSync(working);
  return startDaemon(namespace, {
    command: 'glusterd',
    args: [
      ...['-N', '-p', join(directory, 'pid'), '-l', join(directory, 'log')],
      ...['--xlator-option', `*.working-directory=${working}`, '--xlator-option', `*.run-directory=${directory}`],
    ],
    directory,
    ports: [24007],
  });
};

/** libvirt's daemon without any hypervisor, on port 16509, where it asks nobody who he is. */
export const startLibvirtd: Start = (namespace, directory) => {
  const configuration = join(directory, 'libvirtd.conf');
  const lines = ['listen_tls = 0', 'listen_tcp = 1', 'auth_tcp = "none"', `unix_sock_dir = "${directory}"`];
  writeFileSync(configuration, `${lines.join('\n')}\n`);
  // Its driver of QEMU wants a user that another package makes; the mount is the namespace's own.
  const drivers = 'for place in /usr/lib/*/libvirt/connection-driver; do mount -t tmpfs none "$place"; done';
  return startDaemon(namespace, {
    command: 'sh',
    args: [
      ...['-c', `${drivers}; exec "$@"`, 'sh', findProgram('libvirtd') ?? 'libvirtd'],
      ...['--listen', '--config', configuration, '--pid-file', join(directory, 'pid')],
    ],
    directory,
    ports: [16509],
  });
};

/** The arbiter of Corosync's clusters without TLS, on port 5403. */
export const startQnetd: Start = (namespace, directory) =>
  startDaemon(namespace, { command: 'corosync-qnetd', args: ['-f', '-s', 'off'], directory, ports: [5403] });

/** Samba's endpoint mapper, on port 135. */
export const startEndpointMapper: Start = (namespace, directory) => {
  const rooms = ['private', 'lock', 'state', 'cache'].map((name) => [name, join(directory, name)] as const);
  for (const [, path] of rooms) mkdirSync(path);
  const configuration = join(directory, 'smb.conf');
  const lines = [
    ...['[global]', 'workgroup = LAB', 'netbios name = LAB', 'load printers = no', 'disable spoolss = yes'],
    ...['rpc start on demand helpers = no', `pid directory = ${directory}`],
    ...[`ncalrpc dir = ${join(directory, 'ncalrpc')}`, `log file = ${join(directory, 'log')}`],
    ...rooms.map(([name, path]) => `${name} ${name === 'private' ? 'dir' : 'directory'} = ${path}`),
  ];
  writeFileSync(configuration, `${lines.join('\n')}\n`);
  return startDaemon(namespace, {
    command: '/usr/libexec/samba/samba-dcerpcd',
    args: ['--foreground', '--no-process-group', '--libexec-rpcds', '-s', configuration],
    directory,
    ports: [135],
  });
};

/** The daemon that lends USB devices, with none to lend, on port 3240. */
export const startUsbipd: Start = (namespace, directory) =>
  startDaemon(namespace, { command: 'usbipd', args: ['-4'], directory, ports: [3240] });
