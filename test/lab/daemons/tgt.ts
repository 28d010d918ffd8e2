import { run } from '../command.js';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** Its control socket is a file of the whole machine, told apart by this number. */
const controlPort = String((process.pid % 60_000) + 1000);

/** The SCSI target of tgt on port 3260, with one target: without any it hangs up on everybody. */
export async function startTgt(namespace: Namespace, directory: string): Promise<Daemon> {
  const daemon = await startDaemon(namespace, {
    command: 'tgtd',
    args: ['--foreground', '-C', controlPort, '--iscsi', 'portal=0.0.0.0:3260'],
    directory,
    ports: [3260],
  });
  const target = ['--tid', '1', '-T', 'iqn.2001-04.org.example:disk'];
  run('tgtadm', ['-C', controlPort, '--lld', 'iscsi', '--op', 'new', '--mode', 'target', ...target]);
  return daemon;
}
