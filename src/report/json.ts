import { printableJson } from '../model/printable-json.js';

/** A document as it is written to a file or a pipe: JSON, indented by two, ending in a line feed, safe to look at. */
export function jsonText(document: unknown): string {
  return `${printableJson(document, 2)}\n`;
}
