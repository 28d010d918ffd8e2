import * as z from 'zod';
import { ExposcanError, messageOf, systemCode } from '../../model/errors.js';
import { printableText, shorten } from '../../model/printable.js';

/** SQLite can read the file, and what it holds is not what exposcan wrote. `message` says what. */
export class DamagedHistory extends Error {}

/**
 * What could not be done with the history, as an error that says what to do next. Whatever failed was rolled back: the data before it are
 * whole. Result codes: https://www.sqlite.org/rescode.html
 */
export function historyError(error: unknown, path: string): unknown {
  if (error instanceof ExposcanError) return error;
  const code = systemCode(error) ?? '';
  const why = damage(error) ?? advice.find(([start]) => code.startsWith(start))?.[1] ?? unlisted(error, code);
  if (why === undefined) return error;
  return new ExposcanError(
    code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED') ? 'ERR_HISTORY_BUSY' : 'ERR_HISTORY',
    `Cannot use the history ${printableText(path)}: ${why}.`,
    { cause: error, position: { file: path } },
  );
}

/** Does something with the history in this file; what it throws, it throws as `historyError` puts it. */
export async function withHistoryErrors<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw historyError(error, path);
  }
}

/** Whether the file itself is damaged, so that making it anew is the way out. */
export function isDamage(error: unknown): boolean {
  const cause = error instanceof ExposcanError ? error.cause : error;
  const code = systemCode(cause) ?? '';
  return damage(cause) !== undefined || damageCodes.some((start) => code.startsWith(start));
}

const rebuild =
  'Nothing was changed. "exposcan history rebuild" makes it anew from the evidence log beside it, and keeps this one';
const damageCodes = ['SQLITE_CORRUPT', 'SQLITE_NOTADB', 'SQLITE_IOERR_SHORT_READ'];

/** The first that fits. */
const advice: readonly (readonly [start: string, why: string])[] = [
  ['SQLITE_BUSY', 'another process went on writing to it. Nothing was changed; try again when that has ended'],
  ['SQLITE_LOCKED', 'another process went on writing to it. Nothing was changed; try again when that has ended'],
  ['SQLITE_FULL', 'the disk is full. What was there is whole; make room and try again'],
  ['SQLITE_CORRUPT', `it is damaged. ${rebuild}`],
  ['SQLITE_NOTADB', `it is not a history, or its beginning is damaged. ${rebuild}`],
  ['SQLITE_IOERR_SHORT_READ', `it is damaged: a part of it is missing. ${rebuild}`],
  ['SQLITE_READONLY', 'it may only be read. Give yourself the right to write to it and to its directory'],
  ['SQLITE_CANTOPEN', 'it cannot be opened. Look at the rights of the file and of its directory'],
  ['SQLITE_PERM', 'it cannot be opened. Look at the rights of the file and of its directory'],
  ['SQLITE_AUTH', 'it cannot be opened. Look at the rights of the file and of its directory'],
  [
    'SQLITE_IOERR_WRITE',
    'it could not be written: the disk is full or failed, or the file would be larger than is allowed. What was there is whole; ' +
      'make room and try again',
  ],
  ['SQLITE_IOERR', 'the disk failed, or is full. What was there is whole; look at the system log, and try again'],
];

function damage(error: unknown): string | undefined {
  if (error instanceof DamagedHistory)
    return `it is damaged: ${shorten(printableText(error.message), 300)}. ${rebuild}`;
  if (error instanceof z.ZodError || error instanceof SyntaxError) {
    return `it is damaged: what it holds cannot be understood. ${rebuild}`;
  }
  if (systemCode(error) === 'SQLITE_ERROR' && /^no such (?:table|column)/.test(messageOf(error))) {
    return `it is damaged: it has ${shorten(printableText(messageOf(error)), 100)}. ${rebuild}`;
  }
  return undefined;
}

function unlisted(error: unknown, code: string): string | undefined {
  if (code.startsWith('SQLITE_')) return `${messageOf(error)} (${code}). What was there is whole`;
  // The system's own codes: EACCES, ENOSPC.
  return /^E[A-Z0-9]+$/.test(code) ? messageOf(error) : undefined;
}
