import type { Exposure } from '../policy.js';
import {
  cellOf,
  expectationOnSide,
  sideLacking,
  sideUnclear,
  type Cell,
  type Expectation,
  type Knowledge,
} from './truth-table.js';

/** What a port was found to be, and what the rule takes as proof that it is not open. */
interface Column {
  readonly title: string;
  readonly knowledge: readonly Knowledge[];
  readonly accept: 'closed' | 'both';
}

const columns: readonly Column[] = [
  { title: 'open', knowledge: ['open'], accept: 'both' },
  { title: 'closed (`reset`, `conn-refused`)', knowledge: ['closed'], accept: 'both' },
  { title: 'filtered', knowledge: ['filtered'], accept: 'both' },
  { title: 'filtered, with `accept: [closed]`', knowledge: ['filtered'], accept: 'closed' },
  { title: 'unknown, too old, not scanned', knowledge: ['unknown', 'stale', 'not-covered'], accept: 'both' },
];

/** What a rule declares, and where the vantage stands. `lacking`: on the other side, and no other vantage on this one. */
interface Row {
  readonly title: string;
  readonly exposures: readonly Exposure[];
  readonly side: 'inside' | 'outside' | 'unclear' | 'lacking';
}

const rows: readonly Row[] = [
  { title: '`public`', exposures: ['public'], side: 'outside' },
  { title: '`local-only`, `absent`', exposures: ['local-only', 'absent'], side: 'outside' },
  { title: '`restricted`, seen from inside `from`', exposures: ['restricted'], side: 'inside' },
  { title: '`restricted`, seen from outside', exposures: ['restricted'], side: 'outside' },
  { title: '`restricted`, the side cannot be told', exposures: ['restricted'], side: 'unclear' },
  { title: '`restricted`, the side that no vantage looked from', exposures: ['restricted'], side: 'lacking' },
];

/** The README's table of what comes of each exposure and state, in Markdown, made from the table that judges. */
export function truthTableText(): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const lines = [
    line(['exposure', ...columns.map(({ title }) => title)]),
    `|${'---|'.repeat(columns.length + 1)}`,
    ...rows.map((row) => line([row.title, ...columns.map((column) => cellText(row, column))])),
  ];
  return `${lines.join('\n')}\n`;
}

function cellText({ exposures, side }: Row, { knowledge, accept }: Column): string {
  // A rule that is public asks for no proof that its port is closed, so it cannot say what it accepts as one.
  if (accept === 'closed' && exposures.includes('public')) return '–';
  const cells = exposures.flatMap((exposure) =>
    knowledge.map((known) => {
      if (side === 'lacking') return sideLacking;
      return cellFor(
        expectationOnSide(exposure, side),
        known,
        accept === 'closed' ? ['closed'] : ['closed', 'filtered'],
      );
    }),
  );
  const outcomes = [...new Set(cells.map(({ outcome }) => outcome))].join(' or ');
  const codes = [...new Set(cells.map(({ code }) => `\`${code}\``))].join(', ');
  return `${outcomes} (${codes})`;
}

function cellFor(expectation: Expectation, known: Knowledge, accept: Parameters<typeof cellOf>[2]): Cell {
  return expectation === 'undecidable' ? sideUnclear : cellOf(expectation, known, accept);
}
