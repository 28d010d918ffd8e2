import { mergeRanges, type PortRange } from '../../model/ports.js';
import type { ServiceRule } from '../policy.js';

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
  const spans = layers.flatMap((layer) =>
    layer
      .flatMap((rule) => rule.ports.map((range) => ({ rule, range })))
      .sort((a, b) => a.range.last - a.range.first - (b.range.last - b.range.first)),
  );
  const won = new Map<ServiceRule, PortRange[]>(rules.map((rule) => [rule, []]));
  const pieces = freePieces(spans.map(({ range }) => range));
  for (const { rule, range } of spans) won.get(rule)?.push(...pieces.take(range));
  return rules.map((rule) => ({ rule, ports: mergeRanges(won.get(rule) ?? []) }));
}

/**
 * The ports of these ranges, cut wherever one begins or ends. `take` gives what is left of one of the ranges, and leaves nothing of
 * it. Each piece is taken once, however finely a policy cuts its ports.
 */
function freePieces(ranges: readonly PortRange[]): { take(range: PortRange): PortRange[] } {
  const cuts = [...new Set(ranges.flatMap(({ first, last }) => [first, last + 1]))].sort((a, b) => a - b);
  const places = new Map(cuts.map((port, at) => [port, at]));
  /** For each piece, one that is not before the next free one; itself while it is free. */
  const next = cuts.map((_, at) => at);
  const freeFrom = (from: number) => {
    let free = from;
    while (free < cuts.length && next[free] !== free) free = next[free] ?? cuts.length;
    for (let at = from; at < free;) {
      const after = next[at] ?? free;
      next[at] = free;
      at = after;
    }
    return free;
  };
  return {
    take({ first, last }) {
      const taken: PortRange[] = [];
      const end = places.get(last + 1) ?? 0;
      for (let at = freeFrom(places.get(first) ?? end); at < end; at = freeFrom(at)) {
        taken.push({ first: cuts[at] ?? first, last: (cuts[at + 1] ?? last + 1) - 1 });
        next[at] = at + 1;
      }
      return taken;
    },
  };
}

/** Rules for distinct ports, the usual case, need no weighing. */
function overlap(rules: readonly ServiceRule[]): boolean {
  const ranges = rules.flatMap(({ ports }) => ports).sort((a, b) => a.first - b.first);
  return ranges.some((range, at) => range.first <= (ranges[at - 1]?.last ?? 0));
}
