import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import { run } from '../command.js';
import type { Namespace } from '../namespace.js';

/** A MariaDB server with a data directory of its own, on every address as Debian's would be without its bind-address. */
export interface MariaDb {
  /** Starts it again with these lines in the server's section of my.cnf, instead of those that it had. */
  restartWith(lines: readonly string[]): Promise<void>;
  /** Runs SQL as the administrator, over the local socket, which no scan sees. */
  sql(statement: string): string;
  /** A counter of SHOW GLOBAL STATUS: `Connections`, `Aborted_connects`. */
  status(name: string): number;
  stop(): Promise<void>;
}

/** Makes the database and starts the server. Nobody from elsewhere may connect: it answers them with error 1130. */
export async function startMariaDb(namespace: Namespace, directory: string): Promise<MariaDb> {
  const data = join(directory, 'data');
  const socket = join(directory, 'socket');
  const configuration = join(directory, 'my.cnf');
  run('mariadb-install-db', [
    ...['--no-defaults', `--datadir=${data}`, '--user=root', '--skip-test-db', '--skip-name-resolve'],
    ...['--auth-root-authentication-method=normal', '--innodb-log-file-size=8M', '--innodb-flush-method=nosync'],
  ]);
  const writeConfiguration = (lines: readonly string[]) => {
    const server = [
      ...['[mariadbd]', 'user = root', `datadir = ${data}`, `socket = ${socket}`, 'port = 3306', 'skip-name-resolve'],
      ...[`pid-file = ${join(directory, 'pid')}`, 'innodb-log-file-size = 8M', 'innodb-buffer-pool-size = 8M'],
      ...['innodb-flush-method = nosync', 'log-warnings = 2'],
    ];
    writeFileSync(configuration, `${[...server, ...lines].join('\n')}\n`);
  };
  const start = () =>
    startDaemon(namespace, {
      command: 'mariadbd',
      args: [`--defaults-file=${configuration}`],
      directory,
      ports: [3306],
      readyLog: /ready for connections/,
    });
  const sql = (statement: string) => run('mariadb', ['--no-defaults', '-uroot', '-S', socket, '-NBe', statement]);

  writeConfiguration([]);
  let daemon: Daemon = await start();
  return {
    async restartWith(lines) {
      await daemon.stop();
      writeConfiguration(lines);
      daemon = await start();
    },
    sql,
    status: (name) => Number(sql(`SHOW GLOBAL STATUS LIKE '${name}'`).split('\t')[1]),
    stop: () => daemon.stop(),
  };
}
