import type { EvidenceHead, EvidenceKind } from '../model/evidence.js';
import type { Snapshot, Verdict } from '../model/snapshot.js';
import type { HostSummary, Timeline } from '../model/timeline.js';

/** A scan that is in the history now. */
export interface RecordedScan {
  /** Number of the scan, as `HOST@#12` names it. */
  readonly id: number;
  /** The evidence log after it. */
  readonly head: EvidenceHead;
}

/** What the history says of one scan, without its endpoints. */
export interface ScanSummary {
  readonly id: number;
  readonly vantage: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly complete: boolean;
  readonly verdict: Verdict;
  readonly targets: readonly string[];
}

/** Which scans: all conditions hold. */
export interface ScanFilter {
  /** A target as it was typed, or an address of one. */
  readonly host?: string;
  readonly vantage?: string;
  /** Finished at this time or before. */
  readonly until?: Date;
  /** Without second looks, which are narrower than the scan that they were to bear out. */
  readonly first?: true;
  readonly limit?: number;
}

/** What can be noted beside scans. */
export type DecisionKind = Exclude<EvidenceKind, 'scan' | 'retention' | 'mended'>;

/** Something that was decided, as it stands in the evidence log. */
export interface Decision {
  readonly seq: number;
  readonly time: string;
  readonly kind: DecisionKind;
  readonly body: unknown;
}

/** Which scans retention takes out; a scan goes where either says so. */
export interface Retention {
  /** Finished before this. */
  readonly before?: Date;
  /** How many of each vantage's latest scans stay. */
  readonly keep?: number;
}

/**
 * Everything that was observed and decided. Each call is one transaction: what it writes is on the disk when it resolves, or not there
 * at all. All of them throw `ERR_HISTORY` and `ERR_HISTORY_BUSY`; those that write also `ERR_EVIDENCE`.
 */
export interface History {
  readonly file: string;
  /** Keeps a scan, whole. */
  record(snapshot: Snapshot): Promise<RecordedScan>;
  /** Keeps a decision. */
  note(kind: DecisionKind, body: unknown): Promise<EvidenceHead>;
  /** Where the evidence log stands. */
  head(): Promise<EvidenceHead>;
  /** The latest first. */
  scans(filter: ScanFilter): Promise<ScanSummary[]>;
  /** The vantages that a host was scanned from, by name; none where no scan of it is kept. `host`: as in `ScanFilter`. */
  vantages(host: string): Promise<string[]>;
  /** A scan, exactly as it was recorded. Throws `ERR_NOT_IN_HISTORY`. */
  snapshot(id: number): Promise<Snapshot>;
  /** Decisions of one kind, the latest first. */
  decisions(kind: DecisionKind, filter: { readonly limit?: number; readonly since?: Date }): Promise<Decision[]>;
  /** Throws `ERR_NOT_IN_HISTORY` where no scan of the host is kept. */
  timeline(host: string, filter: { readonly port?: number; readonly vantage?: string }): Promise<Timeline>;
  /** Every host that is in the history, from every vantage, by name. */
  hosts(): Promise<HostSummary[]>;
  /** Takes scans out, and says how many. What was first seen when stays known for what is still so. The evidence log keeps all. */
  prune(retention: Retention): Promise<number>;
  close(): Promise<void>;
}
