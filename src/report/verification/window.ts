import { shownTime } from '../../model/shown-time.js';
import type { ChangeWindow, ProofRow, Proved } from '../../model/verification.js';
import { counted } from '../../model/quantity.js';
import { openPage, paint, paragraph, quoted, type PageOptions } from '../page.js';
import { bounded, formatPortList } from '../words.js';
import { partLines } from './text.js';
import type { outcomeWords } from './words.js';
import { rowWords, type PartWords } from './words.js';

/** Nothing is proved of a change that is yet to come. */
const beforeWords: typeof outcomeWords = {
  pass: 'the before is as expected',
  fail: 'the before is not as expected',
  indeterminate: 'the before could not be observed',
};

const shownRows = 20;
const shownTargets = 5;

/** What the scan before shows of a change window. */
export interface ShownBefore {
  readonly expectations: readonly Proved[];
  readonly keeps: readonly Proved[];
  readonly unknown: readonly ProofRow[];
  /** Other open endpoints, which are to stay as they are. */
  readonly others: number;
}

/** What a person reads of a window that was opened. `next`: what to do then. Safe for a terminal; ends in a line feed. */
export function formatWindow(window: ChangeWindow, before: ShownBefore, next: readonly string[], options: PageOptions) {
  const page = openPage(options);
  const { expectations, keeps, unknown, others } = before;
  const outcomes = [...expectations, ...keeps].map(({ outcome }) => outcome);
  const [word, style, sentence] = outcomes.includes('fail')
    ? ([
        'NOT AS EXPECTED',
        'red',
        'the before is kept, but it is not what the change is expected to start from',
      ] as const)
    : outcomes.includes('indeterminate') || unknown.length > 0
      ? ([
          'NOT ALL OBSERVED',
          'yellow',
          'the before is kept, and what it could not observe cannot be proved later',
        ] as const)
      : (['OPENED', 'green', 'the before is kept, and it is as expected'] as const);
  const targets = bounded(
    window.targets.map((target) => quoted(target, 255)),
    shownTargets,
  );
  const { asked, id, addresses } = window.before;
  const scan = id === undefined ? '' : `, scan #${id}`;
  const scope = `${targets}, ${counted(addresses.length, 'address', 'addresses')}, ${formatPortList(asked.ports)}${scan}, ${shownTime(window.openedAt)}`;
  const [first = '', ...rest] = paragraph(page, `${word}: ${sentence}.`);
  const lines = [
    `${paint(page, word, 'bold', style)}${first.slice(word.length)}`,
    ...rest,
    ...paragraph(page, scope, 2),
    ...window.expectations.flatMap(({ text, from }, index) =>
      partLines(
        page,
        part(`Expected: ${quoted(text, 120)}`, `is ${from}, as it should be before`, expectations[index]),
        beforeWords,
      ),
    ),
    ...window.keeps.flatMap(({ text }, index) =>
      partLines(page, part(`Kept: ${quoted(text, 60)}`, 'is there', keeps[index]), beforeWords),
    ),
    ...(unknown.length === 0
      ? []
      : partLines(page, part('Everything else', '', { outcome: 'indeterminate', rows: [...unknown] }), beforeWords)),
    '',
    ...paragraph(
      page,
      `${counted(others, 'other open endpoint is', 'other open endpoints are')} to stay, and nothing else may open.`,
    ),
    ...next.flatMap((line) => paragraph(page, line)),
  ];
  return `${lines.join('\n')}\n`;
}

function part(
  title: string,
  holds: string,
  { outcome, rows }: Proved = { outcome: 'indeterminate', rows: [] },
): PartWords {
  const shown = rows.slice(0, shownRows);
  return {
    title,
    outcome,
    rows: shown.map((row) => withoutAfter(rowWords(row, quoted))),
    summary: [
      ...(rows.length > shown.length ? [`… and ${rows.length - shown.length} more (see --json)`] : []),
      ...(outcome === 'pass' && holds !== '' ? [holds] : []),
    ],
  };
}

/** There is no after yet: the evidence is that of the before. */
function withoutAfter(row: PartWords['rows'][number]): PartWords['rows'][number] {
  const details = row.details.flatMap(([label, text]) => {
    if (label === 'before') return [];
    return [[label === 'after' || label === 'why' ? 'seen' : label, text] as const];
  });
  return { ...row, details };
}
