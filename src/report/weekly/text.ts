import type { WeeklyReport } from '../../model/weekly-report.js';
import { columnLines } from '../columns.js';
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
import { weeklyContent } from './content.js';
import type { ContentBlock, Tone, ToneText } from './section.js';

const labelWidth = 8;

const styles: Readonly<Record<Exclude<Tone, 'plain'>, Style>> = { bad: 'red', doubt: 'yellow', good: 'green' };

/** The report as a person reads it on a terminal, or in a mail that shows no HTML. Safe for a terminal; ends in a line feed. */
export function formatWeeklyText(report: WeeklyReport, options: PageOptions): string {
  const page = openPage(options);
  const { subject, tone, circumstances, sections } = weeklyContent(report, quoted);
  const lines = [
    ...paragraph(page, subject).map((line) => paint(page, line, 'bold', ...styleOf(tone))),
    ...paragraph(page, circumstances),
    ...sections.flatMap(({ title, blocks }) => [
      ...heading(page, title),
      ...blocks.flatMap((block, at) => [
        // A card is set off from whatever stands above it.
        ...(at > 0 && block.kind === 'card' ? [''] : []),
        ...blockLines(page, block),
      ]),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

function styleOf(tone: Tone): Style[] {
  return tone === 'plain' ? [] : [styles[tone]];
}

function blockLines(page: Page, block: ContentBlock): string[] {
  switch (block.kind) {
    case 'text':
      return paragraph(page, block.text, 2).map((line) => paint(page, line, ...styleOf(block.tone)));
    case 'card':
      return [
        ...paragraph(page, block.title, 2).map((line) => paint(page, line, ...styleOf(block.tone))),
        ...block.facts.flatMap(([name, text]) => labelled(page, 4, name, labelWidth, text)),
      ];
    case 'table':
      return columnLines(
        page,
        block.columns.map((column) => ({ ...column, title: column.title.toUpperCase() })),
        block.rows.map((row) => row.map(cellOf)),
      );
  }
}

function cellOf(cell: string | ToneText) {
  if (typeof cell === 'string') return cell;
  return cell.tone === 'plain' ? cell.text : { text: cell.text, style: styles[cell.tone] };
}
