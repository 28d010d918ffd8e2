/** Compares two runs of digits by their value, however long they are; an empty one counts as zero. */
export function compareNumerals(a: string, b: string): number {
  const [x, y] = [withoutLeadingZeros(a), withoutLeadingZeros(b)];
  if (x.length !== y.length) return x.length - y.length;
  return compareCodes(x, y);
}

/** Compares by code units, as strcmp(3) does for ASCII, whatever the locale. */
export function compareCodes(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function withoutLeadingZeros(digits: string): string {
  return digits.replace(/^0+/, '');
}
