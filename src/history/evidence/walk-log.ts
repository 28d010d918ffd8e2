import { closeSync, createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { systemCode } from '../../model/errors.js';
import { evidenceError } from './evidence-error.js';
import { openToRead, type OpenFile } from './open-log.js';
import { closedSegments, maxSegmentBytes } from './segments.js';
import { lineSplitter, type Line } from './split-lines.js';

/** A line and where it stands. */
export interface PlacedLine {
  readonly file: string;
  /** Counts from 1 in each segment. */
  readonly number: number;
  /** Whether a later segment follows. */
  readonly closed: boolean;
  readonly content: Line;
}

/** A packed segment that breaks off at this line. */
export interface BrokenOff {
  readonly file: string;
  readonly number: number;
  readonly why: string;
}

const chunkBytes = 256 * 1024;

/**
 * All lines of the log, the oldest segment first, up to where it ended when it was opened; it may be written to, closed and packed
 * meanwhile. Throws `ERR_EVIDENCE` where a file cannot be read.
 */
export async function* walkLog(logFile: string): AsyncGenerator<PlacedLine | BrokenOff> {
  for (let done = 0; ;) {
    // Opened before the closed ones are looked for: if it is closed in between, it is found among them; if later, this is still it.
    const log = openToRead(logFile);
    const next = closedSegments(logFile).find(({ number }) => number > done);
    if (next === undefined) {
      if (log !== undefined) {
        for await (const lines of linesOf(logFile, log, { closed: false, packed: false })) yield* lines;
      }
      return;
    }
    if (log !== undefined) closeSync(log.fd);
    const open = openToRead(next.file);
    // It has been packed since it was found.
    if (open === undefined) continue;
    for await (const lines of linesOf(next.file, open, { closed: true, packed: next.packed })) yield* lines;
    done = next.number;
  }
}

/** In the portions that one reading gives: an asynchronous step for each line would take longer than all else. */
async function* linesOf(
  file: string,
  open: OpenFile,
  { closed, packed }: { readonly closed: boolean; readonly packed: boolean },
): AsyncGenerator<(PlacedLine | BrokenOff)[]> {
  let number = 0;
  const place = (content: Line): PlacedLine => ({ file, number: (number += 1), closed, content });
  const splitter = lineSplitter();
  let unpacked = 0;
  try {
    for await (const chunk of chunksOf(open, packed)) {
      unpacked += chunk.length;
      if (packed && unpacked > maxSegmentBytes) {
        yield [{ file, number: number + 1, why: `it unpacks to more than ${maxSegmentBytes} bytes` }];
        return;
      }
      yield splitter.feed(chunk).map(place);
    }
  } catch (error) {
    if (systemCode(error)?.startsWith('Z_') !== true) throw evidenceError('read', file, error);
    yield [{ file, number: number + 1, why: 'it is not gzip data to its end' }];
    return;
  }
  const rest = splitter.rest();
  if (rest !== undefined) yield [place(rest)];
}

async function* chunksOf({ fd, size }: OpenFile, packed: boolean): AsyncGenerator<Buffer> {
  if (size === 0) {
    closeSync(fd);
    return;
  }
  const file = createReadStream('', { fd, start: 0, end: size - 1, highWaterMark: chunkBytes });
  // Failures reach the one that is read from.
  const source = packed ? pipeline(file, createGunzip({ chunkSize: chunkBytes }), () => undefined) : file;
  for await (const chunk of source) {
    if (Buffer.isBuffer(chunk)) yield chunk;
  }
}
