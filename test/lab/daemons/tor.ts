import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** Tor without any network: its SOCKS port on 9050, its control port, which asks for a cookie, on 9051. */
export async function startTor(namespace: Namespace, directory: string): Promise<Daemon> {
  const data = join(directory, 'data');
  mkdirSync(data, { mode: 0o700 });
  const configuration = join(directory, 'torrc');
  const lines = [
    'SocksPort 0.0.0.0:9050',
    'ControlPort 0.0.0.0:9051',
    'CookieAuthentication 1',
    `DataDirectory ${data}`,
  ];
  writeFileSync(configuration, `${lines.join('\n')}\n`);
  const args = ['--defaults-torrc', '/dev/null', '-f', configuration];
  return startDaemon(namespace, { command: 'tor', args, directory, ports: [9050, 9051] });
}
