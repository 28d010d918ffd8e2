import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../command.js';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** What xinetd serves itself, and what it starts for each connection: the program, and its arguments. */
export type InetService =
  | { readonly port: number; readonly internal: 'echo' | 'discard' | 'daytime' | 'time' | 'chargen' }
  | { readonly port: number; readonly program: string; readonly args: readonly string[] };

/** xinetd with these services on every address. */
export async function startXinetd(
  namespace: Namespace,
  directory: string,
  services: readonly InetService[],
): Promise<Daemon> {
  const blocks = services.map((service) => {
    const { port } = service;
    const isInternal = 'internal' in service;
    const type = isInternal ? 'INTERNAL UNLISTED' : 'UNLISTED';
    const runs = 'internal' in service ? [] : programLines(service);
    const lines = [
      ...[`type = ${type}`, `id = port-${port}`, `port = ${port}`, 'socket_type = stream', 'protocol = tcp'],
      ...['flags = IPv6', 'wait = no', 'user = nobody', ...runs],
    ];
    return `service ${isInternal ? service.internal : `port-${port}`}\n{\n${lines.join('\n')}\n}\n`;
  });
  const configuration = join(directory, 'xinetd.conf');
  writeFileSync(configuration, blocks.join(''));
  return startDaemon(namespace, {
    command: 'xinetd',
    args: ['-dontfork', '-filelog', join(directory, 'log'), '-pidfile', join(directory, 'pid'), '-f', configuration],
    directory,
    ports: services.map(({ port }) => port),
  });
}

function programLines({ program, args }: Extract<InetService, { readonly program: string }>): string[] {
  // The attribute must not be empty.
  const shown = args.length === 0 ? [] : [`server_args = ${args.join(' ')}`];
  return [`server = ${findProgram(program) ?? program}`, ...shown];
}
