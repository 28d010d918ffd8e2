import type { Diff } from '../../model/diff.js';
import { number } from '../../model/quantity.js';
import { describeDiff, outcomeWords } from './words.js';
import { codeSpan } from '../markdown.js';

const shownPerKind = 50;

/**
 * A comparison in Markdown, to paste into a ticket. Everything that came off the network or out of a file stands in code spans,
 * where it is no markup, no link and nobody's mention. Without headings, so that it fits below any; ends in a line feed.
 */
export function formatDiffMarkdown(diff: Diff): string {
  const { outcome, sentence, from, to, sections, unshown } = describeDiff(diff, codeSpan, shownPerKind);
  const blocks = [
    [`**${outcomeWords[outcome]}**: ${sentence}`],
    [`- from ${from}`, `- to ${to}`],
    ...diff.warnings.map(({ message }) => [`> Warning: ${message}`]),
    ...sections.flatMap(({ title, count, rows }) => [
      [`**${title}**`],
      [
        ...rows.map(({ place, words }) => `- ${place}: ${words}`),
        ...(count > rows.length ? [`- … and ${number(count - rows.length)} more`] : []),
      ],
    ]),
    ...(unshown === undefined ? [] : [[unshown]]),
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}
