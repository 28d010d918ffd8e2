import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** git daemon, without a repository. */
export async function startGitDaemon(namespace: Namespace, directory: string): Promise<Daemon> {
  return startDaemon(namespace, {
    command: 'git',
    args: ['daemon', '--verbose', '--reuseaddr', `--base-path=${directory}`, directory],
    directory,
    ports: [9418],
  });
}
