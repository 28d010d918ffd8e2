import { html, raw } from 'hono/html';
import type { WeeklyReport } from '../../model/weekly-report.js';
import { quoted } from '../page.js';
import { weeklyContent } from './content.js';
import type { ContentBlock, ContentTable, ToneText } from './section.js';
import { weeklyStyle } from './style.js';

/** A word of up to this length, such as an address, is not broken within a cell; a longer one is, wherever it must be. */
const longestWhole = 50;

/**
 * The report as one HTML page that needs nothing else: no script, no picture, no font; a policy in its head forbids them all. Reads well
 * in light and dark, on a telephone, and in a mail. Every text is escaped by the template.
 */
export async function formatWeeklyHtml(report: WeeklyReport): Promise<string> {
  const { subject, tone, circumstances, sections } = weeklyContent(report, quoted);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
        />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${subject}</title>
        <style>
          ${raw(weeklyStyle)}
        </style>
      </head>
      <body>
        <main>
          <header class="${tone}">
            <h1>${subject}</h1>
            <p>${circumstances}</p>
          </header>
          ${sections.map(
            ({ title, blocks }) =>
              html`<section>
                <h2>${title}</h2>
                ${blocks.map(blockMarkup)}
              </section> `,
          )}
        </main>
      </body>
    </html> `;
  return (await page).toString();
}

type Markup = ReturnType<typeof html>;

function blockMarkup(block: ContentBlock): Markup {
  switch (block.kind) {
    case 'text':
      return html`<p class="${block.tone}">${block.text}</p> `;
    case 'card':
      return html`<div class="card ${block.tone}">
        <h3>${block.title}</h3>
        <table class="facts">
          ${block.facts.map(
            ([name, text]) =>
              html`<tr>
                <th scope="row">${name}</th>
                <td>${text}</td>
              </tr> `,
          )}
        </table>
      </div> `;
    case 'table':
      return tableMarkup(block);
  }
}

function tableMarkup({ columns, rows }: ContentTable): Markup {
  const alignment = (at: number) => (columns[at]?.right === true ? 'right' : 'left');
  return html`<div class="wide">
    <table>
      <thead>
        <tr>
          ${columns.map(({ title }, at) => html`<th scope="col" class="${alignment(at)}">${title}</th> `)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((cell, at) => cellMarkup(cell, alignment(at)))}
            </tr> `,
        )}
      </tbody>
    </table>
  </div> `;
}

function cellMarkup(cell: string | ToneText, alignment: string): Markup {
  const { text, tone } = typeof cell === 'string' ? { text: cell, tone: 'plain' } : cell;
  const lines = text.split('\n').map((line, at) => (at === 0 ? html`${line}` : html`<br />${line}`));
  const isLong = text.split(/[ \n]/).some((word) => word.length > longestWhole);
  return html`<td class="${alignment} ${tone}${isLong ? ' long' : ''}">${lines}</td> `;
}
