/**
 * JSON in which what JSON would leave raw and a terminal would obey (DEL, C1, bidirectional and invisible controls) is written as
 * `\\u` escapes: the same document, safe to look at. `indent` in spaces; without it, one line.
 */
export function printableJson(document: unknown, indent?: number): string {
  return JSON.stringify(document, null, indent).replace(/[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu, escaped);
}

function escaped(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');
}
