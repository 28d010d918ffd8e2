import type { Generated } from 'kysely';
import type { Reason } from '../../model/observation.js';
import type { Verdict } from '../../model/snapshot.js';
import type { DecisionKind } from '../history.js';

/**
 * The tables of the history. Times are milliseconds since 1970 (UTC), truths are 0 or 1, digests are hexadecimal SHA-256; the queries
 * use nothing that only SQLite has.
 */
export interface Tables {
  setting: SettingTable;
  document: DocumentTable;
  banner: BannerTable;
  scan: ScanTable;
  scan_target: ScanTargetTable;
  series: SeriesTable;
  scan_series: ScanSeriesTable;
  open_span: OpenSpanTable;
  rest_span: RestSpanTable;
  finding_span: FindingSpanTable;
  decision: DecisionTable;
  unread_record: UnreadRecordTable;
  outbox: OutboxTable;
  watch_state: WatchStateTable;
}

/** Single facts about this history, such as where its evidence log stands. */
interface SettingTable {
  name: string;
  value: string;
}

/** Parts of snapshots, each kept once however often it was seen. */
interface DocumentTable {
  id: number;
  /** Of the body. */
  digest: string;
  /** JSON. */
  body: string;
}

/** What services said, each kept once. */
interface BannerTable {
  id: number;
  digest: string;
  bytes: Uint8Array;
}

interface ScanTable {
  /** The number of its record in the evidence log, so that it is the same after a rebuild and is never given twice. */
  id: number;
  vantage: string;
  started_at: number;
  finished_at: number;
  complete: number;
  /** It was a second look, narrower than the scan that it was to bear out. */
  second: number;
  verdict: Verdict;
  /** Document: what is in no other column, of no target, and of no series. */
  frame: number;
  /** Document: the findings that are of no series. */
  findings: number;
  /** Document: the order of entries and findings, where it is not the usual one. */
  arrangement: number | null;
}

/** The targets of a scan. */
interface ScanTargetTable {
  scan: number;
  /** From 0, in the order of the snapshot. */
  position: number;
  /** The target as it is looked for: what was typed, in lower case and without the root's dot. */
  host: string;
  /** Document: the target as the snapshot has it, with its addresses. */
  document: number;
}

/**
 * All scans that asked the same ports of the same address from the same vantage. Each of them says something of each of these ports,
 * so that spans follow upon one another without gaps.
 */
interface SeriesTable {
  id: number;
  vantage: string;
  address: string;
  /** Document: the ports asked for, as a string like `1-21,23`, sorted and merged. */
  asked: number;
  /** The latest scan that was ever recorded of it, kept or not. A span that reaches to this one is still so. */
  last_scan: number;
}

/** What a scan saw of a series, beyond what the spans that it lies in say. */
interface ScanSeriesTable {
  series: number;
  scan: number;
  /** From 0, in the order of the snapshot's addresses. */
  position: number;
  /** How many ports were open. */
  open: number;
  /** JSON: the times of its entries, the round trip, and where a banner or a message differs from its span's. */
  facts: string;
}

/** Scans of a series, without one in between that saw otherwise. */
interface Span {
  id: number;
  series: number;
  first_scan: number;
  last_scan: number;
}

interface SeenSpan extends Span {
  /** When the earliest and the latest of its observations were made; of unknown ports: when the scan ended. */
  first_seen: number;
  last_seen: number;
}

/** A port was open, and the same service answered. Spans that touch may have the same document: then the banner changed. */
interface OpenSpanTable extends SeenSpan {
  port: number;
  reason: Reason;
  service: string;
  product: string | null;
  version: string | null;
  /** Document: the entry, without its address, port, time and banner. */
  document: number;
  /** The banner that its scans' banners are told by; null where there was none. */
  banner: number | null;
}

/** Ports of which the same was seen, and which were not open. */
interface RestSpanTable extends SeenSpan {
  state: 'closed' | 'filtered' | 'unknown';
  /** The evidence, or the observer code where the state is unknown. */
  reason: string;
  /** As the snapshot has them: `1-21,23`. */
  ports: string;
  /** Document: the entry, without its address, ports, time, miss probability and message. */
  document: number;
  /** Of unknown ports, in the span's first scan; empty otherwise. */
  message: string;
}

/** The findings about an address. */
interface FindingSpanTable extends Span {
  /** Document: the findings, with marks for what is in the entries that they speak of. */
  document: number;
}

/** Something that was decided. */
interface DecisionTable {
  /** The number of its record in the evidence log. */
  seq: number;
  time: number;
  kind: DecisionKind;
  /** JSON. */
  body: string;
}

/** What the evidence log holds and this history could not take in: it is told, and stands in nobody's way. */
interface UnreadRecordTable {
  seq: number;
  kind: string;
  /** Why, in words. */
  problem: string;
}

/** Notices that wait for their receiver. A row goes when it is delivered. */
interface OutboxTable {
  id: Generated<number>;
  /** The watch and its notifier, as `offsite7/hook`; the name of the watch is percent-encoded. */
  notifier: string;
  /** The alert document. Holds no secrets: those are read when it is sent. */
  alert: string;
  created_at: number;
  attempts: number;
  /** Not to be tried before this. */
  due_at: number;
  /** What the last attempt failed of; empty before the first. */
  trouble: string;
}

/** What a watch must remember over restarts. Working state, not history: replaying the evidence log does not rebuild it. */
interface WatchStateTable {
  watch: string;
  state: string;
  /** The process that runs it, as `PID@HOST boot-id`; empty where none does. */
  holder: string;
  /** Until when the holder may be believed to live. */
  held_until: number;
}
