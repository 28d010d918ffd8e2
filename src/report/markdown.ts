import { quoted } from './page.js';

/**
 * Text from the network or a file as a code span (CommonMark 0.31.2, 6.1), printable and no longer than `limit` characters before its
 * fence. Inside it nothing is markup: no link, no HTML, no image, and no name that a tracker would send a mail to. The fence is longer
 * than any run of backticks inside, so the text cannot end it. In a row of a table a pipe would still end the cell.
 */
export function codeSpan(text: string, limit = 300): string {
  const shown = quoted(text, limit);
  if (shown.trim() === '') return '(empty)';
  const longest = Math.max(0, ...Array.from(shown.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  // One space at each end is taken away again where both are there.
  const pad = /^[ `]|[ `]$/.test(shown) ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}
