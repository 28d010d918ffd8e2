import { existsSync } from 'node:fs';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

const libraries = ['derby', 'derbynet'].map((name) => `/usr/share/java/${name}.jar`);

export const isDerbyThere = () => libraries.every((file) => existsSync(file));

/** Derby's network server, without its security manager, which newer Javas do not have. */
export async function startDerby(namespace: Namespace, directory: string, port: number): Promise<Daemon> {
  const program = ['-cp', libraries.join(':'), 'org.apache.derby.drda.NetworkServerControl'];
  return startDaemon(namespace, {
    command: 'java',
    args: [
      `-Dderby.system.home=${directory}`,
      ...program,
      'start',
      '-h',
      '0.0.0.0',
      '-p',
      String(port),
      '-noSecurityManager',
    ],
    directory,
    ports: [port],
    readyLog: /ready to accept connections/,
  });
}
