import type { History } from '../../history/history.js';
import type { Database } from '../../history/store/transaction.js';
import type { Alert } from '../../model/alert.js';
import type { Clock } from '../../net/clock.js';
import type { Notifier } from '../notifiers/notifier.js';

/** What an outbox needs of its surroundings. */
export interface OutboxWorld {
  /** The history's database, which keeps what waits. */
  readonly database: Database;
  /** Is told what was delivered and what was given up. */
  readonly history: Pick<History, 'file' | 'note'>;
  /** Name of the watch. Several watches can share a history; each sends only what is its own. */
  readonly watch: string;
  readonly clock: Clock;
  /** At least 0, less than 1: spreads the repeated attempts. */
  readonly random: () => number;
  /** Takes one line for the person who looks after the watch. */
  readonly say: (line: string) => void;
}

/**
 * Alerts on their way to the notifiers, kept in the history until they have arrived: nothing is lost over restarts. Its functions
 * throw `ERR_HISTORY` and `ERR_HISTORY_BUSY`.
 */
export interface Outbox {
  /**
   * Keeps an alert for every notifier that wants it. `within`: a transaction under way, so that a decision and its notices are kept
   * together or not at all.
   */
  enqueue(alert: Alert, within?: Database): Promise<void>;
  /**
   * Sends what is due: the oldest first and one at a time to each notifier, the notifiers side by side. Resolves when nothing is due
   * any more; a failed delivery is no error of this. Once the signal fires it ends soon, and what was under way counts as not tried.
   */
  deliverDue(signal: AbortSignal): Promise<void>;
  /** When to call `deliverDue` again, maybe at once; undefined where nothing waits for a notifier that is there. */
  nextDue(): Promise<Date | undefined>;
  /** How many notices wait. */
  pending(): Promise<number>;
  /** From when the oldest notice is that a notifier which is there has failed to deliver; undefined where there is none. */
  failingSince(): Promise<Date | undefined>;
  /**
   * Sends an alert once to every notifier that wants it, and keeps nothing: for what cannot be kept. What fails is said. Never rejects.
   */
  tellAtOnce(alert: Alert, signal: AbortSignal): Promise<void>;
  /** Takes other notifiers from here on, and tries at once what waits: something may have been mended. */
  replace(notifiers: readonly Notifier[]): Promise<void>;
}
