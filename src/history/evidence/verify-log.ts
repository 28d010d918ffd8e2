import type { EvidenceHead } from '../../model/evidence.js';
import type { LogVerdict } from '../../model/log-verdict.js';
import { judgeLog } from './judge-log.js';
import { walkLog } from './walk-log.js';

export interface VerifyOptions {
  readonly tool: LogVerdict['tool'];
  /** A digest that was sent out once: it has to be that of a record. */
  readonly head?: string;
  /** The digest that the oldest segment begins on, where older ones were moved away. */
  readonly since?: string;
  /** Where the history says that the log ends. Ask for it before this is called. */
  readonly remembered?: EvidenceHead;
}

/**
 * Whether the evidence log is whole, and if not, where not. Every edit, deletion, insertion, reordering or doubling of records breaks the
 * chain of digests and is found. That the end was cut off, or all of it written anew, shows only against something that is kept elsewhere:
 * `head`, or `remembered`, as far as whoever did it could not change the history too.
 *
 * A broken log is an answer. Throws `ERR_EVIDENCE` only where a file cannot be read. At most one line at a time is in memory.
 */
export async function verifyLog(logFile: string, options: VerifyOptions): Promise<LogVerdict> {
  const { tool, head, since, remembered } = options;
  const judge = judgeLog({ head, since, remembered });
  const segments = new Set<string>();
  for await (const line of walkLog(logFile)) {
    segments.add(line.file);
    if ('why' in line) judge.breakOff(line);
    else judge.take(line);
  }
  const judgement = judge.conclude(logFile);
  return {
    format: 'exposcan-log-verdict',
    version: 1,
    tool,
    file: logFile,
    segments: [...segments],
    whole: judgement.faults.length === 0,
    ...judgement,
    ...(since === undefined ? {} : { since }),
    ...(head === undefined ? {} : { asked: head }),
    ...(remembered === undefined ? {} : { remembered }),
  };
}
