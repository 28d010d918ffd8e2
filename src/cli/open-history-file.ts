import { lstatSync } from 'node:fs';
import type { OpenHistory } from '../history/open-history.js';
import { ExposcanError, messageOf } from '../model/errors.js';
import { printableText, terminalSafe } from '../model/printable.js';
import { packageVersion } from '../net/package-version.js';
import { historyFile } from './state-directory.js';

/** This program, as the documents that it makes name it. */
export function thisTool() {
  return { name: 'exposcan', version: packageVersion() };
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
  if (!isThere(file)) {
    if (flag === undefined) return absent(file);
    throw new ExposcanError('ERR_HISTORY', `There is no history in ${printableText(file)}: there is no such file.`, {
      position: { file },
    });
  }
  const { openHistory } = await import('../history/open-history.js');
  const history = await openHistory(file, { tool: thisTool(), warn: complain });
  try {
    return await ask(history);
  } finally {
    await history.close();
  }
}

/** Whether anything is there. Throws `ERR_HISTORY` where that may not be known. */
export function isThere(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
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

export function complain(problem: string): void {
  process.stderr.write(`exposcan: ${terminalSafe(problem)}\n`);
}
