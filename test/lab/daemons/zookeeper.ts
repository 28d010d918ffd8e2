import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

const jar = '/usr/share/java/zookeeper.jar';

export const isZooKeeperThere = () => existsSync(jar);

/** A single ZooKeeper on port 2181, with the four-letter words that are allowed without settings. */
export async function startZooKeeper(namespace: Namespace, directory: string): Promise<Daemon> {
  const configuration = join(directory, 'zoo.cfg');
  const lines = [`dataDir=${directory}`, 'clientPort=2181', 'admin.enableServer=false'];
  writeFileSync(configuration, `${lines.join('\n')}\n`);
  return startDaemon(namespace, {
    command: 'java',
    args: ['-Xmx64m', '-cp', jar, 'org.apache.zookeeper.server.quorum.QuorumPeerMain', configuration],
    directory,
    ports: [2181],
  });
}
