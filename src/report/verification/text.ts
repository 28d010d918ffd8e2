import { number } from '../../model/quantity.js';
import type { Verification } from '../../model/verification.js';
import {
  heading,
  labelled,
  openPage,
  paint,
  paragraph,
  quoted,
  type Page,
  type PageOptions,
  type Style,
} from '../page.js';
import { describeVerification, outcomeWords, type PartWords, type RowWords } from './words.js';

const factWidth = 12;
const detailWidth = 6;

const verdictStyles: Readonly<Record<Verification['verdict'], Style>> = {
  proven: 'green',
  'not-proven': 'red',
  indeterminate: 'yellow',
};
const outcomeStyles: Readonly<Record<PartWords['outcome'], Style>> = {
  pass: 'green',
  fail: 'red',
  indeterminate: 'yellow',
};

/** What a person reads of a verification. Safe for a terminal and bounded like `formatReport`; ends in a line feed. */
export function formatVerification(verification: Verification, options: PageOptions): string {
  const page = openPage(options);
  const words = describeVerification(verification, quoted);
  const { headline, sentence } = words;
  const [first = '', ...rest] = paragraph(page, `${headline}: ${sentence}`);
  const lines = [
    `${paint(page, headline, 'bold', verdictStyles[verification.verdict])}${first.slice(headline.length)}`,
    ...rest,
    ...words.parts.flatMap((part) => partLines(page, part)),
    ...section(
      page,
      'Also changed, and not against the proof',
      words.changes.map(([place, text]) => `${place}: ${text}`),
    ),
    ...(words.moreChanges > 0 ? [`  … and ${number(words.moreChanges)} more (see --json)`] : []),
    ...section(page, 'Doubts', words.warnings),
    ...section(page, 'What this does not prove', words.notes),
    ...heading(page, 'Signed off'),
    ...words.facts.flatMap(([label, text]) => labelled(page, 2, label, factWidth, text)),
  ];
  return `${lines.join('\n')}\n`;
}

export function partLines(page: Page, { title, outcome, rows, summary }: PartWords, words = outcomeWords): string[] {
  return [
    '',
    ...paragraph(page, `${title}: ${words[outcome]}`).map((line, index) =>
      index === 0 ? paint(page, line, 'bold', outcomeStyles[outcome]) : line,
    ),
    ...rows.flatMap((row) => rowLines(page, row)),
    ...summary.flatMap((line) => paragraph(page, line, 2)),
  ];
}

function rowLines(page: Page, { outcome, place, state, details }: RowWords): string[] {
  const mark = outcome === 'pass' ? 'ok' : outcome === 'fail' ? 'FAIL' : '?';
  const [first = '', ...rest] = paragraph(page, `${mark.padEnd(4)} ${place}  ${state}`, 2);
  return [
    first.replace(mark, paint(page, mark, outcomeStyles[outcome])),
    ...rest,
    ...details.flatMap(([label, text]) => labelled(page, 7, label, detailWidth, text)),
  ];
}

function section(page: Page, title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  return [...heading(page, title), ...lines.flatMap((line) => paragraph(page, line, 2))];
}
