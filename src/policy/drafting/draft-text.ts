import { stringify } from 'yaml';
import { terminalSafe } from '../../model/printable.js';

const width = 118;

/** What yaml-language-server and vi would take for an instruction, were a peer to send it: both read them out of comments. */
const instructions = /(vim?|\bex|yaml-language-server)([<=>\d]{0,8}\s?):/gi;

/**
 * A comment of one sentence or more, as lines of YAML. Whatever `text` holds, each line is a comment: line breaks of any kind and
 * what is not printable become visible escapes, and no line is an instruction to an editor.
 */
export function commentLines(indent: string, text: string): string[] {
  const safe = printableLine(text).replace(instructions, '$1$2;');
  const lines: string[] = [];
  let line = `${indent}#`;
  for (const word of safe.split(' ').filter((part) => part !== '')) {
    if (line.length + word.length + 1 > width && line !== `${indent}#`) {
      lines.push(line);
      line = `${indent}#`;
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

/** A text without line breaks of any kind, and without what YAML does not call printable. */
export function printableLine(text: string): string {
  return terminalSafe(text).replace(/\p{Cn}/gu, '?');
}

/** A text as a YAML value on one line, in quotes wherever some version of YAML or some reader might take it for anything else. */
export function scalar(text: string): string {
  const isPlain = /^[A-Za-z0-9][\w./-]*$/.test(text);
  return stringify(text, {
    lineWidth: 0,
    compat: 'yaml-1.1',
    defaultStringType: isPlain ? 'PLAIN' : 'QUOTE_DOUBLE',
  }).trimEnd();
}
