import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { hourMs } from '../../model/duration.js';
import { systemCode } from '../../model/errors.js';
import { printableText } from '../../model/printable.js';
import { evidenceError } from './evidence-error.js';
import { notRegular, syncDirectory } from './open-log.js';
import { closedSegments, maxSegmentBytes, segmentFile } from './segments.js';

/** No packing takes this long: a draft that is older was left behind by a crash. */
const staleMs = hourMs;

/**
 * Packs the closed segments with gzip (`history.evidence.000001.jsonl.gz`, 0600); a log of scans shrinks to less than a tenth. Takes no
 * lock: closed segments are never written to again, readers take either, and two processes that pack the same one make the same.
 * What was packed is unpacked and compared before the original goes. Whatever it is interrupted by, one of the two is whole and has its
 * name. A packed one that holds something else is left as it is, since one of the two was tampered with. Says which files it made. Throws
 * `ERR_EVIDENCE` where a segment stays unpacked, after it has tried the others.
 */
export async function compressSegments(logFile: string, now: Date): Promise<string[]> {
  const made: string[] = [];
  const failures: unknown[] = [];
  await removeStale(logFile, now);
  for (const { number, file, packed } of closedSegments(logFile)) {
    if (packed) continue;
    const target = segmentFile(logFile, number, true);
    const draft = `${target}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      const digest = await pack(file, draft);
      const beside = await digestOfPacked(target);
      if (beside !== undefined && beside !== digest) {
        throw evidenceError('pack', file, `${printableText(target)} is there already, and holds something else`);
      }
      await rename(draft, target);
      syncDirectory(target);
      await rm(file, { force: true });
      syncDirectory(target);
      made.push(target);
    } catch (error) {
      await rm(draft, { force: true }).catch(() => undefined);
      // Another process was faster.
      if (systemCode(error) !== 'ENOENT') failures.push(evidenceError('pack', file, error));
    }
  }
  if (failures.length > 0) throw failures[0];
  return made;
}

/** What crashes left behind; the segment may have been packed since. */
async function removeStale(logFile: string, now: Date): Promise<void> {
  const directory = dirname(logFile);
  for (const name of await readdir(directory)) {
    if (!name.startsWith(`${basename(logFile, '.jsonl')}.`) || !/\.\d{6,9}\.jsonl\.gz\.[0-9a-f]+\.tmp$/.test(name))
      continue;
    const draft = join(directory, name);
    const status = await lstat(draft).catch(() => undefined);
    if (status?.isFile() !== true || now.getTime() - status.mtimeMs <= staleMs) continue;
    await rm(draft, { force: true }).catch(() => undefined);
  }
}

/** The digest of what a packed segment holds, none such where that is far too much; undefined where there is none that is whole. */
async function digestOfPacked(target: string): Promise<string | undefined> {
  const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
  let packed: FileHandle;
  try {
    packed = await open(target, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    if (!(await packed.stat()).isFile()) throw evidenceError('pack', target, notRegular);
    return await digestOfStream(
      pipeline(packed.createReadStream({ autoClose: false }), createGunzip(), () => undefined),
    );
  } catch (error) {
    if (systemCode(error)?.startsWith('Z_') === true) return undefined;
    if (error instanceof RangeError) return '';
    throw error;
  } finally {
    await packed.close();
  }
}

/** Gives the digest of what it packed. */
async function pack(file: string, draft: string): Promise<string> {
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
    const digest = await digestOfStream(original);
    if ((await digestOfStream(unpacked)) === digest) return digest;
    throw evidenceError('pack', file, 'what was packed does not unpack to the same');
  } finally {
    await to?.close();
    await from.close();
  }
}

async function digestOfStream(stream: Readable): Promise<string> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > maxSegmentBytes) throw new RangeError(`it holds more than ${maxSegmentBytes} bytes`);
    hash.update(chunk);
  }
  return hash.digest('hex');
}
