import { closeSync, constants, fchmodSync, fstatSync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemCode } from '../../model/errors.js';
import { evidenceError } from './evidence-error.js';

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } = constants;

/** An open file, and how long it was when it was opened. */
export interface OpenFile {
  readonly fd: number;
  readonly size: number;
}

/** Opens a regular file, never through a symbolic link; undefined where there is none. Throws `ERR_EVIDENCE`. */
export function openToRead(file: string): OpenFile | undefined {
  const fd = openIfThere(file, O_RDONLY);
  if (fd === undefined) return undefined;
  return guarded(fd, file, 'read', () => {
    const status = fstatSync(fd);
    if (!status.isFile()) throw evidenceError('read', file, notRegular);
    return { fd, size: status.size };
  });
}

/**
 * Opens the log to append to it (`O_APPEND`), and makes it where there is none.
 *
 * It must be a regular file, of the user who runs this (root may append to anybody's), with one name: whoever makes a second name in a
 * directory that others can write to could have us write into another file of ours. Rights of other users are taken away: it becomes
 * 0600. What they wrote in the meantime is found by the chain. Throws `ERR_EVIDENCE`.
 */
export function openToAppend(file: string): OpenFile {
  const fd = openIfThere(file, O_RDWR | O_APPEND) ?? create(file);
  return guarded(fd, file, 'write to', () => {
    const status = fstatSync(fd);
    const { mode, nlink, size, uid } = status;
    if (!status.isFile()) throw evidenceError('write to', file, notRegular);
    const user = process.geteuid?.() ?? uid;
    if (user !== 0 && user !== uid) {
      throw evidenceError('write to', file, `it belongs to another user (${uid}), who could change it at will`);
    }
    if (nlink !== 1) {
      const why = `it has ${nlink} names (hard links). Remove the others, or name another history`;
      throw evidenceError('write to', file, why);
    }
    if ((mode & 0o7777) !== 0o600) fchmodSync(fd, 0o600);
    return { fd, size };
  });
}

/** Makes the names in a file's directory last. */
export function syncDirectory(file: string): void {
  const fd = openSync(dirname(file), O_RDONLY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

export const notRegular = 'it is not a regular file. Put a file in its place, or name another history';

function openIfThere(file: string, flags: number): number | undefined {
  try {
    // Opening a pipe would wait for its other end.
    return openSync(file, flags | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw evidenceError(flags === O_RDONLY ? 'read' : 'write to', file, error);
  }
}

function create(file: string): number {
  let fd: number | undefined;
  try {
    fd = openSync(file, O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    syncDirectory(file);
    return fd;
  } catch (error) {
    if (fd !== undefined) closeSync(fd);
    throw evidenceError('write to', file, error);
  }
}

function guarded<T>(fd: number, file: string, doing: 'read' | 'write to', work: () => T): T {
  try {
    return work();
  } catch (error) {
    closeSync(fd);
    throw evidenceError(doing, file, error);
  }
}
