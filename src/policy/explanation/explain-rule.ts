import type { ExplainedRule } from '../../model/explanation.js';
import { formatRanges } from '../../model/ports.js';
import type { PolicyEntry, ServiceRule, Settings } from '../policy.js';
import { ruleText } from '../resolution/rule-words.js';

/** A rule of one host, where it first comes: `layer` 0 is that of the most specific entry. */
export interface PlacedRule {
  readonly rule: ServiceRule;
  readonly layer: number;
  readonly explained: ExplainedRule;
}

/** The rules of a host, the most specific entry's first. Entries may share a list of rules; then the first that has it decides. */
export function rulesInOrder(settings: readonly (Settings | PolicyEntry)[]): ReadonlyMap<ServiceRule, PlacedRule> {
  const placed = new Map<ServiceRule, PlacedRule>();
  for (const [layer, each] of settings.entries()) {
    const entry = 'name' in each ? each.name : undefined;
    for (const rule of each.services) {
      if (!placed.has(rule)) placed.set(rule, { rule, layer, explained: explainRule(rule, entry) });
    }
  }
  return placed;
}

function explainRule(rule: ServiceRule, entry: string | undefined): ExplainedRule {
  const { position, ports, from, ...rest } = rule;
  return {
    text: ruleText(rule),
    place: position,
    entry,
    ports: formatRanges(ports),
    from: from.map((source) => (source.kind === 'vantage' ? source.name : source.text)),
    ...rest,
  };
}
