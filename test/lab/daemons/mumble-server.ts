import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../command.js';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** Mumble's server. */
export async function startMumble(namespace: Namespace, directory: string, port: number): Promise<Daemon> {
  const configuration = join(directory, 'mumble.ini');
  const lines = [
    `database=${join(directory, 'mumble.sqlite')}`,
    'logfile=',
    'host=0.0.0.0',
    `port=${port}`,
    'bonjour=false',
  ];
  writeFileSync(configuration, `${lines.join('\n')}\n`);
  namespace.run('chown', ['-R', 'nobody:', directory]);
  return startDaemon(namespace, {
    command: 'setpriv',
    args: [
      ...['--reuid=nobody', '--regid=nogroup', '--clear-groups', findProgram('murmurd') ?? 'murmurd'],
      ...['-fg', '-ini', configuration],
    ],
    directory,
    ports: [port],
  });
}
