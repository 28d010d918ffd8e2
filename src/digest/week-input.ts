import type { Decision, ScanSummary } from '../history/history.js';
import type { EvidenceHead } from '../model/evidence.js';
import type { Snapshot } from '../model/snapshot.js';
import type { Timeline } from '../model/timeline.js';
import type { Policy } from '../policy/policy.js';

/** What the history knows of one host from one vantage. */
export interface HostWeek {
  readonly host: string;
  readonly vantage: string;
  /** Those that finished within the period. */
  readonly scans: readonly ScanSummary[];
  /** The latest that is kept and was asked for most, of this host alone. */
  readonly latest: Snapshot;
  /** Lesser ones after it, the latest first. */
  readonly newer: readonly Snapshot[];
  /** What it is compared with: the last one before the period, else the first within it. */
  readonly before?: Snapshot;
  readonly timeline: Timeline;
}

/** All that a report is made of. */
export interface WeekInput {
  readonly tool: { readonly name: string; readonly version: string };
  readonly now: Date;
  readonly since: Date;
  /** Where only one was asked for. */
  readonly vantage?: string;
  readonly notInHistory: readonly string[];
  readonly hosts: readonly HostWeek[];
  readonly policy?: {
    readonly policy: Policy;
    /** Targets that the policy must be able to decide about, scanned or not. */
    readonly expected: readonly string[];
    /** Tell also of exceptions for hosts that are not in the report. */
    readonly allExceptions: boolean;
  };
  /** All alerts of the period, the latest first. */
  readonly alerts: readonly Decision[];
  readonly verifications: readonly Decision[];
  readonly head: EvidenceHead;
}
