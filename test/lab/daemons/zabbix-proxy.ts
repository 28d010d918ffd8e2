import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

// It refuses to run as root.
const asNobody = ['--reuid=nobody', '--regid=nogroup', '--clear-groups'];

/** A proxy of Zabbix, which waits for its server to come, with its trapper on port 10051. */
export async function startZabbixProxy(namespace: Namespace, directory: string): Promise<Daemon> {
  const configuration = join(directory, 'zabbix_proxy.conf');
  const home = join(directory, 'home');
  mkdirSync(home);
  namespace.run('chown', ['nobody:', home]);
  const lines = [
    ...['ProxyMode=1', 'Server=127.0.0.1', 'Hostname=lab', 'LogType=console', 'ListenPort=10051'],
    ...[`DBName=${join(home, 'proxy.db')}`, `PidFile=${join(home, 'pid')}`, `SocketDir=${home}`],
    ...['StartTrappers=1', 'FpingLocation=/bin/true'],
  ];
  writeFileSync(configuration, `${lines.join('\n')}\n`);
  return startDaemon(namespace, {
    command: 'setpriv',
    args: [...asNobody, 'zabbix_proxy', '-f', '-c', configuration],
    directory,
    ports: [10051],
    readyLog: /\[trapper #1\]/,
  });
}
