import { mergeRanges, subtractRanges, type PortRange } from '../model/ports.js';
import type { ServiceRule } from './policy.js';

/** A rule, and the ports for which no other wins over it. */
export interface EffectiveRule {
  readonly rule: ServiceRule;
  /** A subset of the rule's own ports; empty for a rule that others shadow wholly, and for one without ports. */
  readonly ports: readonly PortRange[];
}

/**
 * Which rule speaks for which port: that of the most specific layer; within a layer, the one whose range of ports is the
 * smallest. `layers`: rules of one family, the most specific layer first. Every rule comes once, in its layer's order.
 */
export function effectiveRules(layers: readonly (readonly ServiceRule[])[]): EffectiveRule[] {
  const rules = layers.flat();
  if (!overlap(rules)) return rules.map((rule) => ({ rule, ports: rule.ports }));
  const won = new Map<ServiceRule, PortRange[]>(rules.map((rule) => [rule, []]));
  let taken: PortRange[] = [];
  for (const layer of layers) {
    const spans = layer.flatMap((rule) => rule.ports.map((range) => ({ rule, range })));
    spans.sort((a, b) => a.range.last - a.range.first - (b.range.last - b.range.first));
    for (const { rule, range } of spans) {
      won.get(rule)?.push(...subtractRanges([range], taken));
      taken = mergeRanges([...taken, range]);
    }
  }
  return rules.map((rule) => ({ rule, ports: mergeRanges(won.get(rule) ?? []) }));
}

/** Rules for distinct ports, the usual case, need no weighing. */
function overlap(rules: readonly ServiceRule[]): boolean {
  const ranges = rules.flatMap(({ ports }) => ports).sort((a, b) => a.first - b.first);
  return ranges.some((range, at) => range.first <= (ranges[at - 1]?.last ?? 0));
}
