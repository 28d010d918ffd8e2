import { lstatSync, type BigIntStats } from 'node:fs';
import { sql } from './kysely.js';
import { ExposcanError, messageOf, systemCode } from '../../model/errors.js';
import type { EvidenceHead, EvidenceRecord } from '../../model/evidence.js';
import { printableText } from '../../model/printable.js';
import type { Snapshot } from '../../model/snapshot.js';
import { appendRecords } from '../evidence/append-records.js';
import type { EvidenceEntry } from '../evidence/chain.js';
import type { KnownEnd } from '../evidence/known-end.js';
import { readOnwards } from '../evidence/read-onwards.js';
import { evidenceFile } from '../evidence/segments.js';
import { applyRecord, noteUnread } from './apply-record.js';
import { isDamage } from './history-error.js';
import { knownEnd, setKnownEnd } from './known-end.js';
import { writing, type Database } from './transaction.js';

/** Writes to the evidence log and to the database as one: the log first, and what a crash keeps from the database comes to it later. */
export interface Recorder {
  /**
   * Writes what `choose` gives, if it gives anything, in one transaction with what `also` does. Gives the number of that record, and
   * where the log stands.
   */
  record(
    choose: (db: Database) => Promise<NewEntry | undefined>,
    also?: (db: Database) => Promise<void>,
  ): Promise<{ readonly seq: number | undefined; readonly head: EvidenceHead }>;
  /** Takes up what the log has and the database has not, and says where the log stands. */
  catchUp(): Promise<EvidenceHead>;
}

/** What is to be recorded; of a scan also what its body is. */
export type NewEntry = EvidenceEntry & { readonly snapshot?: Snapshot };

export interface RecorderOptions {
  readonly patienceMs?: number | undefined;
  /** Takes what is wrong with the evidence log, in words, where recording goes on all the same. */
  readonly warn: (problem: string) => void;
  /** For tests: called where a crash hurts most, after the log is written and before the database is. */
  readonly onLogged?: (() => void) | undefined;
}

export function recorderOf(db: Database, file: string, { patienceMs, warn, onLogged }: RecorderOptions): Recorder {
  const logFile = evidenceFile(file);
  const opened = identityOf(file);
  return {
    record: (choose, also) =>
      writing(
        db,
        async (connection) => {
          const end = await takeUp(connection, logFile, await knownEnd(connection));
          const entry = await choose(connection);
          checkSame(file, opened);
          const appended = entry === undefined ? { records: [], end } : appendRecords(logFile, end, [entry]);
          onLogged?.();
          if (appended.trouble !== undefined) warn(appended.trouble);
          for (const record of appended.records) {
            await applyRecord(connection, record, record.body === entry?.body ? entry?.snapshot : undefined);
          }
          await setKnownEnd(connection, appended.end);
          await also?.(connection);
          return { seq: appended.records.at(-1)?.seq, head: appended.end.head };
        },
        patienceMs,
      ),
    async catchUp() {
      const known = await knownEnd(db);
      const { records } = readOnwards(logFile, known, { enoughBytes: 1 });
      if (records.length === 0) return known.head;
      return writing(
        db,
        async (connection) => {
          checkSame(file, opened);
          const end = await takeUp(connection, logFile, await knownEnd(connection));
          await setKnownEnd(connection, end);
          return end.head;
        },
        patienceMs,
      );
    },
  };
}

/** Applies what the log holds after what the database knows, and says where that ends. */
export async function takeUp(
  db: Database,
  logFile: string,
  known: KnownEnd,
  onRecord: (record: EvidenceRecord) => void = () => undefined,
): Promise<KnownEnd> {
  let end = known;
  for (;;) {
    const onwards = readOnwards(logFile, end);
    for (const record of onwards.records) {
      await applyOrNote(db, record);
      onRecord(record);
    }
    end = onwards.end;
    if (!onwards.more) return end;
  }
}

/** Whatever a record holds that is in the log already, it must not keep this history from recording for ever. */
export async function applyOrNote(db: Database, record: EvidenceRecord): Promise<void> {
  await sql`savepoint record`.execute(db);
  try {
    await applyRecord(db, record);
  } catch (error) {
    const code = systemCode(error) ?? '';
    const isItsFault = !code.startsWith('SQLITE_') || code.startsWith('SQLITE_CONSTRAINT');
    if (!isItsFault || isDamage(error)) throw error;
    await sql`rollback to savepoint record`.execute(db);
    await noteUnread(db, record, messageOf(error));
  }
  await sql`release savepoint record`.execute(db);
}

function identityOf(file: string): BigIntStats | undefined {
  return lstatSync(file, { bigint: true, throwIfNoEntry: false });
}

/** Another file in its place has locks of its own, so that the log would have two writers at once. */
function checkSame(file: string, opened: BigIntStats | undefined): void {
  const now = identityOf(file);
  if (now !== undefined && now.ino === opened?.ino && now.dev === opened.dev) return;
  throw new ExposcanError(
    'ERR_HISTORY',
    `Cannot use the history ${printableText(file)}: it was removed or made anew since it was opened. Nothing was written; start again.`,
    { position: { file } },
  );
}
