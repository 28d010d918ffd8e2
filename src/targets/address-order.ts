import { addressFromValue, type Address } from '../model/address.js';
import { countAddresses, type Span } from './address-set.js';
import { createPermutation } from './permutation.js';

/**
 * Every address once, like `eachAddress`, but in a pseudo-random order, so that neighbours, and the network or router that they share,
 * are not probed one after another. Costs the memory of one address, too. The same spans and seed give the same order.
 */
export function* shuffledAddresses(spans: readonly Span[], seed: number): Generator<Address> {
  const ends: number[] = [];
  for (const span of spans) ends.push((ends.at(-1) ?? 0) + Number(countAddresses([span])));
  const count = ends.at(-1) ?? 0;
  const permute = createPermutation(count, seed);
  for (let index = 0; index < count; index++) {
    const place = permute(index);
    const at = firstBeyond(ends, place);
    const span = spans[at];
    if (span === undefined) continue;
    yield addressFromValue(span.family, span.first + BigInt(place - (ends[at - 1] ?? 0)), span.zone);
  }
}

/** The index of the first of the ascending numbers that is greater. */
function firstBeyond(numbers: readonly number[], value: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
