import { familyOf, formatEndpoint } from '../../model/address.js';
import { number } from '../../model/quantity.js';
import { shownMinute } from '../../model/shown-time.js';
import type { OpenEntry } from '../../model/snapshot.js';
import type { Moment } from '../../model/weekly-report.js';
import type { ContentBlock, ContentTable } from './section.js';
import type { Quote } from '../words.js';

/** More rows of one table are for the JSON. */
export const shownRows = 200;

/** `between 2026-11-20 03:00 and 2026-11-21 03:00`: nobody saw the moment itself. */
export function momentWords({ after, by }: Moment): string {
  return after === undefined ? `by ${shownMinute(by)}` : `between ${shownMinute(after)} and ${shownMinute(by)}`;
}

/** Since when something is open: what was open at the first look may have been so for years. */
export function sinceWords(since: Moment | undefined): string {
  if (since === undefined) return 'not known';
  return since.after === undefined ? `${shownMinute(since.by)} or before` : momentWords(since);
}

export function endpointWords(address: string, port: number, quote: Quote): string {
  return quote(formatEndpoint({ family: familyOf(address), text: address }, port), 270);
}

/** `mysql`, with a `?` where only the port number says so. */
export function serviceName({ name, method }: OpenEntry['service'], quote: Quote): string {
  if (name === 'unknown') return 'not identified';
  return `${quote(name, 40)}${method === 'table' ? '?' : ''}`;
}

export function productWords({ product, version }: OpenEntry['service'], quote: Quote): string {
  const words = [product, version].filter((part) => part !== undefined).join(' ');
  return words === '' ? '–' : quote(words, 120);
}

/** A table of the first rows, and how many there are beyond. */
export function boundedTable(columns: ContentTable['columns'], rows: ContentTable['rows']): ContentBlock[] {
  if (rows.length === 0) return [];
  const more = rows.length - shownRows;
  return [
    { kind: 'table', columns, rows: rows.slice(0, shownRows) },
    ...(more > 0
      ? [{ kind: 'text' as const, text: `… and ${number(more)} more (see the JSON)`, tone: 'plain' as const }]
      : []),
  ];
}
