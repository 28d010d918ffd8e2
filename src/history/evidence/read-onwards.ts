import { closeSync, readSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { systemCode } from '../../model/errors.js';
import type { EvidenceRecord } from '../../model/evidence.js';
import { printableText } from '../../model/printable.js';
import { digestOf, follows, readRecord } from './chain.js';
import { evidenceError } from './evidence-error.js';
import type { KnownEnd } from './known-end.js';
import { openToRead } from './open-log.js';
import { maxSegmentBytes, segmentFile } from './segments.js';
import { lineSplitter, type Line } from './split-lines.js';

/** What the log holds after what the history knows. */
export interface Onwards {
  /** Whole records that carry the chain on. */
  readonly records: readonly EvidenceRecord[];
  /** Where they end; the known end where there are none. */
  readonly end: KnownEnd;
  /** Bytes after that of a last line without a line feed: a crash cut it short. 0 where there is none, or something else is wrong. */
  readonly torn: number;
  /** There is more to read: call again from `end` on. */
  readonly more: boolean;
  /** What is wrong, in words, where the log is not as the history left it. No crash does that. Verifying the log says more. */
  readonly trouble?: string;
}

/** After how many bytes a call returns, unless told otherwise: what is read is held in memory. */
const enoughBytes = 64 * 1024 * 1024;
const chunkBytes = 1024 * 1024;

/**
 * Reads what was written to the log and never came to the history, because a crash came in between; over rotations too. Takes nothing
 * that does not carry the chain on: a log that was changed gives no records from there on. Call it within the transaction that will take
 * the records up. Throws `ERR_EVIDENCE` where the log cannot be read.
 */
export function readOnwards(
  logFile: string,
  known: KnownEnd,
  options: { readonly enoughBytes?: number } = {},
): Onwards {
  const enough = options.enoughBytes ?? enoughBytes;
  const records: EvidenceRecord[] = [];
  let end = known;
  let taken = 0;
  for (;;) {
    const segment = openSegment(logFile, end.segment);
    if (segment === undefined) {
      // Between the two steps of a rotation there is no log; nor before the first record.
      const gone = `${printableText(logFile)} is gone, and the history knows ${end.head.seq} records`;
      return { records, end, torn: 0, more: false, ...(end.size === 0 ? {} : { trouble: gone }) };
    }
    const name = printableText(segment.file);
    const stop = (trouble: string): Onwards => ({ records, end, torn: 0, more: false, trouble: `${name} ${trouble}` });
    try {
      if (!segment.isWholeAt(end.size)) {
        return stop(`has no line that ends at byte ${end.size}, where record ${end.head.seq} did`);
      }
      for (const line of segment.lines(end.size)) {
        if (!line.ended) {
          if (segment.closed) return stop('is closed, and its last line has no line feed');
          return { records, end, torn: line.length, more: false };
        }
        const record = readRecord(line.bytes);
        if (record === undefined || !follows(record, end.head)) {
          return stop(`has a line after byte ${end.size} that does not come after record ${end.head.seq}`);
        }
        records.push(record);
        taken += line.length;
        end = {
          head: { seq: record.seq, digest: digestOf(line.bytes) },
          segment: end.segment,
          size: end.size + line.length + 1,
        };
        if (taken >= enough) return { records, end, torn: 0, more: true };
      }
      if (!segment.closed) return { records, end, torn: 0, more: false };
      end = { head: end.head, segment: end.segment + 1, size: 0 };
    } finally {
      segment.close();
    }
  }
}

interface ReadableSegment {
  readonly file: string;
  /** A later segment follows. */
  readonly closed: boolean;
  /** Whether a line ends right before this byte. */
  isWholeAt(position: number): boolean;
  lines(from: number): Iterable<Line>;
  close(): void;
}

/** The closed segment of this number, packed or not; where there is none, the log itself. */
function openSegment(logFile: string, number: number): ReadableSegment | undefined {
  // Packing gives the packed one its name before it takes the other away, so that one of the two is always there.
  const plain = segmentFile(logFile, number);
  const packed = segmentFile(logFile, number, true);
  return openPlain(plain, true) ?? openPacked(packed) ?? openPlain(logFile, false);
}

function openPlain(file: string, closed: boolean): ReadableSegment | undefined {
  const open = openToRead(file);
  if (open === undefined) return undefined;
  const { fd, size } = open;
  const read = (buffer: Buffer, position: number) => {
    try {
      return readSync(fd, buffer, 0, buffer.length, position);
    } catch (error) {
      throw evidenceError('read', file, error);
    }
  };
  return {
    file,
    closed,
    isWholeAt(position) {
      const byte = Buffer.alloc(1);
      return position === 0 || (position <= size && read(byte, position - 1) === 1 && byte[0] === 0x0a);
    },
    *lines(from) {
      const splitter = lineSplitter();
      const buffer = Buffer.alloc(Math.min(chunkBytes, Math.max(0, size - from)));
      for (let position = from; position < size;) {
        const count = read(buffer, position);
        if (count === 0) break;
        position += count;
        yield* splitter.feed(buffer.subarray(0, count));
      }
      const rest = splitter.rest();
      if (rest !== undefined) yield rest;
    },
    close: () => {
      closeSync(fd);
    },
  };
}

/** Node's code for data that unpacks to more than was allowed. */
const tooLarge = 'ERR_BUFFER_TOO_LARGE';

/** Unpacked in memory: rare, as what is packed was mostly taken up long ago. One that cannot be unpacked has no lines. */
function openPacked(file: string): ReadableSegment | undefined {
  const open = openToRead(file);
  if (open === undefined) return undefined;
  let bytes: Buffer | undefined;
  try {
    if (open.size > maxSegmentBytes) throw Object.assign(new RangeError('too large'), { code: tooLarge });
    const packed = Buffer.alloc(open.size);
    const count = readSync(open.fd, packed, 0, packed.length, 0);
    bytes = gunzipSync(packed.subarray(0, count), { maxOutputLength: maxSegmentBytes });
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (!code.startsWith('Z_') && code !== tooLarge) throw evidenceError('read', file, error);
  } finally {
    closeSync(open.fd);
  }
  const content = bytes;
  return {
    file,
    closed: true,
    isWholeAt: (position) => content !== undefined && (position === 0 || content[position - 1] === 0x0a),
    *lines(from) {
      const splitter = lineSplitter();
      if (content !== undefined) yield* splitter.feed(content.subarray(from));
      const rest = splitter.rest();
      if (rest !== undefined) yield rest;
    },
    close: () => undefined,
  };
}
