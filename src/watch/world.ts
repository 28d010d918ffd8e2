import type { History, Retention } from '../history/history.js';
import type { Alert } from '../model/alert.js';
import type { PortRange } from '../model/ports.js';
import type { Severity } from '../model/severity.js';
import type { Snapshot } from '../model/snapshot.js';
import type { Clock } from '../net/clock.js';
import type { Policy } from '../policy/policy.js';
import type { WatchState } from './decision/watch-state.js';
import type { Outbox } from './outbox/outbox.js';
import type { Schedule } from './schedule/schedule.js';

/** What is to be scanned. */
export interface ScanRequest {
  readonly policy: Policy;
  readonly targets: readonly string[];
  /** Undefined: those that the policy asks for. */
  readonly ports: readonly PortRange[] | undefined;
  /** Slowly, and with more patience: this look is to bear another out. */
  readonly isCareful: boolean;
}

/** Where a watch keeps what it must remember, and holds its place against a second one of the same name. */
export interface WatchMemory {
  /** What was last committed; empty where nothing was. */
  read(): Promise<string>;
  /**
   * Keeps the state, and the alerts for whoever they are sent to: all of it or nothing. False where another process has taken the place
   * of this one.
   */
  commit(state: WatchState, alerts: readonly Alert[]): Promise<boolean>;
  /** Says that this process lives. False where another has taken its place. */
  renew(): Promise<boolean>;
}

/** Everything that a watch sees and does, so that a test can run a year of it at once. */
export interface WatchWorld {
  readonly clock: Clock;
  /** Throws where it is broken. */
  loadPolicy(): Promise<Policy>;
  /** Likewise; what it gives puts them to use. */
  loadNotifiers(): Promise<() => Promise<void>>;
  /** Gives an incomplete snapshot once the signal fires. */
  scan(request: ScanRequest, signal: AbortSignal): Promise<Snapshot>;
  readonly history: Pick<History, 'record' | 'note' | 'head' | 'decisions' | 'timeline' | 'prune'>;
  readonly memory: WatchMemory;
  readonly outbox: Pick<Outbox, 'deliverDue' | 'nextDue' | 'pending' | 'failingSince' | 'tellAtOnce'>;
  /** Tells a dead man's switch that all is well with the watch. Gives what went wrong; absent where there is no switch. */
  readonly beat?: ((signal: AbortSignal) => Promise<string | undefined>) | undefined;
  /** Takes one line for the person who looks after the watch. */
  readonly say: (line: string) => void;
}

export interface WatchSettings {
  readonly name: string;
  readonly vantage: string;
  readonly tool: Alert['tool'];
  /** Undefined where the watch is run once. */
  readonly schedule: Schedule | undefined;
  /** A run begins up to so much later than its time. Milliseconds, like all of these. */
  readonly jitterMs: number;
  readonly confirmAfterMs: number;
  /** Deviations of a lesser severity are not told. */
  readonly severity: Severity | undefined;
  /** What of the history stays; undefined: all. */
  readonly retention: { readonly keepForMs: number | undefined; readonly keepScans: number | undefined } | undefined;
  /** How long the watch sleeps at a stretch: a machine that was suspended, or a clock that was set, is noticed within this. */
  readonly pieceMs: number;
}

export function retentionAt(settings: WatchSettings, now: Date): Retention | undefined {
  if (settings.retention === undefined) return undefined;
  const { keepForMs, keepScans } = settings.retention;
  return {
    ...(keepForMs === undefined ? {} : { before: new Date(now.getTime() - keepForMs) }),
    ...(keepScans === undefined ? {} : { keep: keepScans }),
  };
}
