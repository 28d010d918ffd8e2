import { groupBy } from '../../model/groups.js';
import { counted, number } from '../../model/quantity.js';
import { shownMinute } from '../../model/shown-time.js';
import { compareAddressTexts, compareTexts } from '../../model/text-order.js';
import type { EndpointTimeline, HostSummary, Timeline } from '../../model/timeline.js';
import { columnLines, type Cell, type Column } from '../columns.js';
import { heading, openPage, paint, paragraph, quoted, type Page, type PageOptions, type Style } from '../page.js';
import { changesSection } from './changes.js';
import { drawnSection } from './drawing.js';
import { endpointSection } from './endpoint.js';
import { isLookedAtLast, versionWords } from './words.js';

const shownVersions = 4;
const shownAddresses = 50;
const dateAlone = 10;
const dateAndTime = 16;
/** From this width on, a time has room beside its date. */
const roomy = 100;

export interface TimelineOptions extends PageOptions {
  /** A line for each endpoint over the time. */
  readonly drawn?: boolean;
}

/**
 * What the history says of a host, or of one port of it: when it was first and last seen open, what changed, which versions, on which
 * address, from which vantage. Safe for a terminal; ends in a line feed.
 */
export function formatTimeline(timeline: Timeline, options: TimelineOptions): string {
  const page = openPage(options);
  const [first = '', ...rest] = paragraph(page, headline(timeline));
  const host = quoted(timeline.host, 255);
  const endpoints = timeline.endpoints.toSorted(inOrder);
  const sorted = { ...timeline, endpoints };
  const lines = [
    `${paint(page, host, 'bold')}${first.slice(host.length)}`,
    ...rest,
    ...paragraph(page, kept(timeline)).map((line) => paint(page, line, 'dim')),
    ...(options.drawn === true ? drawnSection(page, sorted) : []),
    ...(timeline.port === undefined
      ? [...openTables(page, sorted), ...changesSection(page, sorted)]
      : endpoints.flatMap((endpoint) => endpointSection(page, sorted, endpoint))),
    ...addressesSection(page, timeline),
  ];
  return `${lines.join('\n')}\n`;
}

/** Everything that the history holds, a line for each host and vantage. */
export function formatHosts(summaries: readonly HostSummary[], options: PageOptions): string {
  const page = openPage(options);
  if (summaries.length === 0) return 'The history holds no scan yet.\n';
  const times = timeWidth(page);
  const columns: readonly Column[] = [
    { title: 'HOST', most: page.width >= roomy ? 45 : 23 },
    { title: 'SEEN FROM', most: 16 },
    { title: 'SCANS', most: 7, right: true },
    { title: 'FIRST', most: times },
    { title: 'LAST', most: times },
    { title: 'OPEN', most: 6, right: true },
    { title: 'VERDICT', most: 13 },
  ];
  const rows = summaries.map(({ host, vantage, scans, first, last, open, verdict }): Cell[] => [
    quoted(host, 255),
    quoted(vantage, 80),
    String(scans),
    shownMinute(first),
    shownMinute(last),
    String(open),
    verdict === 'none' ? '–' : { text: verdict, style: verdictStyles[verdict] },
  ]);
  const hosts = new Set(summaries.map(({ host }) => host)).size;
  const lines = [
    paint(page, `The history holds ${counted(hosts, 'host')}.`, 'bold'),
    ...paragraph(page, 'OPEN and VERDICT are those of the last scan. Times are in UTC.'),
    '',
    ...columnLines(page, columns, rows),
  ];
  return `${lines.join('\n')}\n`;
}

const verdictStyles: Readonly<Record<Exclude<HostSummary['verdict'], 'none'>, Style>> = {
  pass: 'green',
  fail: 'red',
  indeterminate: 'yellow',
};

function headline({ host, port, endpoints }: Timeline): string {
  const subject = `${quoted(host, 255)}${port === undefined ? '' : `, port ${port}`}`;
  const ever = endpoints.filter(({ firstOpen }) => firstOpen !== undefined);
  if (ever.length === 0) {
    return `${subject}: ${port === undefined ? 'no port was' : 'not once'} seen open, as far as the scans that are kept could see.`;
  }
  const open = ever.filter(({ openSince }) => openSince !== undefined).length;
  const last = open === 0 ? 'none' : open === ever.length && open > 1 ? 'all' : number(open);
  return `${subject}: ${counted(ever.length, 'endpoint was', 'endpoints were')} seen open; ${last} ${open === 1 ? 'was' : 'were'} still open when last seen.`;
}

