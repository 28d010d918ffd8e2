import { counted, number } from '../../model/quantity.js';
import { shownMinute } from '../../model/shown-time.js';
import type { Exposure, HostWeekReport, WeeklyReport } from '../../model/weekly-report.js';
import type { ContentBlock, ContentSection, ToneText } from './section.js';
import { boundedTable, productWords, serviceName, shownRows, sinceWords } from './words.js';
import type { Quote } from '../words.js';

/** Of each host and vantage: what is exposed, with which version, and since when. */
export function exposedSections({ hosts }: WeeklyReport, quote: Quote): ContentSection[] {
  const more = hosts.length - shownRows;
  return [
    ...hosts.slice(0, shownRows).map((each) => exposedSection(each, quote)),
    ...(more > 0
      ? [{ title: 'More hosts', blocks: [text(`… and ${counted(more, 'more host')} (see the JSON)`)] }]
      : []),
  ];
}

function exposedSection(report: HostWeekReport, quote: Quote): ContentSection {
  const { host, vantage, exposed, self, latest } = report;
  const seen = shownMinute(latest.startedAt);
  const notes = [
    ...(self
      ? [`This machine looked at itself from ${quote(vantage, 80)}: it shows what listens, not what is exposed.`]
      : []),
    ...(latest.complete ? [] : [`The latest scan, of ${seen}, was stopped before it was done.`]),
    ...(exposed.length > 0 ? [] : [emptyWords(report, seen)]),
  ];
  return {
    title: `${self ? 'Listening on' : 'Exposed on'} ${quote(host, 255)}, seen from ${quote(vantage, 80)}`,
    blocks: [
      ...notes.map(text),
      ...boundedTable(
        [
          { title: 'Address', most: 40 },
          { title: 'Port', most: 5, right: true },
          { title: 'Service', most: 15 },
          { title: 'Product, version', most: 26 },
          { title: 'Open since', most: Infinity },
        ],
        exposed.map((exposure) => rowOf(exposure, quote)),
      ),
    ],
  };
}

function emptyWords({ looked, unknown, lookups }: HostWeekReport, seen: string): string {
  if (looked === 'blind') return `The latest scan, of ${seen}, could observe nothing of it.`;
  return unknown.length + lookups.length === 0
    ? `No port was seen open, by the scan of ${seen}.`
    : `No port was seen open by the scan of ${seen}, which could not observe everything.`;
}

function text(words: string): ContentBlock {
  return { kind: 'text', text: words, tone: 'doubt' };
}

function rowOf({ address, port, service, now, lastOpen, since }: Exposure, quote: Quote): (string | ToneText)[] {
  const open = sinceWords(since);
  return [
    quote(address, 255),
    String(port),
    serviceName(service, quote),
    productWords(service, quote),
    now === 'open' ? open : { text: `${open}; last seen open ${shownMinute(lastOpen)}, not known now`, tone: 'doubt' },
  ];
}

/** On what the report rests: how many scans, and how many of them failed. */
export function groundsSection({ hosts }: WeeklyReport, quote: Quote): ContentSection {
  const rows = hosts.map(({ host, vantage, scans, latest, comparedWith }): (string | ToneText)[] => [
    `${quote(host, 255)}\nfrom ${quote(vantage, 80)}`,
    scans.count === 0 ? { text: '0', tone: 'doubt' } : number(scans.count),
    number(scans.stopped),
    number(scans.undecided),
    shownMinute(latest.startedAt),
    comparedWith === undefined ? '–' : shownMinute(comparedWith),
  ]);
  return {
    title: 'What this rests on',
    blocks: boundedTable(
      [
        { title: 'Host', most: 30 },
        { title: 'Scans', most: 6, right: true },
        { title: 'Stopped', most: 7, right: true },
        { title: 'Undecided', most: 9, right: true },
        { title: 'Latest', most: 10 },
        { title: 'Compared with', most: Infinity },
      ],
      rows,
    ),
  };
}
