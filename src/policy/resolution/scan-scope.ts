import { getOrInsert } from '../../model/groups.js';
import { recordedTarget, type TargetSpec } from '../../model/parse-target.js';
import { allPorts, mergeRanges, type PortRange } from '../../model/ports.js';
import { statingEntries } from './resolved-host.js';
import { hostFinder, shareOfTarget, type HostFinder } from './match-host.js';
import type { Policy, PolicyEntry, Settings } from '../policy.js';

/** What the policy says of a target before anybody knows its addresses. */
interface Scope {
  /** The entries that may come to judge an address of it. */
  readonly entries: readonly PolicyEntry[];
  /** The ports that they want; what the defaults say is not among them. */
  readonly wanted: readonly PortScope[];
  /** True where a part of the target may be left to the defaults. */
  readonly isOpen: boolean;
}

type PortScope = readonly PortRange[] | 'as-scanned';

function scopesOf(policy: Policy, targets: readonly string[]): readonly Scope[] {
  const finder = hostFinder(policy);
  const places = new Map(policy.entries.map((entry, index) => [entry, index]));
  const alike = new Map<string, Scope>();
  for (const target of targets.map(recordedTarget)) {
    const isDivided = target?.kind === 'block' || target?.kind === 'range';
    const scope = isDivided ? scopeOfMany(policy, target) : scopeOfOne(finder, target);
    getOrInsert(alike, `${isDivided} ${scope.entries.map((entry) => places.get(entry)).join()}`, () => scope);
  }
  return [...alike.values()];
}

/** A name or an address: the most specific entry that states ports decides. */
function scopeOfOne(finder: HostFinder, target: TargetSpec | undefined): Scope {
  const entries = finder.entriesFor(target, target?.kind === 'address' ? target.address : undefined);
  const [first] = portsStated(statingEntries(entries));
  return { entries, wanted: first === undefined ? [] : [first], isOpen: first === undefined };
}

/** A block, which several entries may divide among them: each has its say. */
function scopeOfMany(policy: Policy, target: TargetSpec): Scope {
  const shares = policy.entries.map((entry) => ({ entry, share: shareOfEntry(entry, target) }));
  const any = policy.entries.filter(({ members }) => members.some(({ pattern }) => pattern.kind === 'any'));
  const entriesOf = (...wanted: string[]) =>
    shares.filter(({ share }) => wanted.includes(share)).map(({ entry }) => entry);
  const named = entriesOf('all', 'some');
  const rest = entriesOf('all').length > 0 ? [] : any;
  const isStated = [...named, ...rest].every(({ ports }) => ports !== undefined);
  const isCovered = entriesOf('all').length > 0 || any.length > 0;
  return { entries: [...named, ...any], wanted: portsStated([...named, ...rest]), isOpen: !isStated || !isCovered };
}

function portsStated(settings: readonly Settings[]): readonly PortScope[] {
  return settings.flatMap(({ ports }) => (ports === undefined ? [] : [ports]));
}

function shareOfEntry({ members }: PolicyEntry, target: TargetSpec): 'all' | 'some' | 'none' {
  const shares = members.map(({ pattern }) => shareOfTarget(pattern, target));
  return shares.find((share) => share === 'all') ?? shares.find((share) => share === 'some') ?? 'none';
}

/**
 * The ports that must be scanned so that the policy can be decided for these targets; undefined where it leaves that open
 * for any of them.
 */
export function portsToScan(policy: Policy, targets: readonly string[]): PortRange[] | undefined {
  const ports: PortRange[] = [];
  const [fallback = allPorts] = portsStated(policy.defaults);
  for (const { entries, wanted, isOpen } of scopesOf(policy, targets)) {
    if (entries.length === 0) continue;
    for (const each of isOpen ? [...wanted, fallback] : wanted) {
      if (each === 'as-scanned') return undefined;
      ports.push(...each);
    }
  }
  return ports.length === 0 ? undefined : mergeRanges([...ports, ...namedPorts(policy, targets)]);
}

/** The ports that the policy has a rule for. */
export function namedPorts(policy: Policy, targets: readonly string[]): PortRange[] {
  const entries = scopesOf(policy, targets).flatMap((scope) => scope.entries);
  const settings: readonly Settings[] = entries.length === 0 ? [] : [...new Set(entries), ...policy.defaults];
  return mergeRanges(settings.flatMap(({ services }) => services.flatMap(({ ports }) => ports)));
}
