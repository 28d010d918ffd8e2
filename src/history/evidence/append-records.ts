import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, ftruncateSync, readSync, renameSync, writeSync } from 'node:fs';
import type { EvidenceRecord } from '../../model/evidence.js';
import { chainOn, type EvidenceEntry } from './chain.js';
import { evidenceError } from './evidence-error.js';
import type { KnownEnd } from './known-end.js';
import { openToAppend, syncDirectory, type OpenFile } from './open-log.js';
import { readOnwards } from './read-onwards.js';
import { closedSegments, maxSegmentBytes, segmentFile } from './segments.js';

export interface Appended {
  /** What was written; first the note about a torn line that was cut off, where there was one. */
  readonly records: readonly EvidenceRecord[];
  readonly end: KnownEnd;
  /** What is wrong with the log, in words, where it is not as the history left it. It was written on all the same. */
  readonly trouble?: string;
}

const lineFeed = Buffer.from('\n');
const defaultSegmentBytes = 64 * 1024 * 1024;
const chunkBytes = 1024 * 1024;

/**
 * Writes records after the end of the log. When it returns they are on the disk: one write, then `fsync`, and after a file was made or
 * renamed an `fsync` of its directory. Call it within a transaction of the history, which keeps other processes out.
 *
 * - `end` is what the history knows, after it took up everything that `readOnwards` gave.
 * - A last line that a crash cut short is cut off first, and a `mended` record says so (`bytes`, and the `digest` of them).
 * - A log that was tampered with is left as it is. Recording goes on behind it, on a line of its own, chained to what the history knows;
 *   so nothing is lost, nothing false becomes true, and verifying shows the break.
 * - A file that would become longer than `segmentBytes` (64 MiB) is closed before, and a new one begun.
 *
 * Throws `ERR_EVIDENCE`: disk full, no regular file, rights. Then nothing was added: a part that was
 * written is cut off again, and so is the line that a crash had cut short.
 */
export function appendRecords(
  logFile: string,
  end: KnownEnd,
  entries: readonly EvidenceEntry[],
  options: { readonly segmentBytes?: number } = {},
): Appended {
  const found = readOnwards(logFile, end, { enoughBytes: 1 });
  if (found.records.length > 0) {
    throw evidenceError(
      'write to',
      logFile,
      `it holds records after ${end.head.seq} that the history has not taken up yet`,
    );
  }
  if (entries.length === 0) return { records: [], end };
  const limit = Math.min(options.segmentBytes ?? defaultSegmentBytes, maxSegmentBytes);
  return found.trouble === undefined
    ? appendInPlace(logFile, found.end, found.torn, entries, limit)
    : appendBehind(logFile, end, entries, found.trouble);
}

function appendInPlace(
  logFile: string,
  end: KnownEnd,
  torn: number,
  entries: readonly EvidenceEntry[],
  limit: number,
): Appended {
  const log = openToAppend(logFile);
  let open: OpenFile | undefined = log;
  try {
    const time = entries[0]?.time ?? new Date();
    const mended: EvidenceEntry[] = torn > 0 ? [{ kind: 'mended', time, body: tornBody(log.fd, end.size, torn) }] : [];
    const batch = chain(logFile, end, [...mended, ...entries]);
    if (torn > 0) ftruncateSync(log.fd, end.size);
    if (end.size === 0 || end.size + batch.bytes.length <= limit) {
      write(log.fd, end.size, batch.bytes);
      return {
        records: batch.records,
        end: { head: batch.head, segment: end.segment, size: end.size + batch.bytes.length },
      };
    }
    // Its last bytes must be on the disk before it gets the name of a whole one.
    fsyncSync(log.fd);
    closeSync(log.fd);
    open = undefined;
    renameSync(logFile, segmentFile(logFile, end.segment));
    syncDirectory(logFile);
    open = openToAppend(logFile);
    write(open.fd, 0, batch.bytes);
    return { records: batch.records, end: { head: batch.head, segment: end.segment + 1, size: batch.bytes.length } };
  } catch (error) {
    throw evidenceError('write to', logFile, error);
  } finally {
    if (open !== undefined) closeSync(open.fd);
  }
}

/** The log is not what the history knows: its lines stay, and ours begin on a new one. */
function appendBehind(logFile: string, end: KnownEnd, entries: readonly EvidenceEntry[], trouble: string): Appended {
  const batch = chain(logFile, end, entries);
  const { fd, size } = openToAppend(logFile);
  try {
    const last = Buffer.alloc(1);
    const isInLine = size > 0 && readSync(fd, last, 0, 1, size - 1) === 1 && !last.equals(lineFeed);
    const bytes = isInLine ? Buffer.concat([lineFeed, batch.bytes]) : batch.bytes;
    write(fd, size, bytes);
    const segment = Math.max(end.segment, (closedSegments(logFile).at(-1)?.number ?? 0) + 1);
    return { records: batch.records, end: { head: batch.head, segment, size: size + bytes.length }, trouble };
  } catch (error) {
    throw evidenceError('write to', logFile, error);
  } finally {
    closeSync(fd);
  }
}

function chain(logFile: string, end: KnownEnd, entries: readonly EvidenceEntry[]) {
  const records: EvidenceRecord[] = [];
  const lines: Buffer[] = [];
  let head = end.head;
  let length = 0;
  try {
    for (const entry of entries) {
      const chained = chainOn(head, entry);
      records.push(chained.record);
      lines.push(chained.line, lineFeed);
      head = chained.head;
      length += chained.line.length + 1;
      if (length > maxSegmentBytes) throw new RangeError(`one write holds at most ${maxSegmentBytes} bytes`);
    }
  } catch (error) {
    throw evidenceError('write to', logFile, error);
  }
  return { records, head, bytes: Buffer.concat(lines) };
}

function tornBody(fd: number, from: number, length: number): { bytes: number; digest: string } {
  const hash = createHash('sha256');
  const chunk = Buffer.alloc(Math.min(length, chunkBytes));
  for (let at = from; at < from + length;) {
    const count = readSync(fd, chunk, 0, chunk.length, at);
    if (count === 0) break;
    hash.update(chunk.subarray(0, count));
    at += count;
  }
  return { bytes: length, digest: hash.digest('hex') };
}

/** All of it on the disk, or the file as long as it was before. */
function write(fd: number, size: number, bytes: Buffer): void {
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
    fsyncSync(fd);
  } catch (error) {
    try {
      ftruncateSync(fd, size);
      fsyncSync(fd);
    } catch {
      // Then the part is a torn line, which the next write mends. What went wrong first is what matters.
    }
    throw error;
  }
}
