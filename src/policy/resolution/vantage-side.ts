import { parseAddress, rangeHolds, type Family } from '../../model/address.js';
import { ExposcanError } from '../../model/errors.js';
import type { Vantage } from './vantage.js';
import type { AllowedSource, ServiceRule } from '../policy.js';

/** On which side of a restriction a vantage stands: among those who may, among those who may not, or one cannot tell. */
export type VantageSide = 'inside' | 'outside' | 'unclear';

/** `office, 192.0.2.0/24` */
export function formatSources(sources: readonly AllowedSource[]): string {
  return sources.map((source) => (source.kind === 'vantage' ? source.name : source.text)).join(', ');
}

/**
 * Where a vantage stands for addresses of one family.
 *
 * A vantage that `from` names is inside. Otherwise its source addresses of that family decide, as far as the rule gives
 * ranges: all of them within is inside, none is outside. With some of them within, or with ranges and no source address
 * known, nothing can be told.
 */
export function vantageSide(rule: ServiceRule, vantage: Vantage, family: Family): VantageSide {
  if (rule.from.some((source) => source.kind === 'vantage' && source.name === vantage.name)) return 'inside';
  const ranges = rule.from.flatMap((source) => (source.kind === 'range' ? [source.range] : []));
  if (ranges.length === 0) return 'outside';
  const sources = vantage.sources.flatMap((text) => readSource(text)).filter((address) => address.family === family);
  if (sources.length === 0) return ranges.some((range) => range.family === family) ? 'unclear' : 'outside';
  const within = sources.filter((address) => ranges.some((range) => rangeHolds(range, address)));
  if (within.length === 0) return 'outside';
  return within.length === sources.length ? 'inside' : 'unclear';
}

/** A source address that cannot be read tells nothing, like one that is not there. */
function readSource(text: string) {
  try {
    const address = parseAddress(text);
    return address === undefined ? [] : [address];
  } catch (error) {
    if (error instanceof ExposcanError) return [];
    throw error;
  }
}
