import Table from 'cli-table3';
import { groupBy } from '../model/groups.js';
import { counted } from '../model/quantity.js';
import type { OpenEntry, Snapshot } from '../model/snapshot.js';
import { heading, paint, paragraph, quoted, textWidth, wrap, type Page } from './page.js';

/** cli-table3 takes a second for every few thousand rows; the JSON has them all. */
const shownRows = 1000;
const indent = 2;
const gap = 2;
/** The last column is left out where all rows would say the same there; the heading says it then. */
const titles = ['PORT', 'SERVICE', 'PRODUCT', 'IT SAYS', 'REASON'];
const saysColumn = 3;
/** The most that a column takes; what is left of the width goes to what the service says. */
const mostColumns = [5, 15, 24, Infinity, 24];
const leastSays = 20;

/** A line under the head, and space everywhere else. */
const rules = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: ' '.repeat(indent), 'left-mid': ' '.repeat(indent), mid: '─', 'mid-mid': '─'.repeat(gap) },
  ...{ right: '', 'right-mid': '', middle: ' '.repeat(gap) },
};

/** Every open port: one table for each address, so that the address is never squeezed into a column. */
export function openSection(page: Page, snapshot: Snapshot): string[] {
  if (snapshot.open.length === 0) return ['', 'No port was seen open.'];
  const byAddress = groupBy(snapshot.open.slice(0, shownRows), ({ address }) => address);
  const lines: string[] = [];
  for (const [address, entries] of byAddress) {
    const reasons = [...new Set(entries.map(({ reason }) => reason))];
    const because = reasons.length === 1 ? ` (${reasons.join('')})` : '';
    lines.push(
      ...heading(page, `Open on ${quoted(address, 255)}${because}`),
      ...tableOf(page, entries, snapshot.finishedAt, because === '' ? titles : titles.slice(0, -1)),
    );
  }
  if (snapshot.open.some(({ service }) => isGuess(service))) {
    lines.push(
      '',
      ...paragraph(page, '? the name usual for this port number; the service itself did not tell', indent),
    );
  }
  const more = snapshot.open.length - shownRows;
  if (more > 0) lines.push('', `  … and ${counted(more, 'more open port', 'more open ports')} (see --json)`);
  return lines;
}

function tableOf(page: Page, entries: readonly OpenEntry[], now: string, columns: readonly string[]): string[] {
  const rows = entries.map((entry) => cellsOf(page, entry, now).slice(0, columns.length));
  const widths = columns.map((title, column) =>
    Math.min(mostColumns[column] ?? 0, Math.max(...[title, ...rows.map((row) => row[column] ?? '')].map(widestLine))),
  );
  const taken = widths.reduce((sum, width, column) => sum + gap + (column === saysColumn ? 0 : width), indent - gap);
  const says = Math.max(leastSays, Math.min(page.width - taken, widths[saysColumn] ?? 0));
  const table = new Table({
    head: columns.map((title) => paint(page, title, 'dim')),
    chars: rules,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
    colAligns: ['right'],
  });
  for (const row of rows) {
    table.push(row.map((cell, column) => fitted(cell, column === saysColumn ? says : (widths[column] ?? 0))));
  }
  return table.toString().split('\n').map(trimmed);
}

function widestLine(cell: string): number {
  return cell.split('\n').reduce((widest, line) => Math.max(widest, textWidth(line)), 0);
}

function fitted(cell: string, width: number): string {
  return cell
    .split('\n')
    .flatMap((line) => wrap(line, width))
    .join('\n');
}

function trimmed(line: string): string {
  return line.trimEnd();
}

function isGuess({ name, method }: OpenEntry['service']): boolean {
  return method === 'table' && name !== 'unknown';
}

/** The cells of one row. Line breaks in them are the program's own: `quoted` leaves none of the network's. */
function cellsOf(page: Page, entry: OpenEntry, now: string): string[] {
  const { service } = entry;
  return [
    String(entry.port),
    `${quoted(service.name, 40)}${isGuess(service) ? '?' : ''}`,
    quoted([service.product, service.version].filter((part) => part !== undefined).join(' '), 120),
    sayings(page, entry, now).join('\n'),
    entry.reason,
  ];
}

function sayings(page: Page, { service, tls, tlsUpgrade, banner, trouble }: OpenEntry, now: string): string[] {
  const limit = page.verbosity > 0 ? 1000 : 56;
  const said: string[] = [];
  if (service.extraInfo !== undefined) said.push(quoted(service.extraInfo, limit));
  if (service.hostname !== undefined) said.push(`calls itself ${quoted(service.hostname, 255)}`);
  if (tls !== undefined) said.push(...tlsWords(page, tls, now));
  if (tlsUpgrade !== undefined && tlsUpgrade !== 'unknown') said.push(upgradeWords[tlsUpgrade]);
  if (banner !== undefined && banner.text !== '') said.push(excerpt(banner.text, limit));
  if (trouble !== undefined) said.push(`(${quoted(trouble, 200)})`);
  return said;
}

/** The start of a banner, without the line end that closes it, and not cut within an escape. */
function excerpt(text: string, limit: number): string {
  return quoted(text.slice(0, 8 * limit).replace(/(?:\\[rn])+$/, ''), limit).replace(
    /\\(?:x[0-9a-f]?|u\{?[0-9a-f]*)?…$/,
    '…',
  );
}

const upgradeWords = { offered: 'offers to go on inside TLS', refused: 'does not go on inside TLS' } as const;

function tlsWords(
  page: Page,
  { version, alpn, startTls, certificate }: NonNullable<OpenEntry['tls']>,
  now: string,
): string[] {
  const protocol = [version, alpn, startTls && 'when asked']
    .filter((part) => part !== undefined)
    .map((part) => quoted(part, 40));
  if (certificate === undefined) return [protocol.join(' ')];
  const { subject, issuer, sans, validTo, selfSigned } = certificate;
  const end = quoted(validTo.slice(0, 10), 10);
  const ended = Date.parse(validTo) < Date.parse(now);
  const validity = `${ended ? 'expired' : 'until'} ${end}${selfSigned ? ', self-signed' : ''}`;
  return [
    `${protocol.join(' ')}, ${quoted(subject, 120)}, ${validity}`,
    ...(page.verbosity > 0
      ? [`issued by ${quoted(issuer, 200)}${sans.length > 0 ? `, for ${quoted(sans.join(' '), 1000)}` : ''}`]
      : []),
  ];
}
