import { getOrInsert } from '../../model/groups.js';
import { mergeRanges, type PortRange } from '../../model/ports.js';
import type { OpenEntry } from '../../model/snapshot.js';
import { effectiveRules, type EffectiveRule } from './effective-rules.js';
import type { ServiceRule } from '../policy.js';
import { ruleWords, type RuleWords } from './rule-words.js';
import { relateService, suggestsService } from './service-names.js';

/** The rules of one host for one family, found by port or by service instead of one after another. */
export interface HostRules {
  /** Those that name ports, each with the ports that it decides; at least one. */
  readonly withPorts: readonly EffectiveRule[];
  /** Those that hold wherever their service is found. */
  readonly anywhere: readonly ServiceRule[];
  /** Every port that a rule decides. */
  readonly ruledPorts: readonly PortRange[];
  /** The rule that names the port. */
  ruleAt(port: number): ServiceRule | undefined;
  /** Likewise for an open port; undefined, too, where a more specific entry's rule without a port speaks of what was found there. */
  ruleFor(entry: OpenEntry): ServiceRule | undefined;
  wordsOf(rule: ServiceRule): RuleWords;
}

/** `layers`: rules of one family, the most specific layer first. `words`: of rules of this policy, made already. */
export function hostRules(layers: readonly (readonly ServiceRule[])[], words: Map<ServiceRule, RuleWords>): HostRules {
  const withPorts = effectiveRules(layers).filter(({ ports }) => ports.length > 0);
  const spans = withPorts.flatMap(({ rule, ports }) => ports.map((range) => ({ ...range, rule })));
  spans.sort((a, b) => a.first - b.first);
  const anywhere = firstOfEachService(layers.flat().filter(({ ports }) => ports.length === 0));
  const layerOf = layersOf(layers);
  const ruleAt = (port: number): ServiceRule | undefined => {
    let [low, high] = [0, spans.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const span = spans[middle];
      if (span === undefined) return undefined;
      if (port < span.first) high = middle - 1;
      else if (port > span.last) low = middle + 1;
      else return span.rule;
    }
    return undefined;
  };
  return {
    withPorts,
    anywhere,
    ruledPorts: mergeRanges(spans),
    ruleAt,
    ruleFor(entry) {
      const named = ruleAt(entry.port);
      if (named === undefined) return undefined;
      const speaksFirst = (rule: ServiceRule) =>
        layerOf(rule) < layerOf(named) &&
        (isService(rule, entry) || (rule.service !== undefined && suggestsService(rule.service, entry)));
      return anywhere.some(speaksFirst) ? undefined : named;
    },
    wordsOf: (rule) => getOrInsert(words, rule, () => ruleWords(rule)),
  };
}

/** The most specific layer that a rule stands in; entries may share their rules. */
function layersOf(layers: readonly (readonly ServiceRule[])[]): (rule: ServiceRule) => number {
  const places = new Map<ServiceRule, number>();
  for (const [place, rules] of layers.entries()) {
    for (const rule of rules) if (!places.has(rule)) places.set(rule, place);
  }
  return (rule) => places.get(rule) ?? layers.length;
}

/** Of two rules about one service wherever it is found, the more specific entry's counts. */
function firstOfEachService(rules: readonly ServiceRule[]): readonly ServiceRule[] {
  const seen = new Set<string | undefined>();
  return rules.filter(({ service }) => !seen.has(service) && seen.add(service));
}

/** Which rule speaks of an open port that none names, and how surely. */
export interface StrayRule {
  readonly rule: ServiceRule;
  /** False where only the port number says which service this is. */
  readonly sure: boolean;
}

/**
 * The rule for a service found where no rule names the port: one without a port that names this service, else one that keeps
 * this service from the outside on its own port (MySQL on 3307 is still MySQL). A rule that *allows* a service on its
 * port allows it nowhere else: ssh on 22 is no leave for ssh on 2222.
 */
export function strayRule(
  rules: HostRules,
  entry: OpenEntry,
  keepsOut: (rule: ServiceRule) => boolean,
): StrayRule | undefined {
  const named = rules.anywhere.find((rule) => isService(rule, entry));
  if (named !== undefined) return { rule: named, sure: true };
  const elsewhere = rules.withPorts.map(({ rule }) => rule).filter((rule) => isService(rule, entry));
  const [first] = elsewhere;
  if (first !== undefined && elsewhere.every(keepsOut)) return { rule: first, sure: true };
  const suggested = rules.anywhere.find((rule) => rule.service !== undefined && suggestsService(rule.service, entry));
  return suggested === undefined ? undefined : { rule: suggested, sure: false };
}

function isService({ service }: ServiceRule, entry: OpenEntry): boolean {
  return service !== undefined && relateService(service, entry) === 'same';
}
