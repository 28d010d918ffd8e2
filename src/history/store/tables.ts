import type { Generated } from 'kysely';

/**
 * The tables of the history. Times are milliseconds since 1970 (UTC), truths are 0 or 1, digests are hexadecimal SHA-256; the queries
 * use nothing that only SQLite has.
 */
export interface Tables {
  setting: SettingTable;
  outbox: OutboxTable;
  watch_state: WatchStateTable;
}

/** Single facts about this history, such as where its evidence log stands. */
interface SettingTable {
  name: string;
  value: string;
}

/** Notices that wait for their receiver. A row goes when it is delivered. */
interface OutboxTable {
  id: Generated<number>;
  /** Name of the notifier, as its file gives it. */
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
