import { compareAddresses, parseAddress } from './address.js';

/** Order by code units: the same on every machine, whatever its language. */
export function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Addresses in the order of the snapshot document; what is no address comes after them, as `compareTexts` has it. */
export function compareAddressTexts(a: string, b: string): number {
  const [x, y] = [parseAddress(a), parseAddress(b)];
  if (x !== undefined && y !== undefined) return compareAddresses(x, y);
  return x === y ? compareTexts(a, b) : x === undefined ? 1 : -1;
}
