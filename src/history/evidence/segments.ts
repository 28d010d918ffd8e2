import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { systemCode } from '../../model/errors.js';
import { evidenceError } from './evidence-error.js';

const ending = '.jsonl';
const packedEnding = '.jsonl.gz';

/** No segment is written larger; what unpacks to more is an attack. Twice the longest record, as one write may hold several. */
export const maxSegmentBytes = 512 * 1024 * 1024;

/** A part of the log that was closed, and is never written to again. */
export interface Segment {
  /** Counts from 1. */
  readonly number: number;
  readonly file: string;
  readonly packed: boolean;
}

/** The evidence log of a history: `history.db` has `history.evidence.jsonl` beside it. */
export function evidenceFile(historyFile: string): string {
  return `${historyFile.replace(/(?<=[^/])\.db$/, '')}.evidence${ending}`;
}

/** `history.evidence.000001.jsonl`, or `.jsonl.gz` where it is packed. */
export function segmentFile(logFile: string, number: number, packed = false): string {
  return `${stem(logFile)}.${String(number).padStart(6, '0')}${packed ? packedEnding : ending}`;
}

/**
 * The closed segments that are there, the oldest first. Where one is there packed and unpacked, packing it was interrupted, and the
 * unpacked one counts. Throws `ERR_EVIDENCE`.
 */
export function closedSegments(logFile: string): Segment[] {
  const start = `${basename(stem(logFile))}.`;
  const found = new Map<number, Segment>();
  for (const name of namesIn(dirname(logFile))) {
    const [, digits, kind] =
      /^(\d{6,9})(\.jsonl(?:\.gz)?)$/.exec(name.startsWith(start) ? name.slice(start.length) : '') ?? [];
    const number = Number(digits);
    const packed = kind === packedEnding;
    // Another way to write a number is not a segment: `0000001` beside `000001`.
    if (!(number > 0) || name !== basename(segmentFile(logFile, number, packed))) continue;
    if (packed && found.has(number)) continue;
    found.set(number, { number, file: join(dirname(logFile), name), packed });
  }
  return [...found.values()].sort((a, b) => a.number - b.number);
}

function stem(logFile: string): string {
  return logFile.endsWith(ending) ? logFile.slice(0, -ending.length) : logFile;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw evidenceError('read', directory, error);
  }
}
