import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { run } from './command.js';
import type { Namespace } from './namespace.js';

/** This machine itself, for servers on free ports of its loopback that a test talks to from its own process. */
export const thisMachine: Pick<Namespace, 'run' | 'start' | 'listeningPorts'> = {
  run,
  start: (command, args, options) => spawn(command, args, { ...options, detached: true }),
  listeningPorts() {
    const locals = run('ss', ['-Htln']).split('\n');
    return new Set(locals.map((line) => Number(/:(\d+)\s/.exec(line)?.[1] ?? 0)));
  },
};

/** TCP ports that nobody listens on at this moment. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject).listen(0, '127.0.0.1', () => {
            const address: AddressInfo | string | null = server.address();
            resolve(typeof address === 'object' && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
