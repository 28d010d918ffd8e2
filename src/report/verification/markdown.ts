import { number } from '../../model/quantity.js';
import type { Verification } from '../../model/verification.js';
import { codeSpan } from '../markdown.js';
import { describeVerification, outcomeWords, type RowWords } from './words.js';

const marks: Readonly<Record<RowWords['outcome'], string>> = { pass: 'ok', fail: '**FAIL**', indeterminate: '**?**' };

/**
 * A verification in Markdown, to paste into a ticket. Everything that came off the network or out of a file stands in code spans,
 * where it is no markup, no link and nobody's mention. Without headings, so that it fits below any; ends in a line feed.
 */
export function formatVerificationMarkdown(verification: Verification): string {
  const words = describeVerification(verification, codeSpan);
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [[`**${title}**`], lines.map((line) => `- ${line}`)];
  const blocks = [
    [`**${words.headline}**: ${words.sentence}`],
    ...words.parts.flatMap(({ title, outcome, rows, summary }) => [
      [`**${title}: ${outcomeWords[outcome]}**`],
      [...rows.flatMap(rowLines), ...summary.map((line) => `- ${line}`)],
    ]),
    ...list('Also changed, and not against the proof', [
      ...words.changes.map(([place, text]) => `${place}: ${text}`),
      ...(words.moreChanges > 0 ? [`… and ${number(words.moreChanges)} more`] : []),
    ]),
    ...list('Doubts', words.warnings),
    ...list('What this does not prove', words.notes),
    ...list(
      'Signed off',
      words.facts.map(([label, text]) => `${label}: ${text}`),
    ),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function rowLines({ outcome, place, state, details }: RowWords): string[] {
  return [`- ${marks[outcome]} ${place}: ${state}`, ...details.map(([label, text]) => `  - ${label}: ${text}`)];
}
