import { rangeHolds, parseAddress, type AddressRange } from '../../model/address.js';
import { ExposcanError } from '../../model/errors.js';
import { withoutRoot } from '../../model/host-name.js';
import { narrowSnapshot } from '../../model/narrow-snapshot.js';
import { didYouMean } from '../../model/nearest.js';
import { literalRange, parseTarget, recordedTarget, type TargetSpec } from '../../model/parse-target.js';
import type { Snapshot } from '../../model/snapshot.js';
import { hostFinder, shareOfTarget } from './match-host.js';
import type { HostPattern, Member, Policy } from '../policy.js';

/** Blocks of more addresses are there to catch whatever is scanned, like a pattern; nobody expects all of them to be looked at. */
const mostAddresses = 65_536n;

/** Some of a policy's hosts. */
export interface Selection {
  /** As targets of a scan, each once, in the policy's order or in the order of the words. */
  readonly targets: readonly string[];
  /** What of a snapshot is about them. */
  narrow(snapshot: Snapshot): Snapshot;
}

/** Every host that the policy names, so that it can be scanned; patterns, `*` and vast blocks name none. */
export function declaredTargets({ entries }: Policy): string[] {
  return [...new Set(entries.flatMap(({ members }) => members.flatMap(targetOf)))];
}

function targetOf({ pattern, text }: Member): string[] {
  return isScannable(pattern) ? [pattern.kind === 'name' ? pattern.name : text] : [];
}

function isScannable(pattern: HostPattern): boolean {
  if (pattern.kind === 'block') return pattern.range.last - pattern.range.first < mostAddresses;
  return pattern.kind === 'name' || pattern.kind === 'address';
}

/**
 * The hosts that a user picks out of a policy: by the name of a group, or as targets that an entry of the policy speaks of. Throws
 * `ERR_BAD_TARGET`, and `ERR_USAGE` where the policy does not speak of one.
 */
export function selectHosts(policy: Policy, words: readonly string[]): Selection {
  const targets = [...new Set(words.flatMap((word) => targetsOf(policy, word)))];
  const names = new Set<string>();
  const ranges: AddressRange[] = [];
  // What a group catches without naming it is a part of it all the same.
  const caught = policy.entries
    .filter(({ kind, name }) => kind === 'group' && words.includes(name))
    .flatMap(({ members }) => members.map(({ pattern }) => pattern));
  for (const pattern of caught) if (pattern.kind === 'block') ranges.push(pattern.range);
  const isCaught = (spec: TargetSpec | undefined) =>
    caught.some((pattern) => pattern.kind === 'any' || shareOfTarget(pattern, spec) === 'all');
  for (const target of targets) {
    const spec = recordedTarget(target);
    const range = literalRange(spec);
    if (spec?.kind === 'name') names.add(withoutRoot(spec.name));
    else if (range !== undefined) ranges.push(range);
  }
  const holds = (text: string) => {
    const address = parseAddress(text);
    return address !== undefined && ranges.some((range) => rangeHolds(range, address));
  };
  return {
    targets,
    narrow: (snapshot) =>
      narrowSnapshot(
        snapshot,
        (spec) => isCaught(spec) || (spec?.kind === 'name' && names.has(withoutRoot(spec.name))),
        holds,
      ),
  };
}

function targetsOf(policy: Policy, word: string): readonly string[] {
  const groups = policy.entries.filter(({ kind, name }) => kind === 'group' && name === word);
  if (groups.length > 0) return groups.flatMap(({ members }) => members.flatMap(targetOf));
  const spec = parseTarget(word);
  const range = literalRange(spec);
  const isSpokenOf =
    range === undefined
      ? hostFinder(policy).entriesFor(spec, undefined).length > 0
      : policy.entries.some(({ members }) =>
          members.some(({ pattern }) => pattern.kind === 'any' || shareOfTarget(pattern, spec) !== 'none'),
        );
  if (isSpokenOf) return [word];
  const known = policy.entries.flatMap(({ kind, name, members }) => [
    ...(kind === 'group' ? [name] : []),
    ...members.map(({ text }) => text),
  ]);
  throw new ExposcanError(
    'ERR_USAGE',
    `The policy ${policy.name} does not speak of ${word}.${didYouMean(word, known)} Name one of its hosts or groups with --only.`,
  );
}
