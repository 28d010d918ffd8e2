import { linkSync, lstatSync, renameSync, rmSync } from 'node:fs';
import { ExposcanError, systemCode } from '../../model/errors.js';
import type { EvidenceRecord } from '../../model/evidence.js';
import { printableText } from '../../model/printable.js';
import { emptyEnd } from '../evidence/known-end.js';
import { syncDirectory } from '../evidence/open-log.js';
import { readOnwards } from '../evidence/read-onwards.js';
import { evidenceFile } from '../evidence/segments.js';
import { carryOver } from './carry-over.js';
import { historyError, isDamage } from './history-error.js';
import { setKnownEnd } from './known-end.js';
import { openDatabase } from './open-database.js';
import { applyOrNote, takeUp } from './recorder.js';
import { salvage } from './salvage.js';
import { reading, writing, type Database } from './transaction.js';

export interface RebuildOptions {
  /** Go on where the log is broken, with every record that can be read. */
  readonly force?: boolean;
  readonly now?: Date;
  readonly patienceMs?: number;
}

/** What came of making a history anew. */
export interface Rebuilt {
  /** How many records of the evidence log were taken in. */
  readonly records: number;
  /** How many of them are scans that are kept now. */
  readonly scans: number;
  /** Those that this exposcan cannot understand. */
  readonly unread: readonly { readonly seq: number; readonly problem: string }[];
  /** Lines of the log that are no records, or no longer in their place: only where it was forced. */
  readonly passedOver: number;
  /** Where the old history is now; absent where there was none. */
  readonly kept?: string;
  /** Whether what waits for its receivers, and what watches remember, could be taken over from the old history. */
  readonly carriedOver: boolean;
}

/**
 * Makes a history anew from the evidence log beside it, in a file of its own that takes the old one's place when it is whole. The old one
 * is kept. Programs that have the old one open can record no more, and say so.
 *
 * Throws `ERR_EVIDENCE` where there is no log, or a broken one and it is not forced; `ERR_HISTORY` where the file is none that exposcan made;
 * `ERR_HISTORY_BUSY`. Nothing was changed then.
 */
export async function rebuildHistory(file: string, options: RebuildOptions = {}): Promise<Rebuilt> {
  const { now = new Date(), patienceMs } = options;
  const draft = `${file}.rebuild-${process.pid}`;
  let old: Database | undefined;
  try {
    old = await openOld(file, patienceMs);
    removeDatabase(draft);
    const made = await openDatabase(draft, patienceMs);
    try {
      const work = async (from?: Database) => ({
        ...(await replayInto(made, evidenceFile(file), options)),
        carriedOver: from !== undefined && (await carryOver(from, made)),
      });
      // Whoever wants to record meanwhile waits, as far as the old history can still be locked.
      const result = await (old === undefined ? work() : writing(old, work, patienceMs));
      await made.destroy();
      await old?.destroy();
      const kept = exchange(draft, file, now);
      return { ...result, ...(kept === undefined ? {} : { kept }) };
    } finally {
      await made.destroy();
    }
  } catch (error) {
    throw historyError(error, file);
  } finally {
    await old?.destroy();
    removeDatabase(draft);
  }
}

/** The old history, as far as it can be opened: undefined where there is none, or none of it can be read. */
async function openOld(file: string, patienceMs: number | undefined): Promise<Database | undefined> {
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return undefined;
  let old: Database | undefined;
  try {
    old = await openDatabase(file, patienceMs);
    // Some damage shows only where it is to be written to.
    await writing(old, () => Promise.resolve(), patienceMs);
    return old;
  } catch (error) {
    await old?.destroy();
    if (isDamage(error)) return undefined;
    throw error;
  }
}

async function replayInto(
  made: Database,
  logFile: string,
  { force = false }: RebuildOptions,
): Promise<Pick<Rebuilt, 'records' | 'scans' | 'unread' | 'passedOver'>> {
  let [records, passedOver] = [0, 0];
  const count = () => (records += 1);
  await writing(made, async (db) => {
    const end = await takeUp(db, logFile, emptyEnd, count);
    const { trouble } = readOnwards(logFile, end, { enoughBytes: 1 });
    if (trouble === undefined || !force) {
      if (trouble !== undefined) throw broken(logFile, trouble);
      await setKnownEnd(db, end);
      return;
    }
    const take = async (record: EvidenceRecord) => {
      await applyOrNote(db, record);
      count();
    };
    const salvaged = await salvage(logFile, end.head, take);
    passedOver = salvaged.passedOver;
    await setKnownEnd(db, salvaged.end);
  });
  if (records === 0) throw broken(logFile, 'there is no record in it, so that there is nothing to make a history from');
  return reading(made, async (db) => {
    const scans = await db.selectFrom('scan').select('id').execute();
    const unread = await db.selectFrom('unread_record').select(['seq', 'problem']).orderBy('seq').execute();
    return { records, scans: scans.length, unread, passedOver };
  });
}

function broken(logFile: string, trouble: string): ExposcanError {
  return new ExposcanError(
    'ERR_EVIDENCE',
    `Cannot make the history anew from the evidence log ${printableText(logFile)}: ${printableText(trouble)}. Nothing was changed. ` +
      '"exposcan history verify-log" shows what is wrong with it; with --force, all that can be read is taken.',
    { position: { file: logFile } },
  );
}

/** Puts the new file in the place of the old, and gives the old one's new name. */
function exchange(draft: string, file: string, now: Date): string | undefined {
  const aside = `${file}.damaged-${now.toISOString().replaceAll(/[-:.]/g, '')}`;
  const had = ifThere(() => {
    setAside(file, aside);
  });
  // The log of the old file must not be taken for one of the new.
  for (const ending of ['-wal', '-shm']) {
    ifThere(() => {
      renameSync(`${file}${ending}`, `${aside}${ending}`);
    });
  }
  renameSync(draft, file);
  syncDirectory(file);
  return had ? aside : undefined;
}

function setAside(file: string, aside: string): void {
  try {
    // So that there is a history at every moment.
    linkSync(file, aside);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK'].includes(systemCode(error) ?? '')) throw error;
    renameSync(file, aside);
  }
}

function ifThere(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    return false;
  }
}

function removeDatabase(file: string): void {
  for (const ending of ['', '-wal', '-shm']) rmSync(`${file}${ending}`, { force: true });
}
