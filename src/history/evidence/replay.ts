import { emptyHead, type EvidenceRecord } from '../../model/evidence.js';
import { digestOf, readRecord } from './chain.js';
import { evidenceError } from './evidence-error.js';
import { walkLog } from './walk-log.js';

/**
 * All records of the log, the oldest first, each checked against the one before. A last line that a crash cut short is no record.
 * Where older segments were moved away, `since` is the digest that the oldest one here begins on. One record at a time is in memory.
 *
 * Throws `ERR_EVIDENCE`, with file and line, where the chain breaks: what came before that was whole.
 */
export async function* replay(
  logFile: string,
  options: { readonly since?: string } = {},
): AsyncGenerator<EvidenceRecord, void, void> {
  let seq = options.since === undefined ? 0 : undefined;
  let digest = options.since ?? emptyHead.digest;
  for await (const line of walkLog(logFile)) {
    const broken = (why: string) =>
      evidenceError('read', line.file, `${why}. "exposcan history verify-log" shows all that is wrong with it`, {
        line: line.number,
      });
    if ('why' in line) throw broken(line.why);
    if (!line.content.ended && !line.closed) return;
    const record = readRecord(line.content.bytes);
    if (record === undefined) throw broken('this line is not an evidence record');
    if (seq !== undefined && record.seq !== seq + 1) {
      throw broken(`expected record ${seq + 1}, and found ${record.seq}`);
    }
    if (record.prev !== digest) {
      throw broken(`record ${record.seq} comes after digest ${record.prev}, and the record before has ${digest}`);
    }
    seq = record.seq;
    digest = digestOf(line.content.bytes);
    yield record;
  }
}
