import type { Address } from '../../model/address.js';
import { mergeRanges, rangesOf, subtractRanges, holdsPort, type PortRange } from '../../model/ports.js';
import type { NotOpenEntry, OpenEntry, Snapshot, UnknownEntry } from '../../model/snapshot.js';
import { notOpenEvidence, staleEvidence, unknownEvidence } from './evidence.js';

/** Ports of which a snapshot says the same, and that they are not open. */
export interface NotOpenGroup {
  readonly entry: NotOpenEntry;
  readonly ranges: readonly PortRange[];
  /** In words, by what was expected instead; made once, for all the rules that it is evidence for. */
  readonly evidence: Readonly<Record<'open' | 'not-open', string>>;
}

/** Ports of which nothing is known, for one reason. `stale`: what was known is too old. */
export interface UnknownGroup {
  readonly code: 'unknown' | 'stale';
  /** Groups of one cause are told together. */
  readonly cause: string;
  readonly ranges: readonly PortRange[];
  readonly evidence: string;
}

/**
 * All that one vantage knows of one address. A port that was seen open and not open at about the same time is in both; one that
 * was seen at all is not unknown.
 */
export interface AddressView {
  readonly address: Address;
  /** By port. */
  readonly open: readonly OpenEntry[];
  readonly notOpen: readonly NotOpenGroup[];
  readonly unknown: readonly UnknownGroup[];
  /** Every port that was seen, open or not. */
  readonly observed: readonly PortRange[];
  /** Every port that any of these speaks of. */
  readonly accounted: readonly PortRange[];
  /** Seen from the scanned machine itself. */
  readonly self: boolean;
}

/** What one snapshot says of one address. */
export interface Account {
  readonly snapshot: Snapshot;
  readonly open: readonly OpenEntry[];
  readonly notOpen: readonly NotOpenEntry[];
  readonly unknown: readonly UnknownEntry[];
}

/** Snapshots of one vantage that are further apart than this are of different times: the later one tells how things are now. */
export const timeWindowMs = 60 * 60 * 1000;

export type PortReader = (ports: string) => readonly PortRange[];

/** Which snapshots are too old to decide anything. */
export interface Freshness {
  readonly now: number;
  readonly maxAge: number;
}

/** Joins what snapshots of one vantage say of an address. `accounts`: the latest first. */
export function viewAddress(
  address: Address,
  accounts: readonly Account[],
  { now, maxAge }: Freshness,
  readPorts: PortReader,
): AddressView {
  const open: OpenEntry[] = [];
  const notOpen: NotOpenGroup[] = [];
  const unknown: { readonly group: UnknownGroup; readonly since: number }[] = [];
  const isNamed = accounts.every(({ snapshot }) => maySupersede(snapshot));
  const told: { startedAt: number; finishedAt: number; accounted: readonly PortRange[]; seen: readonly PortRange[] }[] =
    [];
  for (const account of accounts) {
    const finishedAt = Date.parse(account.snapshot.finishedAt);
    const since = startOf(account.snapshot);
    const seenAt = leastTime(account, finishedAt);
    const own = readAccount(account, readPorts);
    if (isStale(finishedAt, now, maxAge) || now - seenAt > maxAge + timeWindowMs) {
      const evidence = staleEvidence(account.snapshot, now, maxAge);
      unknown.push({ group: { code: 'stale', cause: evidence, ranges: own.accounted, evidence }, since });
      continue;
    }
    // Also where the later one could not see the port: how it is now is not known, and how it was is over.
    const later = told.filter(({ startedAt }) => isNamed && startedAt - finishedAt > timeWindowMs);
    const superseded = mergeRanges(later.flatMap(({ accounted }) => accounted));
    open.push(...own.open.filter(({ port }) => !holdsPort(superseded, port)));
    for (const group of own.notOpen) {
      const ranges = subtractRanges(group.ranges, superseded);
      if (ranges.length > 0) notOpen.push({ ...group, ranges });
    }
    for (const group of own.unknown) unknown.push({ group, since });
    const seen = superseded.length === 0 ? own.observed : subtractRanges(own.observed, superseded);
    told.push({ startedAt: since, finishedAt, accounted: own.accounted, seen });
  }
  const observed = mergeRanges([...rangesOf(open.map(({ port }) => port)), ...notOpen.flatMap(({ ranges }) => ranges)]);
  const left = unknown.flatMap(({ group, since }) => {
    // What was seen long before does not tell what could not be seen now.
    const later = told.filter(({ finishedAt }) => since - finishedAt <= timeWindowMs);
    const ranges = subtractRanges(group.ranges, mergeRanges(later.flatMap(({ seen }) => seen)));
    return ranges.length === 0 ? [] : [{ ...group, ranges }];
  });
  return {
    address,
    open: open.sort((a, b) => a.port - b.port),
    notOpen,
    unknown: left,
    observed,
    accounted: mergeRanges([...observed, ...left.flatMap(({ ranges }) => ranges)]),
    self: open.some(({ self }) => self === true) || notOpen.some(({ entry }) => entry.self === true),
  };
}

/** Two machines without a name may have the same private address: one says nothing of how things are now where the other was. */
export function maySupersede({ vantage }: Snapshot): boolean {
  return vantage.name !== 'unnamed';
}

/** Milliseconds; one that claims to have started after it had finished started no later than that. */
export function startOf({ startedAt, finishedAt }: Snapshot): number {
  return Math.min(Date.parse(startedAt), Date.parse(finishedAt));
}

/** A snapshot that claims to come from the future is one whose clock, or ours, is wrong: its age is not known. */
function isStale(finishedAt: number, now: number, maxAge: number): boolean {
  return !(now - finishedAt <= maxAge && finishedAt - now <= timeWindowMs);
}

/** When the first of what it says of the address was seen: a scan may take days. */
function leastTime({ open, notOpen }: Account, finishedAt: number): number {
  return [...open, ...notOpen].reduce((least, { observedAt }) => {
    const time = Date.parse(observedAt);
    return time < least ? time : least;
  }, finishedAt);
}

/** Within one snapshot no port is in two places: open outranks unknown, which outranks not open. */
function readAccount({ snapshot, open, notOpen, unknown }: Account, readPorts: PortReader) {
  const { vantage } = snapshot;
  const openPorts = rangesOf(open.map(({ port }) => port));
  const unknownGroups = unknown.flatMap((entry): UnknownGroup[] => {
    const ranges = subtractRanges(readPorts(entry.ports), openPorts);
    if (ranges.length === 0) return [];
    return [{ code: 'unknown', cause: entry.code, ranges, evidence: unknownEvidence(entry, vantage) }];
  });
  const outranking = mergeRanges([...openPorts, ...unknownGroups.flatMap(({ ranges }) => ranges)]);
  const notOpenGroups = notOpen.flatMap((entry): NotOpenGroup[] => {
    const ranges = subtractRanges(readPorts(entry.ports), outranking);
    if (ranges.length === 0) return [];
    const evidence = {
      open: notOpenEvidence(entry, vantage, 'open'),
      'not-open': notOpenEvidence(entry, vantage, 'not-open'),
    };
    return [{ entry, ranges, evidence }];
  });
  const observed = mergeRanges([...openPorts, ...notOpenGroups.flatMap(({ ranges }) => ranges)]);
  return {
    open,
    notOpen: notOpenGroups,
    unknown: unknownGroups,
    observed,
    accounted: mergeRanges([...outranking, ...observed]),
  };
}
