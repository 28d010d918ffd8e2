import { paint, textWidth, wrap, type Page, type Style } from './page.js';

const indent = 2;
const gap = 2;
/** Words up to this width, such as dates and most names, are not cut to make a table narrower. */
const longestWhole = 28;

/** One column of a table. The widths are in columns of the terminal. */
export interface Column {
  readonly title: string;
  /** A longer cell is broken into lines of this width. */
  readonly most: number;
  /** Set to the right, as numbers are. */
  readonly right?: true;
}

/** A cell: a printable text, or one that is to be painted. Line feeds in it break its lines. */
export type Cell = string | { readonly text: string; readonly style: Style };

/**
 * A table without borders, a line under its head, fitted to the page. Addresses stay whole, as `wrap` keeps them.
 */
export function columnLines(
  page: Page,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  margin = indent,
): string[] {
  const widths = fittedWidths(
    columns.map(({ title, most }, at) =>
      Math.min(most, Math.max(textWidth(title), ...rows.map((row) => widest(textOf(row[at] ?? ''))))),
    ),
    columns.map(({ title }, at) => {
      const words = rows.flatMap((row) => textOf(row[at] ?? '').split(/[ \n]/));
      return Math.max(textWidth(title), Math.min(longestWhole, Math.max(0, ...words.map(textWidth))));
    }),
    page.width - margin - gap * (columns.length - 1),
  );
  const head = lineOf(
    columns.map(({ title, right }, at) => aligned(title, widths[at] ?? 0, right, (text) => paint(page, text, 'dim'))),
    margin,
  );
  const rule = `${' '.repeat(margin)}${'─'.repeat(widths.reduce((sum, width) => sum + width + gap, -gap))}`;
  return [head, rule, ...rows.flatMap((row) => rowLines(page, columns, widths, row, margin))];
}

/** Takes from the widest column, again and again, until all fit, or none can be made narrower. */
function fittedWidths(wanted: readonly number[], least: readonly number[], room: number): number[] {
  const widths = [...wanted];
  let excess = widths.reduce((sum, width) => sum + width, 0) - room;
  while (excess > 0) {
    const spare = widths.map((width, at) => (width > (least[at] ?? 0) ? width : 0));
    const widestAt = spare.indexOf(Math.max(...spare));
    if ((spare[widestAt] ?? 0) === 0) break;
    // Down to the next widest at once: a cell may be thousands of columns wide.
    const next = Math.max(least[widestAt] ?? 0, ...spare.filter((_, at) => at !== widestAt));
    const cut = Math.max(1, Math.min(excess, (widths[widestAt] ?? 0) - next));
    widths[widestAt] = (widths[widestAt] ?? 0) - cut;
    excess -= cut;
  }
  return widths;
}

function rowLines(
  page: Page,
  columns: readonly Column[],
  widths: readonly number[],
  row: readonly Cell[],
  margin: number,
): string[] {
  const cells = row.map((cell, at) =>
    textOf(cell)
      .split('\n')
      .flatMap((line) => wrap(line, widths[at] ?? 1)),
  );
  // An address that is wider than its column stands on a line of its own, and the rest of the row under it.
  const above = cells.flatMap((lines, at) => {
    const [first = ''] = lines;
    if (textWidth(first) <= (widths[at] ?? 0)) return [];
    lines.shift();
    const before = widths.slice(0, at).reduce((sum, width) => sum + width + gap, margin);
    return [`${' '.repeat(before)}${first}`];
  });
  const height = Math.max(1, ...cells.map((lines) => lines.length));
  const below = Array.from({ length: height }, (_, line) =>
    lineOf(
      columns.map(({ right }, at) => {
        const cell = row[at] ?? '';
        const brush = (text: string) => (typeof cell === 'string' ? text : paint(page, text, cell.style));
        return aligned(cells[at]?.[line] ?? '', widths[at] ?? 0, right, brush);
      }),
      margin,
    ),
  );
  return [...above, ...below];
}

function lineOf(cells: readonly string[], margin: number): string {
  return `${' '.repeat(margin)}${cells.join(' '.repeat(gap))}`.trimEnd();
}

function aligned(text: string, width: number, right: true | undefined, brush: (text: string) => string): string {
  const fill = ' '.repeat(Math.max(0, width - textWidth(text)));
  if (text === '') return fill;
  return right === true ? `${fill}${brush(text)}` : `${brush(text)}${fill}`;
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}

function widest(text: string): number {
  return text.split('\n').reduce((most, line) => Math.max(most, textWidth(line)), 0);
}
