import type { Verdict } from '../../model/snapshot.js';
import type { Reason } from '../../model/observation.js';
import type { ObserverCode } from '../../model/errors.js';

/** An open port, as the history keeps it. */
export interface OpenPart {
  readonly port: number;
  /** When it was observed. */
  readonly seen: number;
  /** JSON: the entry, without its address, port, time and banner bytes. */
  readonly document: string;
  /** What it said; undefined where it said nothing, or where the document holds the banner because these bytes do not give it back. */
  readonly banner: Uint8Array | undefined;
}

/** What is asked of open ports, told apart from the document. */
export interface OpenColumns {
  readonly reason: Reason;
  readonly service: string;
  readonly product: string | null;
  readonly version: string | null;
}

/** Ports that were not open, or not observed, as the history keeps them. */
export interface RestPart {
  readonly state: 'closed' | 'filtered' | 'unknown';
  readonly ports: string;
  /** When it was observed; of unknown ports: when the scan ended. */
  readonly seen: number;
  /** JSON: the entry, without its address, ports, time, miss probability and message. */
  readonly document: string;
  /** The estimated chance that one of these was open, where a number was given. */
  readonly miss: number | undefined;
  /** Of unknown ports; empty otherwise. */
  readonly message: string;
}

export interface RestColumns {
  readonly reason: Reason | ObserverCode;
}

/** For each place of the snapshot's own order, the place in the usual order; absent where they are the same. */
export interface EntryOrder {
  readonly open?: readonly number[] | undefined;
  readonly notOpen?: readonly number[] | undefined;
  readonly unknown?: readonly number[] | undefined;
}

/** What a scan saw of one address. */
export interface SeriesParts<Open extends OpenPart = OpenPart, Rest extends RestPart = RestPart> {
  readonly address: string;
  /** By port. */
  readonly open: readonly Open[];
  /** Closed and filtered ones by their first port; then the unknown ones, likewise. */
  readonly rest: readonly Rest[];
  /** JSON: the findings about the address, with marks; undefined where there are none. */
  readonly findings: string | undefined;
  readonly roundTrip: number | undefined;
  readonly order: EntryOrder | undefined;
}

/** A snapshot, taken apart into what changes from scan to scan and what does not. */
export interface ScanParts<Open extends OpenPart = OpenPart, Rest extends RestPart = RestPart> {
  readonly vantage: string;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly complete: boolean;
  readonly verdict: Verdict;
  /** JSON: what is in no other part. */
  readonly frame: string;
  /** JSON: the findings about no address that was scanned. */
  readonly findings: string;
  /** JSON: the order across addresses; undefined where it is the usual one. */
  readonly arrangement: string | undefined;
  /** JSON, each with its addresses. */
  readonly targets: readonly string[];
  /** In the order of addresses. */
  readonly series: readonly SeriesParts<Open, Rest>[];
}
