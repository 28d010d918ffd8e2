import { addressFromValue, type Address, type AddressRange, type Family } from '../model/address.js';

/** An inclusive run of addresses; link-local ones on one link where it has a zone. */
export interface Span extends AddressRange {
  readonly zone?: string;
}

export function spanOf(address: Address): Span {
  const { family, value, zone } = address;
  return { family, first: value, last: value, ...(zone === undefined ? {} : { zone }) };
}

function compare(a: Span, b: Span): number {
  if (a.family !== b.family) return a.family - b.family;
  const [left, right] = [a.zone ?? '', b.zone ?? ''];
  if (left !== right) return left < right ? -1 : 1;
  if (a.first === b.first) return 0;
  return a.first < b.first ? -1 : 1;
}

/** Sorts and merges, so that every address is held once: IPv4 before IPv6, then by zone, then by number. */
export function mergeSpans(spans: Iterable<Span>): Span[] {
  const merged: Span[] = [];
  for (const span of [...spans].sort(compare)) {
    const previous = merged.at(-1);
    const joins = previous?.family === span.family && previous.zone === span.zone && span.first <= previous.last + 1n;
    if (previous === undefined || !joins) merged.push(span);
    else if (span.last > previous.last) merged[merged.length - 1] = { ...previous, last: span.last };
  }
  return merged;
}

/** What is in `spans` and not in `removed`. A removed span without a zone is removed on every link. */
export function subtractSpans(spans: readonly Span[], removed: readonly Span[]): Span[] {
  return spans.flatMap((span) => {
    const holes = mergeSpans(
      removed
        .filter(({ family, zone }) => family === span.family && (zone === undefined || zone === span.zone))
        .filter(({ first, last }) => first <= span.last && last >= span.first)
        .map(({ family, first, last }) => ({ family, first, last })),
    );
    const left: Span[] = [];
    let next = span.first;
    for (const hole of holes) {
      if (hole.first > next) left.push({ ...span, first: next, last: hole.first - 1n });
      next = hole.last + 1n;
    }
    return next > span.last ? left : [...left, { ...span, first: next }];
  });
}

export function countAddresses(spans: readonly Span[]): bigint {
  return spans.reduce((count, { first, last }) => count + last - first + 1n, 0n);
}

export function ofFamilies(spans: readonly Span[], families: readonly Family[]): Span[] {
  return spans.filter(({ family }) => families.includes(family));
}

/** Every address, one at a time: a block of any size costs the memory of one. */
export function* eachAddress(spans: readonly Span[]): Generator<Address> {
  for (const { family, first, last, zone } of spans) {
    for (let value = first; value <= last; value++) yield addressFromValue(family, value, zone);
  }
}
