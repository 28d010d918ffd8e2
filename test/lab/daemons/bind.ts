import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** BIND's named on port 53. Its control channel (rndc, 953) is on loopback only, or with `wideControl` on every address. */
export async function startBind(
  namespace: Namespace,
  directory: string,
  { wideControl = false }: { wideControl?: boolean } = {},
): Promise<Daemon> {
  const configuration = join(directory, 'named.conf');
  const allow = 'port 953 allow { any; } keys { lab; };';
  const inet = wideControl ? [`inet * ${allow}`, `inet :: ${allow}`] : [`inet 127.0.0.1 ${allow}`, `inet ::1 ${allow}`];
  const lines = [
    `key lab { algorithm hmac-sha256; secret "${randomBytes(32).toString('base64')}"; };`,
    `controls { ${inet.join(' ')} };`,
    `options { directory "${directory}"; pid-file "${join(directory, 'pid')}"; session-keyfile none;`,
    'listen-on { any; }; listen-on-v6 { any; }; recursion no; dnssec-validation no; empty-zones-enable no; };',
  ];
  writeFileSync(configuration, `${lines.join('\n')}\n`);
  return startDaemon(namespace, {
    command: 'named',
    args: ['-g', '-c', configuration],
    directory,
    ports: [53, 953],
    readyLog: / running$/m,
  });
}
