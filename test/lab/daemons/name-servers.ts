import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** How to run a name server on port 53 of one address. */
type NameServer = (
  address: string,
  directory: string,
) => { readonly command: string; readonly args: readonly string[] };

function configured(directory: string, name: string, lines: readonly string[]): string {
  const path = join(directory, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

/** The relatives of BIND, by the Debian package that each comes in. */
export const nameServers = {
  unbound: (address, directory) => {
    const server = ['server:', `interface: ${address}`, `directory: "${directory}"`, 'chroot: ""', 'username: ""'];
    const rest = [
      'access-control: 0.0.0.0/0 allow',
      'pidfile: ""',
      'use-syslog: no',
      'remote-control:',
      'control-enable: no',
    ];
    return { command: 'unbound', args: ['-d', '-c', configured(directory, 'conf', [...server, ...rest])] };
  },
  'dnsmasq-base': (address) => ({
    command: 'dnsmasq',
    args: ['--keep-in-foreground', '--conf-file=/dev/null', '--no-resolv', '--pid-file=', '--user=root'].concat([
      '--bind-interfaces',
      `--listen-address=${address}`,
    ]),
  }),
  knot: (address, directory) => {
    const lines = [
      'server:',
      `  listen: ${address}@53`,
      `  rundir: ${directory}`,
      'database:',
      `  storage: ${directory}`,
    ];
    return { command: 'knotd', args: ['-c', configured(directory, 'conf', lines)] };
  },
  nsd: (address, directory) => {
    const server = ['server:', `ip-address: ${address}`, 'username: ""', 'chroot: ""', `zonesdir: "${directory}"`];
    const files = ['pidfile', 'xfrdfile', 'zonelistfile'].map((name) => `${name}: "${join(directory, name)}"`);
    const lines = [...server, 'database: ""', ...files, 'remote-control:', 'control-enable: no'];
    return { command: 'nsd', args: ['-d', '-c', configured(directory, 'conf', lines)] };
  },
  'pdns-recursor': (address, directory) => ({
    command: 'pdns_recursor',
    args: [
      '--daemon=no',
      `--config-dir=${directory}`,
      `--socket-dir=${directory}`,
      `--local-address=${address}`,
      '--allow-from=0.0.0.0/0',
    ],
  }),
} as const satisfies Readonly<Record<string, NameServer>>;

export async function startNameServer(
  namespace: Namespace,
  directory: string,
  which: keyof typeof nameServers,
  address: string,
): Promise<Daemon> {
  const own = join(directory, which);
  mkdirSync(own);
  return startDaemon(
    // Its neighbours listen on the same port of other addresses.
    { start: (...how) => namespace.start(...how), listeningPorts: () => listeningAt(namespace, address) },
    { ...nameServers[which](address, own), directory: own, ports: [53] },
  );
}

function listeningAt(namespace: Namespace, address: string): Set<number> {
  const isThere = namespace.run('ss', ['-Htln', 'src', `${address}:53`]).trim() !== '';
  return new Set(isThere ? [53] : []);
}