function kept({ scans, first, last }: Timeline): string {
  const span =
    scans === 1 ? `of ${shownMinute(first)}` : `the first of ${shownMinute(first)}, the last of ${shownMinute(last)}`;
  return `${counted(scans, 'scan')} kept, ${span}. Times are in UTC.`;
}

function inOrder(a: EndpointTimeline, b: EndpointTimeline): number {
  return compareTexts(a.vantage, b.vantage) || compareAddressTexts(a.address, b.address) || a.port - b.port;
}

function timeWidth({ width }: Page): number {
  return width >= roomy ? dateAndTime : dateAlone;
}

/** One table for each address and vantage, so that neither is squeezed into a column. */
function openTables(page: Page, timeline: Timeline): string[] {
  const ever = timeline.endpoints.filter(({ firstOpen }) => firstOpen !== undefined);
  const times = timeWidth(page);
  const columns: readonly Column[] = [
    { title: 'PORT', most: 5, right: true },
    { title: 'LAST STATE', most: 10 },
    { title: 'FIRST OPEN', most: times },
    { title: 'LAST OPEN', most: times },
    { title: 'OPEN SINCE', most: times + 2 },
    { title: 'VERSIONS', most: Infinity },
  ];
  const isOlder = ever.some(({ openSince }) => openSince !== undefined && openSince.notBefore === undefined);
  const places = groupBy(ever, ({ vantage, address, family }) => placeOf(address, family, vantage));
  const tables = [...places].flatMap(([place, endpoints]) => [
    ...heading(page, `Ever open on ${place}`),
    ...columnLines(
      page,
      columns,
      endpoints.map((endpoint) => rowOf(timeline, endpoint)),
    ),
  ]);
  const note = '≤ it was open at the first look that could tell: when it was opened is not known';
  return [...tables, ...(isOlder ? ['', ...paragraph(page, note, 2)] : [])];
}

function placeOf(address: string, family: number, vantage: string): string {
  return `${quoted(address, 255)} (IPv${family}), seen from ${quoted(vantage, 80)}`;
}

function rowOf(timeline: Timeline, endpoint: EndpointTimeline): Cell[] {
  const { port, stretches, firstOpen, lastOpen, openSince } = endpoint;
  const last = stretches.at(-1);
  const isOld = last !== undefined && !isLookedAtLast(timeline, endpoint);
  const state =
    last === undefined
      ? 'unknown'
      : [last.state, ...(last.self === true ? ['from itself'] : []), ...(isOld ? ['not looked at since'] : [])].join(
          '\n',
        );
  return [
    String(port),
    { text: state, style: last === undefined || isOld ? 'yellow' : stateStyles[last.state] },
    firstOpen === undefined ? '–' : shownMinute(firstOpen),
    lastOpen === undefined ? '–' : shownMinute(lastOpen),
    openSince === undefined ? '–' : `${openSince.notBefore === undefined ? '≤ ' : ''}${shownMinute(openSince.first)}`,
    versionsOf(endpoint),
  ];
}

const stateStyles: Readonly<Record<EndpointTimeline['stretches'][number]['state'], Style>> = {
  open: 'bold',
  closed: 'green',
  filtered: 'green',
  unknown: 'yellow',
};

/** What answered there, the latest first. */
function versionsOf({ stretches }: EndpointTimeline): string {
  const versions = [...new Set(stretches.toReversed().flatMap((stretch) => versionWords(stretch) ?? []))];
  const more = versions.length - shownVersions;
  return [
    ...versions.slice(0, shownVersions).map((words, at) => (at === 0 ? words : `before: ${words}`)),
    ...(more > 0 ? [`and ${number(more)} more`] : []),
  ].join('\n');
}

/** Which addresses the host had when; only where it was not the same one all along. */
function addressesSection(page: Page, { addresses, first, last }: Timeline): string[] {
  const isAllAlong = (each: Timeline['addresses'][number]) => each.first === first && each.last === last;
  if (addresses.every((each) => isAllAlong(each) && each.unobserved !== true)) return [];
  const lines = addresses.map(
    ({ address, family, vantage, first: from, last: to, unobserved }) =>
      `${placeOf(address, family, vantage)}: ${from === to ? shownMinute(from) : `${shownMinute(from)} to ${shownMinute(to)}`}${unobserved === true ? '; nothing could be observed there' : ''}`,
  );
  const more = lines.length - shownAddresses;
  return [
    ...heading(page, 'Scans found these addresses'),
    ...lines.slice(0, shownAddresses).flatMap((line) => paragraph(page, line, 2)),
    ...(more > 0 ? [`  … and ${counted(more, 'more address', 'more addresses')} (see --json)`] : []),
  ];
}
