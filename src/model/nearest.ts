/** Texts longer than this are no typing errors, and comparing them would only cost time. */
const longest = 40;

/**
 * The number of insertions, deletions, replacements and swaps of neighbours that turn one text into the other
 * (the Damerau–Levenshtein distance, in its optimal string alignment form).
 */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replace = (last[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const swap = swapped ? (beforeLast[column - 2] ?? 0) + 1 : Infinity;
      current.push(Math.min(replace, swap, (last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    [beforeLast, last] = [last, current];
  }
  return last[b.length] ?? 0;
}

/** The one of `known` that a person most likely meant by `text`, or undefined where none is near. */
export function nearest(text: string, known: Iterable<string>): string | undefined {
  const typed = text.toLowerCase();
  if (typed.length > longest) return undefined;
  let best: string | undefined;
  let least = typed.length <= 3 ? 1 : typed.length <= 7 ? 2 : 3;
  for (const candidate of known) {
    if (Math.abs(candidate.length - typed.length) > least) continue;
    const distance = editDistance(typed, candidate.toLowerCase());
    if (distance < least || (distance === least && best === undefined)) [best, least] = [candidate, distance];
  }
  return best;
}

/** ` Did you mean x?`, or nothing. */
export function didYouMean(text: string, known: Iterable<string>): string {
  const meant = nearest(text, known);
  return meant === undefined ? '' : ` Did you mean ${meant}?`;
}
