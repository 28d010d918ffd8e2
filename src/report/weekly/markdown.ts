import type { WeeklyReport } from '../../model/weekly-report.js';
import { codeSpan } from '../markdown.js';
import { weeklyContent } from './content.js';
import type { ContentBlock, ToneText } from './section.js';

/**
 * The report in Markdown (CommonMark with the tables of GitHub's flavour), to paste into a ticket or a page. Everything that came off
 * the network or out of a file stands in code spans, where it is no markup, no link and nobody's mention.
 */
export function formatWeeklyMarkdown(report: WeeklyReport): string {
  const { subject, circumstances, sections } = weeklyContent(report, codeSpan);
  const blocks = [
    `# ${escaped(subject)}`,
    circumstances,
    ...sections.flatMap(({ title, blocks }) => [`## ${title}`, ...blocks.map(blockText)]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function blockText(block: ContentBlock): string {
  switch (block.kind) {
    case 'text':
      return block.text;
    case 'card':
      return [`### ${block.title}`, '', ...block.facts.map(([name, text]) => `- **${name}** ${text}`)].join('\n');
    case 'table':
      return [
        row(block.columns.map(({ title }) => title)),
        row(block.columns.map(({ right }) => (right === true ? '--:' : '---'))),
        ...block.rows.map((cells) => row(cells.map(cellText))),
      ].join('\n');
  }
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/**
 * A pipe ends a cell even within a code span, unless it is escaped (GFM 0.29, 4.10); a line break would end the table. Some renderers take
 * backslashes in pairs there and some do not: for both, the pipe is escaped by an odd number of them.
 */
function cellText(cell: string | ToneText): string {
  const text = typeof cell === 'string' ? cell : cell.tone === 'bad' ? `**${cell.text}**` : cell.text;
  return text
    .replaceAll('\n', ', ')
    .replace(/(\\*)\|/g, (_, slashes: string) => `${slashes}${slashes.length % 2 === 0 ? '\\' : '\\\\'}|`);
}

/**
 * Text that is to stand outside of a code span: every ASCII punctuation character may be escaped (CommonMark 0.31.2, 2.4). What GitHub's flavour
 * makes links of by itself (GFM 0.29, 6.9) is none then either.
 */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\`*_{}[\]>|~#!$@]|:(?=\/\/)|(?<=www)\./gi, '\\$&');
}
