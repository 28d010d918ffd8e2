import { hostname } from 'node:os';
import { packageVersion } from '../net/package-version.js';
import { systemClock } from '../net/clock.js';
import { loadNotifiers, type LoadedNotifiers } from '../watch/notifiers/load-notifiers.js';
import { standardOutputNotifier } from '../watch/notifiers/standard-output.js';
import type { NotifierWorld } from '../watch/notifiers/world.js';

/** Whom the file names; without one, standard output. Throws what loading it throws. */
export async function chooseNotifiers(file: string | undefined, say: (line: string) => void): Promise<LoadedNotifiers> {
  const world: NotifierWorld = {
    clock: systemClock,
    env: process.env,
    version: packageVersion(),
    hostName: hostname(),
    processId: process.pid,
    writeLine,
  };
  if (file === undefined) {
    return { notifiers: [standardOutputNotifier('stdout', {}, world)], heartbeat: undefined, warnings: [] };
  }
  const loaded = await loadNotifiers(file, world);
  loaded.warnings.forEach(say);
  return loaded;
}

function writeLine(line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(`${line}\n`, (error) => {
      if (error === null || error === undefined) resolve();
      else reject(error);
    });
  });
}
