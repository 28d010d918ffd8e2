import { lstatSync } from 'node:fs';
import type { OpenHistory } from '../history/open-history.js';
import { ExposcanError, messageOf } from '../model/errors.js';
import { printableText } from '../model/printable.js';
import { thisTool } from '../net/package-version.js';
import { say } from './say.js';
import { historyFile } from './state-directory.js';

/** Opens the history in a file, and makes it where there is none. Throws `ERR_HISTORY`, `ERR_HISTORY_BUSY`, `ERR_EVIDENCE`. */
export async function openHistoryFile(file: string): Promise<OpenHistory> {
  const openHistory = await loadHistory();
  return openHistory(file, { tool: thisTool(), warn: say });
}

/** Its packages are optional, and many files: what cannot be loaded must not keep anybody from scanning. */
async function loadHistory() {
  try {
    return (await import('../history/open-history.js')).openHistory;
  } catch (cause) {
    throw new ExposcanError(
      'ERR_HISTORY',
      `The history cannot be loaded: ${messageOf(cause)}. Run "npm rebuild", or raise the limit of open files (ulimit -n).`,
      { cause },
    );
  }
}

/** Whether an error is about the history, and about nothing that was asked of it. */
export function isHistoryTrouble(error: unknown): boolean {
  return error instanceof ExposcanError && ['ERR_HISTORY', 'ERR_HISTORY_BUSY', 'ERR_EVIDENCE'].includes(error.code);
}

/**
 * Looks something up in the history: in the file that the user names, else in the user's own. None is made: where there is none, the
 * answer is what `absent` gives. Throws `ERR_HISTORY` where the user names one that is not there.
 */
export async function inHistory<T>(
  flag: string | undefined,
  ask: (history: OpenHistory) => Promise<T>,
  absent: (file: string) => T,
): Promise<T> {
  const file = historyFile(flag, process.env);
  const size = sizeOf(file);
  if (size === undefined || size === 0) {
    if (flag === undefined) return absent(file);
    const why = size === 0 ? 'the file is empty' : 'there is no such file';
    throw new ExposcanError('ERR_HISTORY', `There is no history in ${printableText(file)}: ${why}.`, {
      position: { file },
    });
  }
  const history = await openHistoryFile(file);
  try {
    return await ask(history);
  } finally {
    await history.close();
  }
}

/** Whether anything is there. Throws `ERR_HISTORY` where that may not be known. */
export function isThere(file: string): boolean {
  return sizeOf(file) !== undefined;
}

/** In bytes; undefined where nothing is there. */
function sizeOf(file: string): number | undefined {
  try {
    return lstatSync(file, { throwIfNoEntry: false })?.size;
  } catch (cause) {
    throw new ExposcanError('ERR_HISTORY', `Cannot look for the history ${printableText(file)}: ${messageOf(cause)}.`, {
      cause,
      position: { file },
    });
  }
}

/** What an absent history has to say of a scan. */
export function noHistoryYet(file: string): ExposcanError {
  return new ExposcanError(
    'ERR_NOT_IN_HISTORY',
    `No scan has been kept yet: there is no history in ${printableText(file)}. Every scan is kept there from now on; --history names another file.`,
  );
}
