import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

// It refuses to run as root.
const asNobody = ['--reuid=nobody', '--regid=nogroup', '--clear-groups'];

/** Zabbix's agent on this port, which answers to this address and network only. */
export async function startZabbixAgent(
  namespace: Namespace,
  directory: string,
  { port, server }: { port: number; server: string },
): Promise<Daemon> {
  const configuration = join(directory, 'zabbix_agentd.conf');
  const home = join(directory, 'home');
  mkdirSync(home);
  namespace.run('chown', ['nobody:', home]);
  const lines = [
    ...[`Server=${server}`, `ListenPort=${port}`, 'Hostname=lab', 'LogType=console'],
    ...[`PidFile=${join(home, 'pid')}`],
  ];
  writeFileSync(configuration, `${lines.join('\n')}\n`);
  return startDaemon(namespace, {
    command: 'setpriv',
    args: [...asNobody, 'zabbix_agentd', '-f', '-c', configuration],
    directory,
    ports: [port],
    readyLog: /listener #1/,
  });
}
