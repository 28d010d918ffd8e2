import type { Address, Family } from '../../model/address.js';
import { weekMs } from '../../model/duration.js';
import { getOrInsert } from '../../model/groups.js';
import type { TargetSpec } from '../../model/parse-target.js';
import { allPorts, type PortRange } from '../../model/ports.js';
import { hostRules, type HostRules } from './host-rules.js';
import { hostFinder } from './match-host.js';
import {
  usualTlsModes,
  type Policy,
  type PolicyEntry,
  type PolicyException,
  type ServiceRule,
  type Settings,
  type SourcePosition,
  type TlsModes,
  type UnlistedMode,
} from '../policy.js';
import type { RuleWords } from './rule-words.js';

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
  /** What becomes of weaknesses of TLS that no rule speaks of. */
  readonly tls: TlsModes;
  /** Where a setting is stated; the most specific entry where none states it. */
  statedAt(setting: SettingName): SourcePosition;
  exceptionAt(port: number): PolicyException | undefined;
  /** The rules that decide for one family: the entries' one after the other, then those of the defaults. */
  rules(family: Family): HostRules;
}

/** A setting of which the most specific statement counts. */
export type SettingName = 'ports' | 'families' | 'unlisted' | 'maxAge' | 'tls';

/** Resolves hosts of one policy; hosts that the same entries speak of are resolved once. */
export interface HostResolver {
  /** Undefined where no entry speaks of it. Without an address: of the target as a whole, by its name. */
  resolve(target: TargetSpec | undefined, address: Address | undefined): ResolvedHost | undefined;
}

export function hostResolver(policy: Policy): HostResolver {
  const finder = hostFinder(policy);
  const places = new Map(policy.entries.map((entry, index) => [entry, index]));
  const known = new Map<string, ResolvedHost>();
  const rulesFor = rulesOfLayers();
  return {
    resolve(target, address) {
      const entries = finder.entriesFor(target, address);
      const [first] = entries;
      if (first === undefined) return undefined;
      const key = entries.map((entry) => places.get(entry)).join();
      return getOrInsert(known, key, () => resolveEntries(policy, first, entries, rulesFor));
    },
  };
}

type RulesFor = (layers: readonly (readonly ServiceRule[])[], family: Family) => HostRules;

/** Hosts may share their lists of rules, by an alias in the policy; what is made of the same lists is made once. */
function rulesOfLayers(): RulesFor {
  const words = new Map<ServiceRule, RuleWords>();
  const numbers = new Map<readonly ServiceRule[], number>();
  const known = new Map<string, HostRules>();
  return (layers, family) => {
    const filled = layers.filter((rules) => rules.length > 0);
    const key = [family, ...filled.map((rules) => getOrInsert(numbers, rules, () => numbers.size))].join();
    const speaks = (rule: ServiceRule) => rule.family === undefined || rule.family === family;
    return getOrInsert(known, key, () =>
      hostRules(
        filled.map((rules) => rules.filter(speaks)),
        words,
      ),
    );
  };
}

/**
 * The entries of a host, or of a target, whose settings and exceptions count. What `"*"` says of these is for hosts that no other
 * entry speaks of: a policy that is included for its rules must not loosen what is asked of a host that has an entry of its own.
 */
export function statingEntries(entries: readonly PolicyEntry[]): readonly PolicyEntry[] {
  const named = entries.filter(({ members }) => !members.some(({ pattern }) => pattern.kind === 'any'));
  return named.length === 0 ? entries : named;
}

/** `first` is the first of `entries`. */
function resolveEntries(
  policy: Policy,
  first: PolicyEntry,
  entries: readonly PolicyEntry[],
  rulesFor: RulesFor,
): ResolvedHost {
  const settings: readonly Settings[] = [...statingEntries(entries), ...policy.defaults];
  const stating = (key: SettingName) => settings.find((each) => each[key] !== undefined);
  const exceptions = new Map<number, PolicyException>();
  for (const exception of settings.flatMap((each) => each.exceptions)) {
    if (!exceptions.has(exception.port)) exceptions.set(exception.port, exception);
  }
  const byFamily = new Map<Family, HostRules>();
  const layers = [...entries, ...policy.defaults].map(({ services }) => services);
  return {
    entries,
    name: first.name,
    position: first.position,
    ports: stating('ports')?.ports ?? allPorts,
    families: stating('families')?.families,
    unlisted: stating('unlisted')?.unlisted ?? 'deny',
    maxAge: stating('maxAge')?.maxAge ?? weekMs,
    tls: stating('tls')?.tls ?? usualTlsModes,
    statedAt: (setting) => (stating(setting) ?? first).position,
    exceptionAt: (port) => exceptions.get(port),
    rules: (family) => getOrInsert(byFamily, family, () => rulesFor(layers, family)),
  };
}
