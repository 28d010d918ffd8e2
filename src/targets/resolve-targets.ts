import { bothFamilies, type Address, type Family } from '../model/address.js';
import { ExposcanError } from '../model/errors.js';
import { withoutRoot } from '../model/host-name.js';
import type { Lookup } from '../net/lookup.js';
import { checkTotal } from './address-limit.js';
import { shuffledAddresses } from './address-order.js';
import { countAddresses, eachAddress, mergeSpans, ofFamilies, subtractSpans, type Span } from './address-set.js';
import { boundLookup } from './bounded-lookup.js';
import { excludedSpans, isExcludedName, parseExclusions } from './exclusions.js';
import { findAddresses, literalSpans, type FoundAddresses, type TargetError } from './find-addresses.js';
import { parseTarget, type TargetSpec } from '../model/parse-target.js';

/** A target and the addresses that are scanned for it. */
export interface ResolvedTarget {
  /** What the user typed. */
  readonly target: string;
  readonly kind: TargetSpec['kind'];
  /** For a name: its ASCII form, lower case and without a trailing dot, as TLS and HTTP want it. */
  readonly name?: string;
  /** Each address once, sorted; made on the way for blocks and ranges. May be iterated again. */
  readonly addresses: Iterable<Address>;
  readonly count: number;
  /** Families that the name was looked up for, and answered to have no address of. */
  readonly noRecord: readonly Family[];
  readonly errors: readonly TargetError[];
}

/** What all targets come to. */
export interface ResolvedTargets {
  readonly targets: readonly ResolvedTarget[];
  /** Every address of every target, each once, sorted; made on the way, so that a block costs no memory. */
  readonly addresses: () => Iterable<Address>;
  /** Likewise, in a pseudo-random order that is the same for the same seed, an integer, and the same addresses. */
  readonly shuffled: (seed: number) => Iterable<Address>;
  readonly count: number;
}

export interface ResolveOptions {
  readonly lookup: Lookup;
  readonly families: readonly Family[];
  /** Targets to leave out, of every kind; several may stand in one text, apart by commas. */
  readonly exclude?: readonly string[];
  /** The user agreed to more than 65,536 addresses. */
  readonly yes?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Reads targets, looks the names up, A and AAAA apart, and takes exclusions away. What went wrong with one target stands in
 * its `errors`; no other suffers from it. An address of several targets is listed under each, and scanned once. When
 * the signal is aborted, the lookups not yet done become `ERR_CANCELLED` errors.
 *
 * Throws `ERR_NO_TARGETS`, `ERR_BAD_TARGET`, `ERR_TOO_MANY_ADDRESSES`, and for excluded names `ERR_LOOKUP_FAILED`,
 * `ERR_NAME_NOT_FOUND` and `ERR_CANCELLED`.
 */
export async function resolveTargets(texts: readonly string[], options: ResolveOptions): Promise<ResolvedTargets> {
  if (texts.length === 0) {
    throw new ExposcanError('ERR_NO_TARGETS', 'No target was given: expected a name, an address or a block.');
  }
  const { families, exclude = [], yes = false, signal } = options;
  const exclusions = parseExclusions(exclude);
  const specs = [...new Set(texts)].map(parseTarget);
  // Once before the lookups, so that a slip of the pen is reported at once.
  const literal = mergeSpans(specs.flatMap((spec) => literalSpans(spec, families)));
  checkTotal(countAddresses(subtractSpans(literal, exclusions.spans)), yes);

  const lookup = boundLookup(options.lookup, signal);
  const excluded = await excludedSpans(exclusions, families, lookup);
  const found = await Promise.all(specs.map((spec) => findAddresses(spec, families, lookup)));
  const kept = found.map((entry) => leaveOut(entry, isExcludedName(entry.spec, exclusions) ? entry.spans : excluded));
  const spans = mergeSpans(kept.flatMap((entry) => entry.spans));
  const count = countAddresses(spans);
  checkTotal(count, yes);
  return {
    targets: kept.map(toTarget),
    addresses: () => eachAddress(spans),
    shuffled: (seed) => shuffledAddresses(spans, seed),
    count: Number(count),
  };
}

/**
 * Takes the excluded addresses out. Of a block or range this narrows what is asked. A name stands for all of its
 * addresses, so without one of them it is not wholly observed, which is said; and so is that nothing is left of a target.
 */
function leaveOut(found: FoundAddresses, excluded: readonly Span[]): FoundAddresses {
  const spans = subtractSpans(found.spans, excluded);
  if (found.spec.kind !== 'name' && spans.length > 0) return { ...found, spans };
  const errors = bothFamilies.flatMap((family): TargetError[] => {
    const before = countAddresses(ofFamilies(found.spans, [family]));
    const gone = before - countAddresses(ofFamilies(spans, [family]));
    const message = `--exclude left out ${gone} of ${before} IPv${family} ${before === 1n ? 'address' : 'addresses'}.`;
    return gone === 0n ? [] : [{ family, code: 'ERR_EXCLUDED', message }];
  });
  return { ...found, spans, errors: [...found.errors, ...errors] };
}

function toTarget({ spec, spans, noRecord, errors }: FoundAddresses): ResolvedTarget {
  return {
    target: spec.text,
    kind: spec.kind,
    ...(spec.kind === 'name' ? { name: withoutRoot(spec.name) } : {}),
    addresses: { [Symbol.iterator]: () => eachAddress(spans) },
    count: Number(countAddresses(spans)),
    noRecord,
    errors,
  };
}
