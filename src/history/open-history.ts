import { ExposcanError, messageOf } from '../model/errors.js';
import { printableText } from '../model/printable.js';
import { checkSnapshot } from '../model/read-snapshot.js';
import type { Snapshot } from '../model/snapshot.js';
import type { Timeline } from '../model/timeline.js';
import type { DecisionKind, History, Retention } from './history.js';
import { compressSegments } from './evidence/compress-segments.js';
import { closedSegments, evidenceFile } from './evidence/segments.js';
import { chooseScans } from './store/choose-scans.js';
import { withHistoryErrors } from './store/history-error.js';
import { listDecisions, listScans } from './store/list-scans.js';
import { openDatabase } from './store/open-database.js';
import { readScan } from './store/read-scan.js';
import { recorderOf } from './store/recorder.js';
import type { Removal } from './store/remove-scans.js';
import { reading, type Database } from './store/transaction.js';
import { hostSummaries } from './timeline/host-summaries.js';
import { hostVantages } from './timeline/host-vantages.js';
import { timelineOf } from './timeline/timeline-of.js';

export interface HistoryOptions {
  /** What this program calls itself, for the documents that it makes of the history. */
  readonly tool?: Timeline['tool'];
  readonly now?: () => Date;
  /** How long another process that writes is waited for; 15 seconds without. */
  readonly patienceMs?: number;
  /** Takes what is wrong with the evidence log, in words, where recording goes on all the same. */
  readonly warn?: (problem: string) => void;
  /** For tests: called after the evidence log is written and before the database is. */
  readonly onLogged?: () => void;
}

/** A history, and the database behind it, for what is kept beside it. */
export interface OpenHistory extends History {
  readonly database: Database;
  /** `also`: what is to be kept together with the decision, or not at all. */
  note(kind: DecisionKind, body: unknown, also?: (db: Database) => Promise<void>): ReturnType<History['note']>;
}

/**
 * Opens the history in this file, and makes it where there is none, with its directory. What the evidence log beside it holds and the
 * database does not, because a crash came in between, is taken up first. Throws `ERR_HISTORY`, `ERR_HISTORY_BUSY`, `ERR_EVIDENCE`.
 */
export async function openHistory(file: string, options: HistoryOptions = {}): Promise<OpenHistory> {
  const { tool = { name: 'exposcan', version: 'unknown' }, now = () => new Date(), patienceMs } = options;
  const warn = options.warn ?? (() => undefined);
  const database = await openDatabase(file, patienceMs);
  const recorder = recorderOf(database, file, {
    patienceMs,
    warn,
    onLogged: options.onLogged,
  });
  const guarded = <T>(work: () => Promise<T>) => withHistoryErrors(file, work);
  let failedAt: number | undefined;
  const pack = async () => {
    let newest: number | undefined;
    try {
      newest = closedSegments(evidenceFile(file)).at(-1)?.number;
      // What cannot be packed now can hardly be after the next scan; trying takes seconds.
      if (newest !== undefined && newest !== failedAt) await compressSegments(evidenceFile(file), now());
    } catch (error) {
      // What is not packed is whole all the same.
      failedAt = newest;
      warn(messageOf(error));
    }
  };
  const ask = <T>(work: (db: Database) => Promise<T>) => guarded(() => reading(database, work, patienceMs));
  try {
    await guarded(() => recorder.catchUp());
  } catch (error) {
    await database.destroy();
    throw error;
  }
  return {
    file,
    database,
    record: (snapshot) =>
      guarded(async () => {
        const body = readable(snapshot, file);
        const entry = { kind: 'scan', body, snapshot: body, time: now() } as const;
        const { seq, head } = await recorder.record(() => Promise.resolve(entry));
        await pack();
        return { id: seq ?? head.seq, head };
      }),
    note: (kind, body, also) =>
      guarded(async () => (await recorder.record(() => Promise.resolve({ kind, body, time: now() }), also)).head),
    head: () => guarded(() => recorder.catchUp()),
    vantages: (host) => ask((db) => hostVantages(db, host)),
    scans: (filter) => ask((db) => listScans(db, filter)),
    snapshot: (id) =>
      ask(async (db) => {
        const snapshot = await readScan(db, id);
        if (snapshot !== undefined) return snapshot;
        throw new ExposcanError(
          'ERR_NOT_IN_HISTORY',
          `Scan #${id} is not in the history: there never was one, or retention took it out. "exposcan history" lists what there is.`,
        );
      }),
    decisions: (kind, filter) => ask((db) => listDecisions(db, kind, filter)),
    timeline: (host, filter) => ask((db) => timelineOf(db, host, filter, tool)),
    hosts: () => ask(hostSummaries),
    prune: (retention) =>
      guarded(async () => {
        let scans: readonly number[] = [];
        await recorder.record(async (db) => {
          scans = await chooseScans(db, retention);
          return scans.length === 0 ? undefined : { kind: 'retention', body: removalOf(retention, scans), time: now() };
        });
        return scans.length;
      }),
    close: () => database.destroy(),
  };
}

/** The scan as it will be read again. What could not be read again must not come into the evidence log. */
function readable(snapshot: Snapshot, file: string): Snapshot {
  try {
    return checkSnapshot(JSON.parse(JSON.stringify(snapshot)), 'this scan');
  } catch (cause) {
    throw new ExposcanError(
      'ERR_HISTORY',
      `Cannot keep a scan in the history ${printableText(file)}: ${messageOf(cause)} Nothing was written.`,
      { cause, position: { file } },
    );
  }
}

function removalOf({ before, keep }: Retention, scans: readonly number[]): Removal {
  return {
    ...(before === undefined ? {} : { before: before.toISOString() }),
    ...(keep === undefined ? {} : { keep }),
    scans: [...scans],
  };
}
