/**
 * A document as it is written to a file or a pipe: JSON, indented by two, ending in a line feed. What JSON would leave raw and a terminal would obey (DEL, C1, bidirectional
 * and invisible controls) is written as `\\u` escapes: the same document, safe to look at.
 */
export function jsonText(document: unknown): string {
  const text = JSON.stringify(document, null, 2);
  return `${text.replace(/[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu, escaped)}\n`;
}

function escaped(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');
}
