import { chmodSync, closeSync, constants, lstatSync, openSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import type Sqlite from 'better-sqlite3';
import { ExposcanError, messageOf, systemCode } from '../../model/errors.js';
import { printableText } from '../../model/printable.js';
import { historyError } from './history-error.js';
import { Kysely, Migrator, sql, SqliteDialect } from './kysely.js';
import { makeDirectory } from './make-directory.js';
import { migrationProvider } from './migrations.js';
import { whileBusy, writing, type Database } from './transaction.js';

/** Marks the file as ours, as SQLite's file format provides for: `expo`. */
const applicationId = 0x6578706f;

/**
 * Opens the history, and makes it where there is none: readable by its owner alone, in a directory of its owner alone. Throws
 * `ERR_HISTORY` where it is a link, damaged, of another program or of a later exposcan, and `ERR_HISTORY_BUSY`.
 */
export async function openDatabase(path: string, patienceMs?: number): Promise<Database> {
  const { default: Driver } = await loadDriver(path);
  makeFile(path);
  try {
    return await whileBusy(async () => {
      // SQLite's own way to wait stands the whole program still.
      const sqlite = new Driver(path, { timeout: 0 });
      try {
        claim(sqlite, path);
        // Every record is on the disk in the evidence log before it comes here, so that a power cut loses nothing for good.
        for (const setting of [
          'journal_mode = WAL',
          'synchronous = NORMAL',
          'foreign_keys = ON',
          'trusted_schema = OFF',
        ]) {
          sqlite.pragma(setting);
        }
        const db: Database = new Kysely({ dialect: new SqliteDialect({ database: sqlite }) });
        await migrate(db, path, patienceMs);
        return db;
      } catch (error) {
        sqlite.close();
        throw error;
      }
    }, patienceMs);
  } catch (error) {
    throw historyError(error, path);
  }
}

async function loadDriver(path: string) {
  try {
    return await import('better-sqlite3');
  } catch (cause) {
    throw new ExposcanError(
      'ERR_HISTORY',
      `Cannot open the history ${printableText(path)}: the package better-sqlite3 is not installed here or does not fit this Node ` +
        `(${messageOf(cause)}). Run "npm rebuild better-sqlite3", or scan with --no-history.`,
      { cause },
    );
  }
}

function makeFile(path: string): void {
  const refuse = (why: string, cause?: unknown) =>
    new ExposcanError('ERR_HISTORY', `Cannot open the history ${printableText(path)}: ${why}.`, {
      cause,
      position: { file: path },
    });
  try {
    makeDirectory(dirname(path));
    const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR } = constants;
    closeSync(openSync(path, O_CREAT | O_EXCL | O_NOFOLLOW | O_RDWR, 0o600));
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw refuse(messageOf(error), error);
    const existing = ifReached(path);
    if (existing?.isSymbolicLink() === true) throw refuse('it is a symbolic link. Name the file itself with --history');
    if (existing?.isFile() !== true) throw refuse('it is not a file. Name another with --history');
    try {
      keepToOwner(path, existing);
    } catch (cause) {
      throw refuse(`others may read or write it, and that cannot be changed (${messageOf(cause)})`, cause);
    }
  }
}

/** What others may read or write of a file is taken from them, where it is ours to take. */
function keepToOwner(path: string, { mode, uid }: Stats): void {
  if ((mode & 0o077) !== 0 && uid === process.geteuid?.()) chmodSync(path, mode & 0o700);
}

/** What is at a path; undefined where a part of the path is no directory. */
function ifReached(path: string) {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (systemCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** A new file is marked; one that bears another mark is not touched. */
function claim(sqlite: Sqlite.Database, path: string): void {
  const mark = sqlite.pragma('application_id', { simple: true });
  if (mark === applicationId) {
    refuseCode(sqlite, path);
    return;
  }
  const tables = sqlite.prepare('select count(*) from sqlite_master').pluck().get();
  if (mark !== 0 || tables !== 0) {
    throw new ExposcanError(
      'ERR_HISTORY',
      `Cannot open the history ${printableText(path)}: it is a database of another program. Name another file with --history.`,
      { position: { file: path } },
    );
  }
  sqlite.pragma(`application_id = ${applicationId}`);
}

/** exposcan makes no views and no triggers: they would run, also for ever, when a table is read that they pass for or stand at. */
function refuseCode(sqlite: Sqlite.Database, path: string): void {
  const foreign = sqlite
    .prepare("select count(*) from sqlite_master where type not in ('table', 'index')")
    .pluck()
    .get();
  if (foreign === 0) return;
  throw new ExposcanError(
    'ERR_HISTORY',
    `Cannot open the history ${printableText(path)}: it holds views or triggers, which exposcan never makes. Do not use it; where its ` +
      'evidence log can be trusted, move the file away, and the next scan makes it anew from that.',
    { position: { file: path } },
  );
}

async function migrate(db: Database, path: string, patienceMs: number | undefined): Promise<void> {
  if (!(await isPending(db, path))) return;
  await writing(
    db,
    async (connection) => {
      // Another process may have been first.
      if (!(await isPending(connection, path))) return;
      const { error } = await new Migrator({ db: connection, provider: migrationProvider }).migrateToLatest();
      if (error instanceof Error) throw error;
      if (error !== undefined) throw new Error(messageOf(error));
    },
    patienceMs,
  );
}

/** Whether migrations are to be run. Throws `ERR_HISTORY` where some were that this version does not know. */
async function isPending(db: Database, path: string): Promise<boolean> {
  const known = await new Migrator({ db, provider: migrationProvider }).getMigrations();
  const run = known.filter(({ executedAt }) => executedAt !== undefined);
  if (run.length > 0) {
    const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
    if (rows.length > run.length) {
      throw new ExposcanError(
        'ERR_HISTORY',
        `Cannot open the history ${printableText(path)}: a later exposcan wrote it. Nothing was changed; update exposcan, or name ` +
          'another file with --history.',
        { position: { file: path } },
      );
    }
  }
  return run.length < known.length;
}
