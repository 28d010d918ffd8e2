import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** Ganglia's gmond with its report on port 8649. */
export async function startGmond(namespace: Namespace, directory: string): Promise<Daemon> {
  const configuration = join(directory, 'gmond.conf');
  const lines = [
    'globals { daemonize = no setuid = no debug_level = 0 mute = no deaf = no host_dmax = 0 }',
    'cluster { name = "lab" }',
    'udp_recv_channel { port = 8649 bind = 127.0.0.1 }',
    'tcp_accept_channel { port = 8649 }',
  ];
  writeFileSync(configuration, `${lines.join('\n')}\n`);
  return startDaemon(namespace, { command: 'gmond', args: ['-c', configuration], directory, ports: [8649] });
}
