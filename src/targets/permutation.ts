/** Feistel rounds: with four, even a permutation of functions that look random cannot be told from a random one (see below). */
const rounds = 4;
/** Two halves of 26 bits: larger numbers are no longer exact. */
const most = 2 ** 52;

/**
 * Where each of the numbers from 0 to `size` - 1 comes in a pseudo-random order of them all, in no memory: a Feistel network (Luby and
 * Rackoff, "How to construct pseudorandom permutations", 1988) over the next even number of bits, walked until it comes back into
 * the range (Black and Rogaway, "Ciphers with arbitrary finite domains", 2002), which takes less than four steps on the average.
 *
 * The same seed (any integer) gives the same order. No secret: it spreads probes, it hides nothing. Throws a RangeError where
 * `size` is beyond 2 ** 52.
 */
export function createPermutation(size: number, seed: number): (index: number) => number {
  if (size > most) throw new RangeError(`no permutation of ${size} numbers: expected at most ${most}`);
  const bits = Math.max(1, Math.ceil(Math.log2(Math.max(2, size)) / 2));
  const base = 2 ** bits;
  const mask = base - 1;
  const keys = Array.from({ length: rounds }, (_, round) => mix(mix(seed | 0) ^ round));

  const encipher = (value: number): number => {
    let left = Math.floor(value / base);
    let right = value % base;
    for (const key of keys) [left, right] = [right, left ^ (mix(right ^ key) & mask)];
    return left * base + right;
  };

  return (index) => {
    let value = encipher(index);
    while (value >= size) value = encipher(value);
    return value;
  };
}

/** The finalizer of Appleby's MurmurHash3, which makes every bit of a 32-bit integer depend on every other. */
function mix(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
