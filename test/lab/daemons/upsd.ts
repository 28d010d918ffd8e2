import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** What Debian has in the usual path asks /etc first whether it may run. */
const program = '/lib/nut/upsd';

export const isUpsdThere = () => existsSync(program);

/** The server of Network UPS Tools on these ports, with a power supply that is not there. */
export async function startUpsd(namespace: Namespace, directory: string, ports: readonly number[]): Promise<Daemon> {
  const settings = {
    'upsd.conf': ports.map((port) => `LISTEN 0.0.0.0 ${port}`).join('\n'),
    'ups.conf': '[lab]\ndriver = dummy-ups\nport = none',
    'upsd.users': '',
  };
  for (const [name, text] of Object.entries(settings))
    writeFileSync(join(directory, name), `${text}\n`, { mode: 0o600 });
  const environment = ['NUT_CONFPATH', 'NUT_STATEPATH', 'NUT_ALTPIDPATH'].map((name) => `${name}=${directory}`);
  return startDaemon(namespace, {
    command: 'env',
    args: [...environment, program, '-F', '-u', 'root'],
    directory,
    ports,
  });
}
