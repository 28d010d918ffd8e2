import { getOrInsert, groupBy } from '../model/groups.js';
import { withoutRoot } from '../model/host-name.js';
import { recordedTarget } from '../model/parse-target.js';
import { intersectRanges, mergeRanges, parseRanges, rangesOf, subtractRanges, type PortRange } from '../model/ports.js';
import type { OpenEntry, Snapshot } from '../model/snapshot.js';
import type { ChangeWindow, Expectation, Keep } from '../model/verification.js';
import { subjectOf, usualPorts } from './subject.js';

/** What the before shows, arranged by what was said of it. */
export interface Layout {
  readonly expectations: readonly Expectation[];
  readonly keeps: readonly Keep[];
  readonly addresses: readonly string[];
  /** The targets that are names, in lower case and without a final dot. */
  readonly names: readonly string[];
  readonly asked: readonly PortRange[];
  /** What was said of an open port of the before, if anything. */
  ownerOf(entry: OpenEntry): Expectation | Keep | undefined;
  /** The open ports of an address that belong to one expectation or keep, or, for undefined, to none. */
  readonly openAt: (address: string, owner: Expectation | Keep | undefined) => readonly OpenEntry[];
  /** Every port on which a subject was found open, whatever the address. */
  foundPorts(owner: Expectation | Keep): readonly PortRange[];
  /**
   * The ports that an expectation speaks of at an address, or, without one, at an address that the before does not know: the usual
   * ones, as far as they were scanned, and those where it was found, but never one on which something else was open.
   */
  portsOf(expectation: Expectation, address: string | undefined): readonly PortRange[];
}

export function layoutOf(
  { expectations, keeps }: Pick<ChangeWindow, 'expectations' | 'keeps'>,
  before: Snapshot,
): Layout {
  const subjects = [...expectations, ...keeps];
  const asked = parseRanges(before.asked.ports);
  const owners = new Map(before.open.map((entry) => [entry, subjectOf(subjects, entry)]));
  const byAddress = groupBy(before.open, ({ address }) => address);
  const found = new Map<Expectation | Keep, PortRange[]>();
  for (const [entry, owner] of owners) {
    if (owner !== undefined) getOrInsert(found, owner, (): PortRange[] => []).push(...rangesOf([entry.port]));
  }
  const merged = new Map([...found].map(([owner, ranges]) => [owner, mergeRanges(ranges)]));
  const foundPorts = (owner: Expectation | Keep) => merged.get(owner) ?? [];
  const kept = mergeRanges(keeps.flatMap(foundPorts));
  const usualOf = (expectation: Expectation): readonly PortRange[] => {
    const usual = usualPorts(expectation);
    const scanned = intersectRanges(usual, asked);
    // Of what nobody scanned nothing can be proved, and judging says so.
    return expectation.port !== undefined || scanned.length === 0 ? usual : scanned;
  };
  return {
    expectations,
    keeps,
    addresses: [...new Set(before.targets.flatMap(({ addresses }) => addresses))],
    names: namesOf(before.targets.map(({ target }) => target)),
    asked,
    ownerOf: (entry) => owners.get(entry),
    openAt: (address, owner) => (byAddress.get(address) ?? []).filter((entry) => owners.get(entry) === owner),
    foundPorts,
    portsOf(expectation, address) {
      const own = mergeRanges([...usualOf(expectation), ...foundPorts(expectation)]);
      if (expectation.port !== undefined) return own;
      const others = address === undefined ? [] : (byAddress.get(address) ?? []);
      const taken = rangesOf(others.filter((entry) => owners.get(entry) !== expectation).map(({ port }) => port));
      const named = rangesOf(subjects.flatMap(({ port }) => port ?? []));
      return subtractRanges(own, [...taken, ...named, ...(address === undefined ? kept : [])]);
    },
  };
}

function namesOf(targets: readonly string[]): string[] {
  const names = targets.map(recordedTarget).flatMap((spec) => (spec?.kind === 'name' ? withoutRoot(spec.name) : []));
  return [...new Set(names)];
}
