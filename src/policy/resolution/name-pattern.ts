/**
 * Whether a host name fits a pattern, label by label: `*` stands for any part of a label, `**` as the first label for any number of
 * labels, at least one. `name`: lower case, without a final dot. Both are bounded by what DNS allows, and so is the work.
 */
export function matchesPattern(pattern: readonly string[], name: string): boolean {
  const labels = name.split('.');
  const isOpenEnded = pattern[0] === '**';
  const fixed = isOpenEnded ? pattern.slice(1) : pattern;
  const skipped = labels.length - fixed.length;
  if (isOpenEnded ? skipped < 1 : skipped !== 0) return false;
  return fixed.every((label, at) => matchesLabel(label, labels[skipped + at] ?? ''));
}

/** How much of a pattern is literal: of two that match, the one with more of it is the more specific. */
export function literalWeight(pattern: readonly string[]): bigint {
  return BigInt(pattern.join('.').replaceAll('*', '').length);
}

/** The parts between the stars, each found as early as possible after the one before it. */
function matchesLabel(pattern: string, label: string): boolean {
  const parts = pattern.split('*');
  const [first = ''] = parts;
  if (parts.length === 1) return label === first;
  const last = parts.at(-1) ?? '';
  if (label.length < first.length + last.length || !label.startsWith(first) || !label.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = label.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= label.length - last.length;
}
