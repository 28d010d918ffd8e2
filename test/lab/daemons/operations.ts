import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

type StartOn = (namespace: Namespace, directory: string, port: number) => Promise<Daemon>;

const write = (directory: string, name: string, lines: readonly string[]) => {
  const file = join(directory, name);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
};

export const startDictd: StartOn = (namespace, directory, port) => {
  write(directory, 'lab.index', ['a\tA\tB']);
  write(directory, 'lab.dict', []);
  const configuration = write(directory, 'dictd.conf', [
    `global {\nlisten_to 0.0.0.0\nport ${port}\n}`,
    'access { allow * }',
    `database lab { data "${directory}/lab.dict"\nindex "${directory}/lab.index" }`,
  ]);
  return startDaemon(namespace, {
    command: 'dictd',
    args: ['-c', configuration, '-d', 'nodetach', '--pid-file', join(directory, 'pid')],
    directory,
    ports: [port],
  });
};

/** Where the results of passive checks are sent. */
export const startNsca: StartOn = (namespace, directory, port) => {
  const configuration = write(directory, 'nsca.cfg', [
    ...[`server_port=${port}`, 'decryption_method=1', 'password=lab', 'max_packet_age=30'],
    ...[`command_file=${join(directory, 'commands')}`, `pid_file=${join(directory, 'pid')}`],
  ]);
  return startDaemon(namespace, { command: 'nsca', args: ['-c', configuration, '-f'], directory, ports: [port] });
};

/** ClamAV with one signature of ours. */
export const startClamd: StartOn = (namespace, directory, port) => {
  const signatures = join(directory, 'signatures');
  mkdirSync(signatures);
  write(signatures, 'lab.hdb', ['44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test']);
  const configuration = write(directory, 'clamd.conf', [
    ...[`TCPSocket ${port}`, 'TCPAddr 0.0.0.0', 'Foreground yes', `DatabaseDirectory ${signatures}`, 'User root'],
  ]);
  return startDaemon(namespace, { command: 'clamd', args: ['-c', configuration], directory, ports: [port] });
};

export const startSpamd: StartOn = (namespace, directory, port) =>
  startDaemon(namespace, {
    command: 'spamd',
    args: [
      ...['-L', '-x', '-i', '0.0.0.0', '-p', String(port), '-A', '0.0.0.0/0', '-u', 'nobody', '-H', directory],
      ...['--syslog=stderr', '--pidfile', join(directory, 'pid')],
    ],
    directory,
    ports: [port],
  });

export const startRrdcached: StartOn = (namespace, directory, port) =>
  startDaemon(namespace, {
    command: 'rrdcached',
    args: ['-g', '-l', `0.0.0.0:${port}`, '-p', join(directory, 'pid'), '-b', directory, '-j', directory],
    directory,
    ports: [port],
  });

export const startIperf3: StartOn = (namespace, directory, port) =>
  startDaemon(namespace, { command: 'iperf3', args: ['-s', '-p', String(port)], directory, ports: [port] });

/** Changes passwords, each time for one connection. */
export const startPoppassd: StartOn = (namespace, directory, port) =>
  startDaemon(namespace, {
    command: 'socat',
    args: [`TCP-LISTEN:${port},fork,reuseaddr`, 'EXEC:/usr/sbin/poppassd'],
    directory,
    ports: [port],
  });

/** Sphinx without an index of ours: its own protocol on the port, and MySQL's on the next. */
export const startSphinx: StartOn = (namespace, directory, port) => {
  const configuration = write(directory, 'sphinx.conf', [
    ...['searchd', '{', `listen = 0.0.0.0:${port}`, `listen = 0.0.0.0:${port + 1}:mysql41`, 'binlog_path ='],
    ...[`log = ${directory}/log`, `query_log = ${directory}/queries`, `pid_file = ${directory}/pid`, '}'],
    ...['index lab', '{', 'type = rt', `path = ${directory}/lab`, 'rt_field = a', 'rt_attr_uint = b', '}'],
  ]);
  return startDaemon(namespace, {
    command: 'searchd',
    args: ['-c', configuration, '--nodetach'],
    directory,
    ports: [port, port + 1],
  });
};

/** The command line of Varnish; with a secret it asks for that, without one it obeys. */
export const startVarnishCli = (
  namespace: Namespace,
  directory: string,
  { port, hasSecret }: { readonly port: number; readonly hasSecret: boolean },
): Promise<Daemon> =>
  startDaemon(namespace, {
    command: 'varnishd',
    args: [
      ...['-F', '-n', join(directory, 'work'), '-a', `127.0.0.1:${port + 1}`, '-b', '127.0.0.1:1'],
      ...['-T', `0.0.0.0:${port}`, ...(hasSecret ? [] : ['-S', 'none'])],
    ],
    directory,
    ports: [port],
  });

/** OpenVPN without a tunnel, for its management interface. */
export const startOpenVpnManagement: StartOn = (namespace, directory, port) =>
  startDaemon(namespace, {
    command: 'openvpn',
    args: [
      ...['--dev', 'null', '--ifconfig-noexec', '--mode', 'p2p', '--port', '11940'],
      ...['--management', '0.0.0.0', String(port)],
    ],
    directory,
    ports: [port],
  });

/** A router's daemon of FRRouting that asks for a password. It runs as a user of its own, who needs the directory. */
export const startFrr: StartOn = (namespace, directory, port) => {
  chmodSync(directory, 0o777);
  return startDaemon(namespace, {
    command: '/usr/lib/frr/staticd',
    args: [
      ...['-f', write(directory, 'staticd.conf', ['password lab']), '-A', '0.0.0.0', '-P', String(port)],
      ...['-i', join(directory, 'pid'), '-z', join(directory, 'zebra'), '--vty_socket', directory],
    ],
    directory,
    ports: [port],
  });
};
