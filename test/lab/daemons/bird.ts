import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** BIRD speaking BGP as AS 64500 to whoever comes from the scanner's network. */
export async function startBird(
  namespace: Namespace,
  directory: string,
  { port, address }: { readonly port: number; readonly address: string },
): Promise<Daemon> {
  const configuration = join(directory, 'bird.conf');
  const channel = 'ipv4 { import none; export none; };';
  const lines = [
    'router id 192.0.2.1;',
    'protocol device {}',
    `protocol bgp { local ${address} port ${port} as 64500; neighbor range 198.51.100.0/24 external; passive; ${channel} }`,
  ];
  writeFileSync(configuration, `${lines.join('\n')}\n`);
  const args = ['-f', '-c', configuration, '-s', join(directory, 'control'), '-P', join(directory, 'pid')];
  return startDaemon(namespace, { command: 'bird', args, directory, ports: [port] });
}
