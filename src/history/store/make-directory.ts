import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemCode } from '../../model/errors.js';

/**
 * Makes a directory of its owner alone, and those above it, where they are not there yet. Node's own `recursive` runs for ever where
 * the system says that a directory which exists does not (`/proc/none`; measured with Node 20). Throws the system's error.
 */
export function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' && dirname(path) !== path) {
      makeDirectory(dirname(path));
      mkdirSync(path, { mode: 0o700 });
    } else if (!isDirectory(path)) {
      throw error;
    }
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
