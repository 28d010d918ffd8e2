import type { History } from '../history/history.js';
import { messageOf } from '../model/errors.js';
import type { Snapshot } from '../model/snapshot.js';
import type { HistoryFlags } from './history-flags.js';
import { isHistoryTrouble, openHistoryFile } from './open-history-file.js';
import { say } from './say.js';
import { historyFile } from './state-directory.js';

/** Where the scans of this run are kept. */
export interface Keeper {
  /** Keeps a scan. False where it could not be kept though the user named the history; the reason is on stderr then. */
  keep(snapshot: Snapshot): Promise<boolean>;
  close(): Promise<void>;
}

const noKeeper: Keeper = { keep: () => Promise.resolve(true), close: () => Promise.resolve() };

/**
 * Opens the history before the scan, so that nobody waits an hour to be told that it cannot be kept. A history that the user named
 * must open: throws `ERR_HISTORY`, `ERR_HISTORY_BUSY`. The one by default may be out of reach (a container, a user without a home):
 * that is said, and the scan goes on.
 */
export async function openKeeper({ history: flag }: HistoryFlags): Promise<Keeper> {
  if (flag === false) return noKeeper;
  const file = typeof flag === 'string' ? flag : undefined;
  const isNamed = file !== undefined;
  let history: History;
  try {
    history = await openHistoryFile(historyFile(file, process.env));
  } catch (error) {
    if (isNamed || !isHistoryTrouble(error)) throw error;
    sayWhyNot(error);
    return noKeeper;
  }
  return {
    async keep(snapshot) {
      try {
        await history.record(snapshot);
        return true;
      } catch (error) {
        if (!isHistoryTrouble(error)) throw error;
        sayWhyNot(error);
        return !isNamed;
      }
    },
    close: () => history.close(),
  };
}

function sayWhyNot(error: unknown): void {
  say(`this scan is not kept in the history: ${messageOf(error)} (--no-history silences this)`);
}
