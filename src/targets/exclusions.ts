import { ExposcanError } from '../model/errors.js';
import type { Family } from '../model/address.js';
import { withoutRoot } from '../model/host-name.js';
import type { Lookup, LookupResult } from '../net/lookup.js';
import { spanOf, type Span } from './address-set.js';
import { cancelledCode } from './bounded-lookup.js';
import { parseTarget, type TargetSpec } from '../model/parse-target.js';

/** What the user wants left out: addresses, and names whose addresses are still to be looked up. */
export interface Exclusions {
  readonly spans: readonly Span[];
  readonly names: readonly string[];
}

/** Reads the texts of `--exclude`: targets of every kind, several apart by commas. Throws `ERR_BAD_TARGET`. */
export function parseExclusions(texts: readonly string[]): Exclusions {
  const spans: Span[] = [];
  const names: string[] = [];
  for (const text of texts.flatMap((list) => list.split(/[\s,]+/)).filter((text) => text !== '')) {
    const spec = parseTarget(text);
    if (spec.kind === 'name') names.push(spec.name);
    else spans.push(spec.kind === 'address' ? spanOf(spec.address) : spec.range);
  }
  return { spans, names };
}

/** True for a target that is itself excluded by name: whatever it resolves to now, and a rotating name may tell otherwise later. */
export function isExcludedName(spec: TargetSpec, exclusions: Exclusions): boolean {
  if (spec.kind !== 'name') return false;
  return exclusions.names.some((name) => withoutRoot(name) === withoutRoot(spec.name));
}

/**
 * Every excluded address, those of the excluded names in these families included.
 *
 * A name that cannot be looked up stops everything, with `ERR_LOOKUP_FAILED` or `ERR_NAME_NOT_FOUND`: better no scan than one of
 * a host that its owner wanted left alone.
 */
export async function excludedSpans(
  exclusions: Exclusions,
  families: readonly Family[],
  lookup: Lookup,
): Promise<Span[]> {
  const named = await Promise.all(exclusions.names.map((name) => spansOfName(name, families, lookup)));
  return [...exclusions.spans, ...named.flat()];
}

async function spansOfName(name: string, families: readonly Family[], lookup: Lookup): Promise<Span[]> {
  const results: readonly LookupResult[] = await Promise.all(families.map((family) => lookup(name, family)));
  const spans: Span[] = [];
  for (const result of results) {
    if (result.kind === 'addresses') spans.push(...result.addresses.map(spanOf));
    if (result.kind === 'failed') {
      if (result.code === cancelledCode) {
        throw new ExposcanError(cancelledCode, 'The scan was stopped before it began.');
      }
      throw new ExposcanError(
        'ERR_LOOKUP_FAILED',
        `The excluded name ${name} could not be looked up (${result.code}), so its addresses might be scanned. ` +
          'Exclude them by number, or try again.',
      );
    }
  }
  // Narrowed to one family, the scan has nothing to leave out for a name of the other.
  if (spans.length > 0 || families.length < 2) return spans;
  throw new ExposcanError(
    'ERR_NAME_NOT_FOUND',
    `The excluded name ${name} does not exist, so nothing would be left out for it. Correct it, or remove it.`,
  );
}
