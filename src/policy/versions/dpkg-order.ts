import { compareNumerals } from './numerals.js';

/**
 * Compares two Debian revisions: below, at or above zero. The algorithm is that of deb-version(7), "Sorting algorithm": a part
 * without digits and a part of digits by turns, letters before all other characters, and a tilde even before the end.
 */
export function compareDebianRevisions(a: string, b: string): number {
  const [left, right] = [parts(a), parts(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const [x, y] = [left[at] ?? '', right[at] ?? ''];
    const difference = at % 2 === 0 ? compareText(x, y) : compareNumerals(x, y);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Text and digits by turns, text first: `1~deb12u3` is '', '1', '~deb', '12', 'u', '3'. */
function parts(revision: string): readonly string[] {
  const found = revision.match(/\d+|\D+/g) ?? [];
  return /^\d/.test(revision) ? ['', ...found] : found;
}

function compareText(a: string, b: string): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = weight(a[at]) - weight(b[at]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function weight(character: string | undefined): number {
  if (character === '~') return -1;
  if (character === undefined) return 0;
  const code = character.charCodeAt(0);
  return /[A-Za-z]/.test(character) ? code : code + 0x10000;
}
