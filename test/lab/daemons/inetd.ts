import type { Recipe } from '../daemon.js';

/** socat in the place of inetd: a process of its own for each connection, on its standard input and output. */
export function listeningFor(command: string, port: number): Omit<Recipe, 'directory'> {
  const args = [`TCP-LISTEN:${port},reuseaddr,fork`, `EXEC:${command},nofork`];
  return { command: 'socat', args, ports: [port] };
}
