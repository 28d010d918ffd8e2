import { getOrInsert } from '../model/groups.js';
import { holdsPort, mergeRanges, parseRanges, type PortRange } from '../model/ports.js';
import { shorten, terminalSafe } from '../model/printable.js';
import type { NotOpenEntry, OpenEntry, Snapshot, UnknownEntry } from '../model/snapshot.js';
import { notOpenEvidence, openEvidence } from '../policy/evaluation/evidence.js';

/** A snapshot, to be asked about one endpoint after the other. */
export interface Sight {
  /** Whether a target led to the address. */
  readonly knows: (address: string) => boolean;
  openAt(address: string, port: number): OpenEntry | undefined;
  /** The ports of an address that it could not decide. */
  unknownAt(address: string): readonly PortRange[];
  /** What it says of an endpoint, with the evidence, in words; undefined where it says nothing. Printable. */
  tell(address: string, port: number): string | undefined;
}

interface Placed<Entry> {
  readonly entry: Entry;
  readonly ranges: readonly PortRange[];
}

export function sightOf({ vantage, targets, open, notOpen, unknown }: Snapshot): Sight {
  const opened = new Map(open.map((entry) => [`${entry.address} ${entry.port}`, entry]));
  const shut = placed<NotOpenEntry>(notOpen);
  const undecided = placed<UnknownEntry>(unknown);
  const known = new Set(targets.flatMap(({ addresses }) => addresses));
  const openAt = (address: string, port: number) => opened.get(`${address} ${port}`);
  return {
    knows: (address) => known.has(address),
    openAt,
    unknownAt: (address) => mergeRanges((undecided.get(address) ?? []).flatMap(({ ranges }) => ranges)),
    tell(address, port) {
      const entry = openAt(address, port);
      if (entry !== undefined) return openEvidence(entry, vantage);
      const holds = ({ ranges }: { readonly ranges: readonly PortRange[] }) => holdsPort(ranges, port);
      const closed = shut.get(address)?.find(holds)?.entry;
      if (closed !== undefined) return notOpenEvidence(closed, vantage, 'open');
      const unseen = undecided.get(address)?.find(holds)?.entry;
      return unseen === undefined
        ? undefined
        : `unknown: ${unseen.code}, ${shorten(terminalSafe(unseen.message), 200)}`;
    },
  };
}

function placed<Entry extends { readonly address: string; readonly ports: string }>(entries: readonly Entry[]) {
  const byAddress = new Map<string, Placed<Entry>[]>();
  for (const entry of entries) {
    getOrInsert(byAddress, entry.address, (): Placed<Entry>[] => []).push({ entry, ranges: parseRanges(entry.ports) });
  }
  return byAddress;
}
