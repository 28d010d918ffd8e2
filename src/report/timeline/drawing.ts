import { dayMs, hourMs } from '../../model/duration.js';
import { groupBy } from '../../model/groups.js';
import { counted } from '../../model/quantity.js';
import type { EndpointTimeline, Stretch, Timeline } from '../../model/timeline.js';
import { heading, paint, paragraph, quoted, type Page, type Style } from '../page.js';

const margin = 2;
const portWidth = 5;
const gap = 2;
/** At 80 columns the line of a year has a column for every five days. */
const widestLine = 200;
const shownLines = 200;
const blank = ' ';

/** How each state is drawn; where a column of the drawing holds several, the first of these is drawn. */
const marks: Readonly<Record<Stretch['state'], readonly [mark: string, style: Style]>> = {
  open: ['█', 'bold'],
  unknown: ['?', 'yellow'],
  filtered: ['░', 'green'],
  closed: ['·', 'green'],
};
const order = ['open', 'unknown', 'filtered', 'closed'] as const satisfies readonly Stretch['state'][];

/** A span of time fitted to a number of columns. */
interface Axis {
  readonly start: number;
  readonly span: number;
  readonly columns: number;
}

/** A line for each endpoint over the time from the first scan to the last. */
export function drawnSection(page: Page, { endpoints, first, last }: Timeline): string[] {
  if (endpoints.length === 0) return [];
  const room = Math.min(page.width - margin - portWidth - gap, widestLine);
  const start = Date.parse(first);
  // What was seen in the last scan was seen after it began.
  const end = endpoints.reduce((latest, { stretches }) => {
    return Math.max(latest, Date.parse(stretches.at(-1)?.last ?? first));
  }, Date.parse(last));
  const axis: Axis = { start, span: Math.max(end - start, 1), columns: end > start ? room : 1 };
  const places = groupBy(
    endpoints.slice(0, shownLines),
    ({ address, vantage }) => `${quoted(address, 255)}, seen from ${quoted(vantage, 80)}`,
  );
  const left = ' '.repeat(margin + portWidth + gap);
  const more = endpoints.length - shownLines;
  return [
    ...heading(page, 'Over the time'),
    ...[...places].flatMap(([place, lines]) => [
      ...paragraph(page, place, margin),
      ...lines.map((endpoint) => lineOf(page, axis, endpoint)),
    ]),
    ...axisLines(axis).map((line) => paint(page, `${left}${line}`, 'dim')),
    ...(more > 0 ? [`  … and ${counted(more, 'more endpoint')} (see --json)`] : []),
    '',
    ...paragraph(page, legend(axis), margin),
  ];
}

function legend({ span, columns }: Axis): string {
  const words = order.map((state) => `${marks[state][0]} ${state}`);
  const each = span / columns;
  const column =
    columns === 1 ? '' : ` A column is ${wide(each)} wide; of several states in it the first of these is drawn.`;
  return `${words.join('   ')}   blank: nobody looked. Between looks that said the same the line is drawn through.${column}`;
}

function wide(milliseconds: number): string {
  if (milliseconds >= dayMs) return `${(milliseconds / dayMs).toFixed(1)} days`;
  if (milliseconds >= hourMs) return `${(milliseconds / hourMs).toFixed(1)} hours`;
  return `${Math.ceil(milliseconds / 1000)} s`;
}

function lineOf(page: Page, axis: Axis, { port, stretches }: EndpointTimeline): string {
  const cells = Array.from({ length: axis.columns }, (): Stretch['state'] | undefined => undefined);
  // What outranks the others is drawn last.
  for (const state of order.toReversed()) {
    for (const stretch of stretches) {
      if (stretch.state !== state) continue;
      cells.fill(state, columnOf(axis, Date.parse(stretch.first)), columnOf(axis, Date.parse(stretch.last)) + 1);
    }
  }
  const label = `${' '.repeat(margin)}${String(port).padStart(portWidth)}${' '.repeat(gap)}`;
  return `${label}${paintRuns(page, cells)}`.trimEnd();
}

function columnOf({ start, span, columns }: Axis, time: number): number {
  const column = Math.floor(((time - start) / span) * columns);
  return Math.min(Math.max(column, 0), columns - 1);
}

/** Painted run by run rather than mark by mark. */
function paintRuns(page: Page, cells: readonly (Stretch['state'] | undefined)[]): string {
  let line = '';
  for (let at = 0; at < cells.length;) {
    const state = cells[at];
    let end = at;
    while (end < cells.length && cells[end] === state) end++;
    const [mark, style] = state === undefined ? [blank, undefined] : marks[state];
    const run = mark.repeat(end - at);
    line += style === undefined ? run : paint(page, run, style);
    at = end;
  }
  return line;
}

/** The line of the axis, and the times of its ends and of as many points between them as fit. */
function axisLines(axis: Axis): string[] {
  const withTime = axis.span < 2 * dayMs;
  const label = (column: number) => {
    const time = new Date(
      axis.start + (axis.columns <= 1 ? 0 : (column / (axis.columns - 1)) * axis.span),
    ).toISOString();
    return withTime ? time.slice(5, 16).replace('T', ' ') : time.slice(0, 10);
  };
  const width = label(0).length;
  if (axis.columns < 2 * width + 2) return [label(0)];
  const parts = Math.min(6, Math.floor((axis.columns - width) / (2 * width)) || 1);
  const ticks = Array.from({ length: parts + 1 }, (_, at) => Math.round((at / parts) * (axis.columns - 1)));
  const rule = Array.from({ length: axis.columns }, (_, column) => (ticks.includes(column) ? '┴' : '─')).join('');
  let labels = '';
  for (const [at, tick] of ticks.entries()) {
    const place = at === 0 ? 0 : at === parts ? axis.columns - width : tick - Math.floor(width / 2);
    labels = `${labels.padEnd(place)}${label(tick)}`;
  }
  return [rule, labels];
}
