import { ExposcanError, messageOf } from '../model/errors.js';
import type { EvidenceHead } from '../model/evidence.js';
import type { LogVerdict } from '../model/log-verdict.js';
import { printableText } from '../model/printable.js';
import { evidenceFile } from './evidence/segments.js';
import { verifyLog, type VerifyOptions } from './evidence/verify-log.js';
import { historyError } from './store/history-error.js';
import { knownEnd } from './store/known-end.js';
import { openDatabase } from './store/open-database.js';

export interface VerifyEvidenceOptions extends Omit<VerifyOptions, 'remembered'> {
  /** Whether there is a history in the file; it may be lost, and the log be there still. */
  readonly hasHistory: boolean;
  /** Takes what stood in the way of asking the history, in words. The log is verified all the same. */
  readonly warn: (problem: string) => void;
}

/**
 * Whether the evidence log of the history in this file is whole, held against what the history remembers of it. The history is not
 * brought up to date before that, and may be damaged. Throws `ERR_EVIDENCE` where there is no log, or it cannot be read.
 */
export async function verifyEvidence(file: string, options: VerifyEvidenceOptions): Promise<LogVerdict> {
  const { hasHistory, warn, ...expected } = options;
  // Asked for first: what is written to the log meanwhile is then more than the history remembers, not less.
  const remembered = hasHistory ? await rememberedEnd(file, warn) : undefined;
  const log = evidenceFile(file);
  const verdict = await verifyLog(log, { ...expected, ...(remembered === undefined ? {} : { remembered }) });
  const isExpected = expected.head !== undefined || (remembered?.seq ?? 0) > 0;
  if (verdict.segments.length === 0 && !isExpected) {
    throw new ExposcanError(
      'ERR_EVIDENCE',
      `There is no evidence log in ${printableText(log)}: nothing can be verified.`,
      {
        position: { file: log },
      },
    );
  }
  return verdict;
}

async function rememberedEnd(file: string, warn: (problem: string) => void): Promise<EvidenceHead | undefined> {
  try {
    const db = await openDatabase(file);
    try {
      return (await knownEnd(db)).head;
    } finally {
      await db.destroy();
    }
  } catch (error) {
    const told = historyError(error, file);
    if (!(told instanceof ExposcanError)) throw error;
    warn(`The log is verified by itself, because the history cannot be asked where it ends: ${messageOf(told)}`);
    return undefined;
  }
}
