import { bothFamilies, type Family } from '../../model/address.js';
import { getOrInsert } from '../../model/groups.js';
import { subtractRanges } from '../../model/ports.js';
import { patternKey } from '../resolution/match-host.js';
import type { HostPattern, Policy, PolicyEntry, ServiceRule } from '../policy.js';

/** An entry none of whose rules decides anything, and the entries that decide in its place. */
export interface UnreachedEntry {
  readonly entry: PolicyEntry;
  readonly by: readonly PolicyEntry[];
}

/**
 * Entries for each of whose members there are others, of the very same hosts and before it in order, that decide all that its rules
 * speak of. What an including file overrules of an included one is not among them: that is what including is for.
 */
export function unreachedEntries({ entries }: Policy): UnreachedEntry[] {
  const order = new Map(entries.map((entry, index) => [entry, index]));
  const speakers = new Map<string, PolicyEntry[]>();
  for (const entry of entries) {
    for (const { pattern } of entry.members) getOrInsert(speakers, patternKey(pattern), () => []).push(entry);
  }
  const comesBefore = (other: PolicyEntry, entry: PolicyEntry) =>
    (Number(other.kind === 'group') - Number(entry.kind === 'group') ||
      other.depth - entry.depth ||
      (order.get(other) ?? 0) - (order.get(entry) ?? 0)) < 0;
  return entries.flatMap((entry): UnreachedEntry[] => {
    if (entry.services.length === 0) return [];
    const by = new Set<PolicyEntry>();
    const isUnreached = entry.members.every(({ pattern }) => {
      const others = speakers.get(patternKey(pattern)) ?? [];
      const before = others.filter(
        (other) => other.services.length > 0 && other.depth >= entry.depth && comesBefore(other, entry),
      );
      for (const other of before) by.add(other);
      return before.length > 0 && decideAll(before, entry.services, pattern);
    });
    return isUnreached ? [{ entry, by: [...by] }] : [];
  });
}

/** Whether these entries leave nothing to the rules, on any family that the pattern's addresses can be of. */
function decideAll(before: readonly PolicyEntry[], rules: readonly ServiceRule[], pattern: HostPattern): boolean {
  return familiesOf(pattern).every((family) => {
    const deciding = before.flatMap(({ services }) => services).filter((rule) => speaksOf(rule, family));
    const ports = deciding.flatMap((rule) => rule.ports);
    const anywhere = new Set(deciding.filter((rule) => rule.ports.length === 0).map(({ service }) => service));
    return rules
      .filter((rule) => speaksOf(rule, family))
      .every((rule) =>
        rule.ports.length === 0 ? anywhere.has(rule.service) : subtractRanges(rule.ports, ports).length === 0,
      );
  });
}

function familiesOf(pattern: HostPattern): readonly Family[] {
  if (pattern.kind === 'address') return [pattern.address.family];
  return pattern.kind === 'block' ? [pattern.range.family] : bothFamilies;
}

function speaksOf(rule: ServiceRule, family: Family): boolean {
  return rule.family === undefined || rule.family === family;
}
