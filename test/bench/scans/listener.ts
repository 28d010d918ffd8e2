import { once } from 'node:events';
import type { Lab } from '../../lab/lab.js';

/** The service that stands on a port, by what it greets with; every scanner knows these by their first line. */
export function serviceOn(port: number): 'ssh' | 'ftp' | 'smtp' {
  if (port === 22 || port % 3 === 0) return 'ssh';
  return port % 3 === 1 ? 'ftp' : 'smtp';
}

const greetings = {
  ssh: 'SSH-2.0-OpenSSH_9.2p1\r\n',
  ftp: '220 (vsFTPd 3.0.3)\r\n',
  smtp: '220 bench.example.org ESMTP Postfix\r\n',
};

/** Servers that greet at once and hang up, so that naming them costs a scanner little. */
const program = `
  const net = require('node:net');
  const entries = JSON.parse(process.argv[1]);
  let waiting = entries.length;
  for (const [port, greeting] of entries) {
    const server = net.createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.end(greeting);
      socket.resume();
    });
    server.listen({ port, host: '::', backlog: 4096 }, () => {
      waiting -= 1;
      if (waiting === 0) process.stdout.write('ready');
    });
  }
`;

export async function startListener(lab: Lab, ports: readonly number[]): Promise<void> {
  const entries = ports.map((port) => [port, greetings[serviceOn(port)]]);
  const child = lab.host.start(process.execPath, ['-e', program, JSON.stringify(entries)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: '/',
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error('the servers to be found could not be started: see their words above');
  });
  if (child.stdout !== null) await Promise.race([once(child.stdout, 'data'), ended]);
  // That the lab's removal ends it later is as it should be.
  ended.catch(() => undefined);
}
