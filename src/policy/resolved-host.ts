import type { Address, Family } from '../model/address.js';
import { getOrInsert } from '../model/groups.js';
import type { TargetSpec } from '../model/parse-target.js';
import { allPorts, type PortRange } from '../model/ports.js';
import { hostRules, type HostRules } from './host-rules.js';
import { hostFinder } from './match-host.js';
import type { Policy, PolicyEntry, PolicyException, Settings, SourcePosition, UnlistedMode } from './policy.js';

const weekMs = 7 * 24 * 60 * 60 * 1000;

/** What a policy says of one host: every entry that speaks of it, joined; for each setting the most specific that states it. */
export interface ResolvedHost {
  /** The most specific first; never empty. */
  readonly entries: readonly PolicyEntry[];
  /** The name of the most specific entry. */
  readonly name: string;
  readonly position: SourcePosition;
  readonly ports: readonly PortRange[] | 'as-scanned';
  readonly families: readonly Family[] | undefined;
  readonly unlisted: UnlistedMode;
  readonly maxAge: number;
  /** Where a setting is stated; the most specific entry where none states it. */
  statedAt(setting: 'ports' | 'families' | 'unlisted' | 'maxAge'): SourcePosition;
  exceptionAt(port: number): PolicyException | undefined;
  /** The rules that decide for one family: the entries' one after the other, then those of the defaults. */
  rules(family: Family): HostRules;
}

/** Resolves hosts of one policy; hosts that the same entries speak of are resolved once. */
export interface HostResolver {
  /** Undefined where no entry speaks of it. Without an address: of the target as a whole, by its name. */
  resolve(target: TargetSpec | undefined, address: Address | undefined): ResolvedHost | undefined;
}

export function hostResolver(policy: Policy): HostResolver {
  const finder = hostFinder(policy);
  const places = new Map(policy.entries.map((entry, index) => [entry, index]));
  const known = new Map<string, ResolvedHost>();
  return {
    resolve(target, address) {
      const entries = finder.entriesFor(target, address);
      const [first] = entries;
      if (first === undefined) return undefined;
      const key = entries.map((entry) => places.get(entry)).join();
      return getOrInsert(known, key, () => resolveEntries(policy, first, entries));
    },
  };
}

/** `first` is the first of `entries`. */
export function resolveEntries(policy: Policy, first: PolicyEntry, entries: readonly PolicyEntry[]): ResolvedHost {
  const settings: readonly Settings[] = [...entries, ...policy.defaults];
  const stating = (key: 'ports' | 'families' | 'unlisted' | 'maxAge') =>
    settings.find((each) => each[key] !== undefined);
  const exceptions = new Map<number, PolicyException>();
  for (const exception of settings.flatMap((each) => each.exceptions)) {
    if (!exceptions.has(exception.port)) exceptions.set(exception.port, exception);
  }
  const byFamily = new Map<Family, HostRules>();
  const layers = (family: Family) =>
    settings.map(({ services }) => services.filter((rule) => rule.family === undefined || rule.family === family));
  return {
    entries,
    name: first.name,
    position: first.position,
    ports: stating('ports')?.ports ?? allPorts,
    families: stating('families')?.families,
    unlisted: stating('unlisted')?.unlisted ?? 'deny',
    maxAge: stating('maxAge')?.maxAge ?? weekMs,
    statedAt: (setting) => (stating(setting) ?? first).position,
    exceptionAt: (port) => exceptions.get(port),
    rules: (family) => getOrInsert(byFamily, family, () => hostRules(layers(family))),
  };
}
