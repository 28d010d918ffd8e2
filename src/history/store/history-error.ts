import { ExposcanError, messageOf, systemCode } from '../../model/errors.js';
import { printableText } from '../../model/printable.js';

/**
 * What SQLite could not do, as an error that says what to do next. Whatever failed was rolled back: the data before it are whole.
 * Result codes: https://www.sqlite.org/rescode.html
 */
export function historyError(error: unknown, path: string): unknown {
  if (error instanceof ExposcanError) return error;
  const code = systemCode(error) ?? '';
  const known = Object.entries(advice).find(([start]) => code.startsWith(start));
  if (known === undefined && !code.startsWith('SQLITE_') && !isMigrationError(error)) return error;
  const why = known?.[1] ?? `${messageOf(error)}${code === '' ? '' : ` (${code})`}`;
  return new ExposcanError(
    code.startsWith('SQLITE_BUSY') ? 'ERR_HISTORY_BUSY' : 'ERR_HISTORY',
    `Cannot use the history ${printableText(path)}: ${why}.`,
    { cause: error, position: { file: path } },
  );
}

const rebuild = 'Nothing was changed. "exposcan history rebuild" makes it anew from the evidence log beside it';

const advice: Readonly<Record<string, string>> = {
  SQLITE_BUSY: 'another process went on writing to it. Try again when that has ended',
  SQLITE_LOCKED: 'another process went on writing to it. Try again when that has ended',
  SQLITE_FULL: 'the disk is full. What was there is whole; make room and scan again',
  SQLITE_CORRUPT: `it is damaged. ${rebuild}`,
  SQLITE_NOTADB: `it is not a history, or its beginning is damaged. ${rebuild}`,
  SQLITE_READONLY: 'it may only be read. Give yourself the right to write to it and to its directory',
  SQLITE_CANTOPEN: 'it cannot be opened. Look at the rights of the file and of its directory',
  SQLITE_IOERR: 'the disk failed, or is full. What was there is whole',
};

/** Kysely's words for a file that knows migrations which this version does not. */
function isMigrationError(error: unknown): boolean {
  return messageOf(error).includes('corrupted migrations');
}
