import type { History } from '../history/history.js';
import { ExposcanError, messageOf } from '../model/errors.js';
import { packageVersion } from '../net/package-version.js';
import type { HistoryFlags } from './history-flags.js';
import { historyFile } from './state-directory.js';

/**
 * Opens the history that keeps the window. Where it is `wanted` only, because before and after are seen by one run, it may be left
 * out, and the one by default may be out of reach, which is said. Throws `ERR_USAGE`, `ERR_HISTORY`, `ERR_HISTORY_BUSY`.
 */
export async function openVerifyHistory(
  { history: flag }: HistoryFlags,
  say: (line: string) => void,
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
    const { openHistory } = await import('../history/open-history.js');
    return await openHistory(historyFile(named, process.env), {
      tool: { name: 'exposcan', version: packageVersion() },
      warn: say,
    });
  } catch (error) {
    const isTrouble =
      error instanceof ExposcanError && ['ERR_HISTORY', 'ERR_HISTORY_BUSY', 'ERR_EVIDENCE'].includes(error.code);
    if (need === 'needed' || named !== undefined || !isTrouble) throw error;
    say(`the window is not kept in the history: ${messageOf(error)} (--no-history silences this)`);
    return undefined;
  }
}
