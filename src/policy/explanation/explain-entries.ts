import { specificities, type ExplainedEntry, type YieldReason } from '../../model/explanation.js';
import type { TargetSpec } from '../../model/parse-target.js';
import { shareOfTarget } from '../resolution/match-host.js';
import { literalWeight } from '../resolution/name-pattern.js';
import type { HostPattern, Member, PolicyEntry } from '../policy.js';

/** `entries`: those that speak of the target, in the order that the host finder gives them. */
export function explainEntries(entries: readonly PolicyEntry[], target: TargetSpec): ExplainedEntry[] {
  const spoken = entries.map((entry) => ({ entry, member: bestMember(entry, target) }));
  return spoken.map((each, at) => explained(each, spoken[at - 1]));
}

/**
 * Entries as they stand, once a member that `wanted` holds for. Of `spoken`, which speak of the target as it is, only the members
 * that would put them before where they are.
 */
export function listMembers(
  entries: readonly PolicyEntry[],
  wanted: (pattern: HostPattern) => boolean,
  spoken: readonly PolicyEntry[],
  target: TargetSpec,
): ExplainedEntry[] {
  return entries.flatMap((entry) => {
    const own = spoken.includes(entry) ? bestMember(entry, target) : undefined;
    return entry.members
      .filter(({ pattern }) => wanted(pattern) && (own === undefined || rankOf(pattern) < rankOf(own.pattern)))
      .map((member) => explained({ entry, member }, undefined));
  });
}

interface SpokenBy {
  readonly entry: PolicyEntry;
  readonly member: Member | undefined;
}

function explained({ entry, member }: SpokenBy, before: SpokenBy | undefined): ExplainedEntry {
  const { kind, name, position, depth } = entry;
  return {
    kind,
    name,
    member: member?.text ?? name,
    specificity: member?.pattern.kind ?? 'any',
    place: position,
    included: depth,
    yieldsFor: before === undefined ? undefined : reasonToYield(before, { entry, member }),
  };
}

/** The most specific of the members that speak of the target. */
function bestMember({ members }: PolicyEntry, target: TargetSpec): Member | undefined {
  const speaking = members.filter(({ pattern }) => pattern.kind === 'any' || shareOfTarget(pattern, target) === 'all');
  return speaking.sort(
    (a, b) => rankOf(a.pattern) - rankOf(b.pattern) || (sizeOf(a.pattern) < sizeOf(b.pattern) ? -1 : 1),
  )[0];
}

function reasonToYield(before: SpokenBy, after: SpokenBy): YieldReason {
  const [first, second] = [before.member?.pattern, after.member?.pattern];
  if (first !== undefined && second !== undefined) {
    if (rankOf(first) !== rankOf(second)) return 'less-specific';
    if (sizeOf(first) !== sizeOf(second)) return first.kind === 'pattern' ? 'fewer-letters' : 'larger-block';
  }
  if (before.entry.kind !== after.entry.kind) return 'group-after-host';
  return before.entry.depth === after.entry.depth ? 'later' : 'included';
}

function rankOf({ kind }: HostPattern): number {
  return specificities.indexOf(kind);
}

/** Among patterns of one kind: the lower, the more specific. */
function sizeOf(pattern: HostPattern): bigint {
  if (pattern.kind === 'pattern') return -literalWeight(pattern.labels);
  return pattern.kind === 'block' ? pattern.range.last - pattern.range.first : 0n;
}
