import { lstatSync } from 'node:fs';
import type { EvidenceHead, EvidenceRecord } from '../../model/evidence.js';
import { digestOf, readRecord } from '../evidence/chain.js';
import type { KnownEnd } from '../evidence/known-end.js';
import { closedSegments } from '../evidence/segments.js';
import { walkLog } from '../evidence/walk-log.js';

/**
 * Takes from a broken log every record that comes later than `taken`, in rising order, and counts what had to be passed over: lines that
 * are no records, and records out of their place. Whether what it takes is true, nobody knows.
 */
export async function salvage(
  logFile: string,
  taken: EvidenceHead,
  take: (record: EvidenceRecord) => Promise<void>,
): Promise<{ readonly end: KnownEnd; readonly passedOver: number }> {
  let head = taken;
  let passedOver = 0;
  let place = 0;
  for await (const line of walkLog(logFile)) {
    if ('why' in line) {
      passedOver += 1;
      continue;
    }
    const isTorn = !line.content.ended && !line.closed;
    const record = isTorn ? undefined : readRecord(line.content.bytes);
    place += 1;
    if (record === undefined || record.seq <= head.seq) {
      // The first lines are those that were taken before the break.
      if (!isTorn && (record === undefined || place > taken.seq)) passedOver += 1;
      continue;
    }
    await take(record);
    head = { seq: record.seq, digest: digestOf(line.content.bytes) };
  }
  const segment = (closedSegments(logFile).at(-1)?.number ?? 0) + 1;
  const size = lstatSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  return { end: { head, segment, size }, passedOver };
}
