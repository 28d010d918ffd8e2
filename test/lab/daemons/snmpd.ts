import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** Net-SNMP's agent over TCP, on port 161. */
export async function startSnmpd(namespace: Namespace, directory: string): Promise<Daemon> {
  const configuration = join(directory, 'snmpd.conf');
  writeFileSync(configuration, 'agentaddress tcp:161\n');
  return startDaemon(namespace, {
    command: 'env',
    args: [`SNMP_PERSISTENT_DIR=${directory}`, 'snmpd', '-f', '-Lo', '-C', '-c', configuration, '-I', '-smux'],
    directory,
    ports: [161],
  });
}
