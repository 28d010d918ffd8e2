import { shorten, terminalSafe } from '../model/printable.js';

/** How a report is to be laid out for a reader. */
export interface PageOptions {
  readonly colour: boolean;
  /** Columns of the terminal. Addresses are kept whole even where they do not fit. */
  readonly width: number;
  /** 0: what matters; 1 and more: more of what each service said. */
  readonly verbosity?: number;
}

/** `PageOptions` with the bounds applied. */
export interface Page {
  readonly colour: boolean;
  readonly width: number;
  /** Prose is not set wider than this, however wide the terminal. */
  readonly prose: number;
  readonly verbosity: number;
}

export function openPage({ colour, width, verbosity = 0 }: PageOptions): Page {
  const bounded = Math.min(Math.max(40, Math.floor(width)), 240);
  return { colour, width: bounded, prose: Math.min(bounded, 100), verbosity };
}

const hang = 2;
const styles = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const;
export type Style = keyof typeof styles;

export function paint(page: Page, text: string, ...wanted: readonly Style[]): string {
  if (!page.colour) return text;
  return wanted.reduce((inner, style) => `\x1b[${styles[style][0]}m${inner}\x1b[${styles[style][1]}m`, text);
}

/**
 * Text from the network or a file, safe for a terminal and no longer than `limit` characters. Runs of spaces of any kind
 * become one, so that no text can draw columns of its own.
 */
export function quoted(text: string, limit = 300): string {
  return shorten(terminalSafe(text.slice(0, 2 * limit + 2)).replace(/\p{Zs}+/gu, ' '), limit);
}

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Columns that an unpainted text takes on a terminal. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  if (character < '\u0300') return 1;
  if (/\p{Mn}|\p{Me}/u.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/** An IPv6 address, also with brackets, port, prefix length, a second address or punctuation about it. */
const address =
  /^["'([]*(?=[0-9a-f]*:[0-9a-f.]*:)[0-9a-f:.]+(?:%[\w.-]+)?(?:[/–-][0-9a-f:.]+(?:%[\w.-]+)?)?(?:\]:\d+)?[)\]"',;:.]*$/i;
const longestAddress = 140;

/** Breaks a text at its spaces into lines of at most `width` columns; a longer word is cut, an address never. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (textWidth(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = word.length <= longestAddress && address.test(word) ? [word] : cut(word, width);
    line = pieces.pop() ?? '';
    lines.push(...pieces);
  }
  return [...lines, line];
}

/** Cuts a word that is too long; before a backslash rather than behind it, so that `\x1b` stays readable. */
function cut(word: string, width: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  let used = 0;
  for (const character of word.match(/\\(?:x[0-9a-f]{2}|u\{[0-9a-f]+\}|.)|./gsu) ?? []) {
    const size = textWidth(character);
    if (used + size > width && piece !== '') {
      pieces.push(piece);
      piece = '';
      used = 0;
    }
    piece += character;
    used += size;
  }
  return [...pieces, piece];
}

/** A label and its text, the text's later lines under its first. */
export function labelled(page: Page, indent: number, label: string, labelWidth: number, text: string): string[] {
  const margin = ' '.repeat(indent);
  const gap = Math.max(labelWidth - textWidth(label), 0) + 2;
  return wrap(text, Math.max(page.prose - indent - labelWidth - 2, 20)).map((line, index) =>
    index === 0
      ? `${margin}${paint(page, label, 'dim')}${' '.repeat(gap)}${line}`
      : `${margin}${' '.repeat(labelWidth + 2)}${line}`,
  );
}

/** A paragraph. Its later lines hang by two, so that none of them can be taken for the start of another. */
export function paragraph(page: Page, text: string, indent = 0): string[] {
  return wrap(text, page.prose - indent - hang).map((line, index) =>
    `${' '.repeat(index === 0 ? indent : indent + hang)}${line}`.trimEnd(),
  );
}

export function heading(page: Page, text: string): string[] {
  return ['', paint(page, text, 'bold')];
}
