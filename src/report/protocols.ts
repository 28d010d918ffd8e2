import { printableBytes, shorten } from '../model/printable.js';
import type { ProtocolSheet } from '../model/protocol-sheet.js';
import { formatRanges, rangesOf } from '../model/ports.js';
import { counted } from '../model/quantity.js';
import { columnLines, type Column } from './columns.js';
import { labelled, openPage, paint, paragraph, quoted, type Page, type PageOptions } from './page.js';

const columns: readonly Column[] = [
  { title: 'PROTOCOL', most: 24 },
  { title: 'PORTS', most: 18 },
  { title: 'RECOGNISED BY', most: 44 },
  { title: 'SENT', most: 24 },
  { title: 'LEFT WITH', most: 12 },
  { title: "IN THE SERVER'S LOG", most: 44 },
];
/** Of what is sent, in a row of the table and on the page of one protocol, in characters; the JSON has all of it. */
const [shownBytes, shownAtLength] = [36, 400];
const shownRanges = 2;
const labelWidth = 14;

/** What a person reads of all protocols: a table. Ends in a line feed. */
export function formatProtocols(sheets: readonly ProtocolSheet[], options: PageOptions): string {
  const page = openPage(options);
  const rows = sheets.map((sheet) => [
    sheet.name,
    portCell(sheet),
    sheet.recognisedBy,
    sentWords(sheet, shownBytes),
    farewellWords(sheet, shownBytes),
    sheet.logs,
  ]);
  const lines = [
    `${counted(sheets.length, 'protocol')} by which an open port is named:`,
    '',
    ...columnLines(page, columns, rows, 0),
    '',
    ...paragraph(
      page,
      '–: the connection is closed, and nothing said. Every port is listened to first. Only one that stays silent is asked: what its number suggests, else TLS and the least that ' +
        'makes the most common services speak. Nobody is logged in. exposcan protocols NAME tells more of one.',
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** What a person reads of one protocol. Ends in a line feed. */
export function formatProtocol(sheet: ProtocolSheet, options: PageOptions): string {
  const page = openPage(options);
  const { name, ports, overTls, recognisedBy, logs, punishes, sources } = sheet;
  const row = (label: string, text: string) => labelled(page, 2, label, labelWidth, text);
  const lines = [
    paint(page, name, 'bold'),
    ...(ports.length === 0 ? [] : row('usual ports', ports.join(', '))),
    ...(overTls === undefined ? [] : row('inside TLS', `${overTls.name}, usually on ${overTls.ports.join(', ')}`)),
    ...row('recognised by', recognisedBy),
    ...row('sent', sentWords(sheet, shownAtLength)),
    ...row('left with', farewellWords(sheet, shownAtLength)),
    ...row("server's log", logs),
    ...(punishes ? row('connections', 'one for each endpoint and scan: it holds them against strangers') : []),
    ...sourceLines(page, sources),
  ];
  return `${lines.join('\n')}\n`;
}

function sourceLines(page: Page, sources: readonly string[]): string[] {
  return sources.flatMap((source, at) => labelled(page, 2, at === 0 ? 'tested with' : '', labelWidth, quoted(source)));
}

function portCell({ ports, overTls }: ProtocolSheet): string {
  const insideTls = overTls === undefined ? [] : [`TLS ${portList(overTls.ports)}`];
  return [...(ports.length === 0 ? [] : [portList(ports)]), ...insideTls].join('\n');
}

/** In one piece, so that the column is not broken within it. */
function portList(ports: readonly number[]): string {
  const ranges = formatRanges(rangesOf(ports)).split(',');
  return ranges.length > shownRanges + 1 ? `${ranges.slice(0, shownRanges).join(',')},…` : ranges.join(',');
}

function sentWords({ sent, thenAsked, harmedBy }: ProtocolSheet, limit: number): string {
  if (harmedBy === 'printer') return 'nothing, ever';
  if (thenAsked !== undefined) return `after the greeting, ${shownText(thenAsked, limit)}`;
  if (sent === undefined) return 'nothing';
  return harmedBy === 'controller' ? `nothing; asked to, ${shownText(sent, limit)}` : shownText(sent, limit);
}

function farewellWords({ farewell }: ProtocolSheet, limit: number): string {
  return farewell === undefined ? '–' : shownText(farewell, limit);
}

function shownText(bytes: Uint8Array, limit: number): string {
  return shorten(printableBytes(bytes), limit);
}
