import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** A CUPS server, seen from its own side. */
export interface Cups extends Daemon {
  /** The files of its spool: two for each job, waiting or done. */
  spool(): string[];
  /** The lines of its access log: one for each request. */
  requests(): string[];
}

/** Its queue, whose printer stands on the same machine, on the raw port. */
export const printerQueue = 'lab';

/** CUPS on 631, open to everybody, with one raw queue, and under the system's own settings otherwise. */
export async function startCups(namespace: Namespace, directory: string): Promise<Cups> {
  const [configuration, files] = [join(directory, 'cupsd.conf'), join(directory, 'cups-files.conf')];
  const access = join(directory, 'access');
  const open = ['Order allow,deny', 'Allow all'];
  writeFileSync(
    configuration,
    `${['Listen *:631', 'ServerAlias *', 'AccessLogLevel all', '<Location />', ...open, '</Location>'].join('\n')}\n`,
  );
  const places = { RequestRoot: 'spool', StateDir: 'state', CacheDir: 'cache', TempDir: 'temp' };
  for (const place of Object.values(places)) mkdirSync(join(directory, place));
  const settings = [
    ...[`ServerRoot ${directory}`, `AccessLog ${access}`, 'ErrorLog stderr', `PageLog ${directory}/page`],
    ...Object.entries(places).map(([key, place]) => `${key} ${join(directory, place)}`),
  ];
  writeFileSync(files, `${settings.join('\n')}\n`);
  const queue = [
    `<Printer ${printerQueue}>`,
    'DeviceURI socket://127.0.0.1:9100',
    'State Idle',
    'Accepting Yes',
    '</Printer>',
  ];
  writeFileSync(join(directory, 'printers.conf'), `${queue.join('\n')}\n`);
  writeFileSync(access, '');
  const daemon = await startDaemon(namespace, {
    command: 'cupsd',
    args: ['-f', '-c', configuration, '-s', files],
    directory,
    ports: [631],
  });
  return {
    ...daemon,
    spool: () => readdirSync(join(directory, 'spool')).filter((name) => /^[cd]\d/.test(name)),
    requests: () => readFileSync(access, 'latin1').split('\n').filter(Boolean),
  };
}
