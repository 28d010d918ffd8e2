import { bothFamilies, type Family } from '../model/address.js';
import type { ObserverCode } from '../model/errors.js';
import type { Lookup, LookupResult } from '../net/lookup.js';
import { checkTargetSize } from './address-limit.js';
import { mergeSpans, ofFamilies, spanOf, type Span } from './address-set.js';
import { cancelledCode } from './bounded-lookup.js';
import type { TargetSpec } from '../model/parse-target.js';

/** Why something about a target will not be known; `family` where it is about one family only. */
export interface TargetError {
  readonly family?: Family;
  readonly code: ObserverCode;
  readonly message: string;
}

/** What one target comes to, before exclusions. */
export interface FoundAddresses {
  readonly spec: TargetSpec;
  readonly spans: readonly Span[];
  readonly noRecord: readonly Family[];
  readonly errors: readonly TargetError[];
}

/** The addresses that a target names by number; none for a name. Throws `ERR_TOO_MANY_ADDRESSES` for an endless block. */
export function literalSpans(spec: TargetSpec, families: readonly Family[]): Span[] {
  if (spec.kind === 'name') return [];
  const spans = [spec.kind === 'address' ? spanOf(spec.address) : spec.range];
  checkTargetSize(spec.text, spans);
  return ofFamilies(spans, families);
}

/** Finds a target's addresses of these families, looking it up where it is a name; what fails is told for each family. */
export async function findAddresses(
  spec: TargetSpec,
  families: readonly Family[],
  lookup: Lookup,
): Promise<FoundAddresses> {
  if (spec.kind === 'name') return findName(spec, families, lookup);
  const family = spec.kind === 'address' ? spec.address.family : spec.range.family;
  const errors = families.includes(family) ? [] : [notScanned(family)];
  return { spec, spans: literalSpans(spec, families), noRecord: [], errors };
}

async function findName(
  spec: TargetSpec & { kind: 'name' },
  families: readonly Family[],
  lookup: Lookup,
): Promise<FoundAddresses> {
  const asked = bothFamilies.filter((family) => families.includes(family));
  const results = await Promise.all(asked.map(async (family) => ({ family, result: await lookup(spec.name, family) })));
  const addresses = results.flatMap(({ result }) => (result.kind === 'addresses' ? result.addresses : []));
  const has = (family: Family) => addresses.some((address) => address.family === family);
  // An AAAA record may hold an IPv4-mapped address, which is an IPv4 address: so by what came, not by what was asked.
  const noRecord = results
    .filter(({ family, result }) => result.kind !== 'failed' && !has(family))
    .map(({ family }) => family);
  const errors = bothFamilies.filter((family) => !asked.includes(family)).map(notScanned);
  for (const { family, result } of results) {
    if (result.kind === 'failed') errors.push(lookupFailed(spec.name, family, result));
  }
  if (noRecord.length === bothFamilies.length) {
    errors.push({ code: 'ERR_NAME_NOT_FOUND', message: `${spec.name} does not exist, or has no address of any kind.` });
  }
  return { spec, spans: mergeSpans(ofFamilies(addresses.map(spanOf), families)), noRecord, errors };
}

function notScanned(family: Family): TargetError {
  const message = `IPv${family} was left out: the scan was narrowed to IPv${family === 4 ? 6 : 4}.`;
  return { family, code: 'ERR_FAMILY_NOT_SCANNED', message };
}

function lookupFailed(name: string, family: Family, result: LookupResult & { kind: 'failed' }): TargetError {
  if (result.code === cancelledCode) {
    const message = `The scan was stopped before the IPv${family} addresses of ${name} were known.`;
    return { family, code: cancelledCode, message };
  }
  return {
    family,
    code: 'ERR_LOOKUP_FAILED',
    message:
      `The IPv${family} addresses of ${name} could not be looked up: ${result.message} (${result.code}). This says ` +
      "nothing about the name: look at this machine's name servers, or scan the addresses themselves.",
  };
}
