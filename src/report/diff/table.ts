import type { Diff, DiffOutcome } from '../../model/diff.js';
import { number } from '../../model/quantity.js';
import { describeDiff, outcomeWords, type DiffSection } from './words.js';
import { labelled, openPage, paint, paragraph, quoted, textWidth, type PageOptions, type Style } from '../page.js';

const shownPerKind = 50;
const widestLabel = 40;

const outcomeStyles: Readonly<Record<DiffOutcome, Style>> = {
  same: 'green',
  different: 'red',
  'coverage-lost': 'yellow',
};

/** What may be reached now and could not be before. */
const exposes: readonly DiffSection['kind'][] = ['opened', 'address-appeared'];

/** What a person reads of a comparison. Safe for a terminal and bounded like `formatReport`; ends in a line feed. */
export function formatDiff(diff: Diff, options: PageOptions): string {
  const page = openPage(options);
  const { outcome, sentence, from, to, sections, unshown } = describeDiff(diff, quoted, shownPerKind);
  const word = outcomeWords[outcome];
  const [first = '', ...rest] = paragraph(page, `${word}: ${sentence}`);
  const lines = [
    `${paint(page, word, 'bold', outcomeStyles[outcome])}${first.slice(word.length)}`,
    ...rest,
    ...labelled(page, 0, 'from', 4, from),
    ...labelled(page, 0, 'to', 4, to),
    ...diff.warnings.flatMap(({ message }) => paragraph(page, `warning: ${quoted(message)}`)),
  ];
  for (const { kind, title, count, rows } of sections) {
    const labelWidth = Math.min(widestLabel, Math.max(...rows.map(({ place }) => textWidth(place))));
    lines.push('', paint(page, title, 'bold', ...(exposes.includes(kind) ? ['red' as const] : [])));
    for (const { place, words } of rows) lines.push(...labelled(page, 2, place, labelWidth, words));
    if (count > rows.length) lines.push(`  … and ${number(count - rows.length)} more (see --json)`);
  }
  if (unshown !== undefined) lines.push('', ...paragraph(page, unshown));
  return `${lines.join('\n')}\n`;
}
