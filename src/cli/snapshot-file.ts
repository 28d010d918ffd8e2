import type { Snapshot } from '../model/snapshot.js';

/** Reads a snapshot document. Throws `ERR_FILE`, `ERR_SNAPSHOT_INVALID`. */
export async function readSnapshotFile(path: string): Promise<Snapshot> {
  const { maxSnapshotBytes, parseSnapshot } = await import('../model/read-snapshot.js');
  const { readTextFile } = await import('../net/read-text-file.js');
  return parseSnapshot(await readTextFile(path, 'the snapshot', maxSnapshotBytes), path);
}
