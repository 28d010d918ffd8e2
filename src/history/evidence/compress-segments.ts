import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readdir, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { systemCode } from '../../model/errors.js';
import { evidenceError } from './evidence-error.js';
import { notRegular, syncDirectory } from './open-log.js';
import { closedSegments, segmentFile } from './segments.js';

/** No packing takes this long: a draft that is older was left behind by a crash. */
const staleMs = 3_600_000;

/**
 * Packs the closed segments with gzip (`history.evidence.000001.jsonl.gz`, 0600); a log of scans shrinks to less than a tenth. Takes no
 * lock: closed segments are never written to again, readers take either, and two processes that pack the same one make the same.
 * What was packed is unpacked and compared before the original goes. Whatever it is interrupted by, one of the two is whole and has its
 * name. Says which files it made. Throws `ERR_EVIDENCE`; then the
 * segment stays unpacked.
 */
export async function compressSegments(logFile: string, now: Date): Promise<string[]> {
  const made: string[] = [];
  for (const { number, file, packed } of closedSegments(logFile)) {
    if (packed) continue;
    const target = segmentFile(logFile, number, true);
    const draft = `${target}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      await removeStale(target, now);
      await pack(file, draft);
      await rename(draft, target);
      syncDirectory(target);
      await rm(file, { force: true });
      syncDirectory(target);
      made.push(target);
    } catch (error) {
      await rm(draft, { force: true });
      // Another process was faster.
      if (systemCode(error) !== 'ENOENT') throw evidenceError('pack', file, error);
    }
  }
  return made;
}

async function removeStale(target: string, now: Date): Promise<void> {
  for (const name of await readdir(dirname(target))) {
    if (!name.startsWith(`${basename(target)}.`) || !name.endsWith('.tmp')) continue;
    const draft = join(dirname(target), name);
    const status = await stat(draft).catch(() => undefined);
    if (status !== undefined && now.getTime() - status.mtimeMs > staleMs) await rm(draft, { force: true });
  }
}

async function pack(file: string, draft: string): Promise<void> {
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } = constants;
  const from = await open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  let to: FileHandle | undefined;
  try {
    if (!(await from.stat()).isFile()) throw evidenceError('pack', file, notRegular);
    to = await open(draft, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    // Failures reach the one that is read from.
    await writeFile(
      to,
      pipeline(from.createReadStream({ autoClose: false }), createGzip(), () => undefined),
    );
    await to.sync();
    const unpacked = pipeline(to.createReadStream({ autoClose: false, start: 0 }), createGunzip(), () => undefined);
    const original = from.createReadStream({ autoClose: false, start: 0 });
    if ((await digestOfStream(unpacked)) !== (await digestOfStream(original))) {
      throw evidenceError('pack', file, 'what was packed does not unpack to the same');
    }
  } finally {
    await to?.close();
    await from.close();
  }
}

async function digestOfStream(stream: Readable): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream) {
    if (Buffer.isBuffer(chunk)) hash.update(chunk);
  }
  return hash.digest('hex');
}
