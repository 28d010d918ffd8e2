import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

const versions = '/usr/lib/postgresql';
// It refuses to run as root.
const asPostgres = ['--reuid=postgres', '--regid=postgres', '--init-groups'];

/** Where Debian keeps the server's programs, or undefined where none is installed. */
export function postgresqlPrograms(): string | undefined {
  if (!existsSync(versions)) return undefined;
  return readdirSync(versions)
    .map((version) => join(versions, version, 'bin'))
    .find((directory) => existsSync(join(directory, 'postgres')));
}

/** PostgreSQL on port 5432 of every address, with the access rules of a fresh cluster: nobody from elsewhere; `more` settings besides. */
export async function startPostgresql(
  namespace: Namespace,
  directory: string,
  more: readonly string[] = [],
): Promise<Daemon> {
  const programs = postgresqlPrograms();
  if (programs === undefined) throw new Error('postgres is not installed');
  const data = join(directory, 'data');
  mkdirSync(data);
  namespace.run('chown', ['postgres:', data]);
  const initialise = ['-D', data, '--auth-local=peer', '--auth-host=ident', '--no-sync', '--no-locale', '-E', 'UTF8'];
  namespace.run('setpriv', [...asPostgres, join(programs, 'initdb'), ...initialise]);
  const settings = [
    'listen_addresses=*',
    `unix_socket_directories=${data}`,
    'fsync=off',
    'shared_buffers=1MB',
    ...more,
  ];
  return startDaemon(namespace, {
    command: 'setpriv',
    args: [...asPostgres, join(programs, 'postgres'), '-D', data, ...settings.flatMap((setting) => ['-c', setting])],
    directory,
    ports: [5432],
    readyLog: /ready to accept connections/,
  });
}
