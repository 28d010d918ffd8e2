import { compareCodes, compareNumerals } from './numerals.js';

/**
 * Compares two releases of RPM packages: below, at or above zero. The algorithm is that of rpm-version(7): segments of digits or
 * of letters, whatever separates them; digits are newer than letters, more segments newer than fewer; a tilde sorts before
 * the end, a caret after it but before any other segment.
 */
export function compareRpmReleases(a: string, b: string): number {
  const [left, right] = [segments(a), segments(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const [x, y] = [left[at], right[at]];
    const difference = kind(x) - kind(y) || compareAlike(x ?? '', y ?? '');
    if (difference !== 0) return difference;
  }
  return 0;
}

function segments(release: string): readonly string[] {
  return release.match(/[0-9]+|[A-Za-z]+|[~^]/g) ?? [];
}

function kind(segment: string | undefined): number {
  if (segment === '~') return 0;
  if (segment === undefined) return 1;
  if (segment === '^') return 2;
  return /^[0-9]/.test(segment) ? 4 : 3;
}

function compareAlike(a: string, b: string): number {
  return /^[0-9]/.test(a) ? compareNumerals(a, b) : compareCodes(a, b);
}
