import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.js';

const configuration = '/etc/netns';

/** A network namespace: its own interfaces, routes, firewall, and what its programs see as /etc/hosts. */
export interface Namespace {
  readonly name: string;
  /** Runs a short command inside to its end. */
  run(command: string, args: readonly string[], input?: string): string;
  /** Starts a command inside, in a process group of its own whose id is the child's. */
  start(command: string, args: readonly string[], options: { stdio: StdioOptions; cwd: string }): ChildProcess;
  /** Runs `ip` with these arguments on the namespace. */
  ip(...args: string[]): void;
  /** What /etc/hosts says inside, from the next started program on: `['198.51.100.2', 'offsite7.example.org']`. */
  writeHosts(entries: readonly (readonly [address: string, ...names: string[]])[]): void;
  /** The TCP ports that have a listener inside. */
  listeningPorts(): Set<number>;
}

function exec(name: string, command: string, args: readonly string[]): string[] {
  return ['netns', 'exec', name, command, ...args];
}

/** Makes a namespace with its loopback up and without any way out, also not for name lookups. */
export function createNamespace(name: string): Namespace {
  run('ip', ['netns', 'add', name]);
  const files = join(configuration, name);
  mkdirSync(files, { recursive: true });
  // `ip netns exec` mounts these over their namesakes in /etc. Names come from the hosts file alone.
  writeFileSync(join(files, 'nsswitch.conf'), 'passwd: files\ngroup: files\nshadow: files\nhosts: files\n');
  writeFileSync(join(files, 'resolv.conf'), 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n');
  const namespace: Namespace = {
    name,
    run: (command, args, input) => run('ip', exec(name, command, args), input),
    start: (command, args, options) => spawn('ip', exec(name, command, args), { ...options, detached: true }),
    ip: (...args) => {
      run('ip', ['-n', name, ...args]);
    },
    writeHosts(entries) {
      const lines = [['127.0.0.1', 'localhost'], ['::1', 'localhost'], ...entries].map((entry) => entry.join(' '));
      writeFileSync(join(files, 'hosts'), `${lines.join('\n')}\n`);
    },
    listeningPorts() {
      const locals = namespace.run('ss', ['-Htln']).split('\n');
      return new Set(locals.map((line) => Number(/:(\d+)\s/.exec(line)?.[1] ?? 0)));
    },
  };
  namespace.writeHosts([]);
  namespace.ip('link', 'set', 'lo', 'up');
  return namespace;
}

/** Ends every process inside and takes the namespace away. */
export function removeNamespace(name: string): void {
  for (const pid of run('ip', ['netns', 'pids', name]).split('\n').filter(Boolean)) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It ended by itself in the meantime.
    }
  }
  run('ip', ['netns', 'del', name]);
  rmSync(join(configuration, name), { recursive: true, force: true });
  if (readdirSync(configuration).length === 0) rmdirSync(configuration);
}

export function namespaceNames(): string[] {
  return run('ip', ['netns', 'list'])
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '')
    .filter(Boolean);
}
