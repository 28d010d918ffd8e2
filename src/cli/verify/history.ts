import type { History } from '../../history/history.js';
import { ExposcanError, messageOf } from '../../model/errors.js';
import type { HistoryFlags } from '../history-flags.js';
import { isHistoryTrouble, openHistoryFile } from '../open-history-file.js';
import { say } from '../say.js';
import { historyFile } from '../state-directory.js';

/**
 * Opens the history that keeps the window. Where it is `wanted` only, because before and after are seen by one run, it may be left
 * out, and the one by default may be out of reach, which is said. Throws `ERR_USAGE`, `ERR_HISTORY`, `ERR_HISTORY_BUSY`.
 */
export async function openVerifyHistory(
  { history: flag }: HistoryFlags,
  need: 'needed' | 'wanted',
): Promise<History | undefined> {
  if (flag === false) {
    if (need === 'wanted') return undefined;
    throw new ExposcanError(
      'ERR_USAGE',
      'Without a history nothing remembers the before. Leave --no-history out, or do it all in one: exposcan verify TARGET --expect … --run COMMAND',
    );
  }
  const named = typeof flag === 'string' ? flag : undefined;
  try {
    return await openHistoryFile(historyFile(named, process.env));
  } catch (error) {
    if (need === 'needed' || named !== undefined || !isHistoryTrouble(error)) throw error;
    say(`the window is not kept in the history: ${messageOf(error)} (--no-history silences this)`);
    return undefined;
  }
}
