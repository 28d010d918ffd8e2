import { printableJson } from '../model/printable-json.js';

/** A document as it is written to a file or a pipe: JSON, indented by two, ending in a line feed, safe to look at. */
export function jsonText(document: unknown): string {
  return [...jsonParts(document)].join('');
}

/** Enough that a write is worth its while. */
const partLength = 65_536;

/** Likewise in parts: a large document has lists of many small entries, and its whole text would take several times its own room. */
export function* jsonParts(document: unknown): Generator<string> {
  let part = '';
  for (const piece of piecesOf(document)) {
    part += piece;
    if (part.length < partLength) continue;
    yield part;
    part = '';
  }
  yield `${part}\n`;
}

/** The entries of the document's own lists apart, the rest as it is. */
function* piecesOf(document: unknown): Generator<string> {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    yield printableJson(document, 2);
    return;
  }
  const fields = Object.entries(document).filter(([, value]) => value !== undefined);
  let before = '{';
  for (const [key, value] of fields) {
    yield `${before}\n  ${printableJson(key)}: `;
    before = ',';
    if (!Array.isArray(value) || value.length === 0) yield indented(value, '\n  ');
    else yield* entriesOf(value);
  }
  yield fields.length === 0 ? '{}' : '\n}';
}

function* entriesOf(list: readonly unknown[]): Generator<string> {
  let before = '[';
  for (const entry of list) {
    yield `${before}\n    ${indented(entry, '\n    ')}`;
    before = ',';
  }
  yield '\n  ]';
}

/** No string holds a line feed in JSON: every one starts a line. */
function indented(value: unknown, lineStart: string): string {
  return printableJson(value, 2).replaceAll('\n', lineStart);
}
