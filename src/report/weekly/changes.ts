import { isDifference } from '../../model/diff.js';
import type { ChangeKind } from '../../model/diff-change.js';
import { shownMinute } from '../../model/shown-time.js';
import type { HostWeekReport, Passing, WeeklyReport } from '../../model/weekly-report.js';
import { describeChange } from '../diff/change.js';
import type { ContentBlock, ContentSection, Tone } from './section.js';
import { boundedTable, endpointWords, momentWords, productWords, serviceName } from './words.js';
import { formatPortList, type Quote, wordsOfCode } from '../words.js';

/** Hosts that nothing is known of come first: what the rest of the report does not say of them is not so. */
export function unseenSection(
  { notInHistory, hosts, since, vantage: only }: WeeklyReport,
  quote: Quote,
): ContentSection {
  const doubt = (text: string): ContentBlock => ({ kind: 'text', text, tone: 'doubt' });
  const where = only === undefined ? '' : ` from ${quote(only, 80)}`;
  return {
    title: 'Not looked at: nothing is known of these',
    blocks: [
      ...notInHistory.map((host) => doubt(`${quote(host, 255)}: no scan of it${where} is in the history.`)),
      ...(hosts.length + notInHistory.length === 0 ? [doubt(`The history holds no scan${where}.`)] : []),
      ...hosts.flatMap(({ host, vantage, looked, latest }): ContentBlock[] => {
        const place = `${quote(host, 255)}, seen from ${quote(vantage, 80)}`;
        switch (looked) {
          case 'no':
            return [
              doubt(
                `${place}: not looked at since ${shownMinute(latest.finishedAt)}, so not after ${shownMinute(since)}.`,
              ),
            ];
          case 'blind':
            return [
              doubt(`${place}: the latest scan, of ${shownMinute(latest.startedAt)}, could observe nothing of it.`),
            ];
          case 'yes':
            return [];
        }
      }),
    ],
  };
}

const kindWords: Readonly<Record<ChangeKind, readonly [words: string, tone: Tone]>> = {
  opened: ['opened', 'bad'],
  closed: ['no longer open', 'good'],
  'became-filtered': ['filtered now, refused before', 'plain'],
  'became-closed': ['refused now, filtered before', 'plain'],
  'service-changed': ['another service', 'doubt'],
  'version-changed': ['another version', 'plain'],
  'tls-version-changed': ['another version of TLS', 'plain'],
  'certificate-changed': ['another certificate', 'plain'],
  'address-appeared': ['new address', 'doubt'],
  'address-vanished': ['address gone', 'plain'],
  'coverage-lost': ['not observed again', 'doubt'],
  'coverage-gained': ['observed for the first time', 'doubt'],
  'identification-lost': ['identified less well', 'doubt'],
  'identification-gained': ['identified better', 'plain'],
  'reason-changed': ['other evidence', 'plain'],
  'still-unobserved': ['still not observed', 'doubt'],
  'details-changed': ['other details', 'plain'],
};

const columns = [
  { title: 'Where', most: 34 },
  { title: 'What', most: 18 },
  { title: 'When', most: 24 },
  { title: 'How', most: Infinity },
];

/** What both scans observed and found different, and what came and went between them. */
export function changesSection({ hosts }: WeeklyReport, quote: Quote): ContentSection {
  const isFromMany = new Set(hosts.map(({ vantage }) => vantage)).size > 1;
  const isOfMany = new Set(hosts.map(({ host }) => host)).size > 1;
  const whose = ({ host, vantage }: HostWeekReport) =>
    [...(isOfMany ? [quote(host, 255)] : []), ...(isFromMany ? [`from ${quote(vantage, 80)}`] : [])].join(' ');
  const rows = hosts.flatMap((each) => {
    const of = (place: string) => [place, whose(each)].filter((words) => words !== '').join('\n');
    return [
      ...each.changes
        .filter(({ change }) => isDifference(change) || change.kind === 'coverage-gained')
        .map(({ change, moment }) => {
          const { place, words } = describeChange(change, quote);
          const [text, tone] = kindWords[change.kind];
          return [of(place), { text, tone }, momentWords(moment), words];
        }),
      ...each.passing.map((passing) => {
        const opened = passing.kind === 'opened-and-closed';
        return [
          of(endpointWords(passing.address, passing.port, quote)),
          opened
            ? { text: 'opened, and closed again', tone: 'bad' as const }
            : { text: 'closed, and opened again', tone: 'doubt' as const },
          momentWords(passing.began),
          passingWords(passing, quote),
        ];
      }),
    ];
  });
  const compared = hosts.filter(({ looked, comparedWith }) => looked !== 'no' && comparedWith === undefined);
  return {
    title: 'What changed',
    blocks: [
      ...boundedTable(columns, rows),
      ...compared.map((each): ContentBlock => ({
        kind: 'text',
        text: `${quote(each.host, 255)}, seen from ${quote(each.vantage, 80)}: one scan is kept, so there is nothing to compare it with.`,
        tone: 'doubt',
      })),
    ],
  };
}

function passingWords({ kind, service, state, ended }: Passing, quote: Quote): string {
  const what = service === undefined ? '' : `${serviceName(service, quote)}, ${productWords(service, quote)}; `;
  const end = kind === 'opened-and-closed' ? 'closed again' : `${state} for a while, open again`;
  return `${what}${end} ${momentWords(ended)}`;
}

/** What the latest scans could not observe, and what they lost against the ones before. */
export function unobservedSection({ hosts }: WeeklyReport, quote: Quote): ContentSection {
  const rows = hosts.flatMap(({ host, vantage, unknown, lookups, changes }) => {
    const place = (name: string) => `${quote(name, 255)}\nfrom ${quote(vantage, 80)}`;
    const lost = changes.flatMap(({ change }) => (change.kind === 'coverage-lost' ? [change] : []));
    const lostWith = ({ address, code }: HostWeekReport['unknown'][number]) =>
      lost.find((change) => change.address === address && change.why === code);
    const told = new Set(unknown.map(lostWith));
    return [
      ...lookups.map(({ family, code, message }) => [
        place(host),
        family === undefined ? 'its addresses' : `its IPv${family} addresses`,
        `${wordsOfCode(code)} (${code}): ${quote(message, 200)}`,
      ]),
      ...unknown.map((entry) => {
        const { address, ports, code, message } = entry;
        const change = lostWith(entry);
        const before = change === undefined ? '' : `; observed before${openWords(change.open, quote)}`;
        const why = `${wordsOfCode(code)} (${code}): ${quote(message, 200)}${before}`;
        return [place(address), quote(formatPortList(ports), 80), why];
      }),
      ...changes
        .filter(({ change }) => change.kind === 'coverage-lost' || change.kind === 'identification-lost')
        .filter(({ change }) => change.kind !== 'coverage-lost' || !told.has(change))
        .map(({ change }) => {
          const { place: where, words } = describeChange(change, quote);
          return [`${where}\nfrom ${quote(vantage, 80)}`, kindWords[change.kind][0], words];
        }),
    ];
  });
  return {
    title: 'Not observed: neither open nor closed',
    blocks: boundedTable(
      [
        { title: 'Where', most: 34 },
        { title: 'What', most: 24 },
        { title: 'Why', most: Infinity },
      ],
      rows,
    ),
  };
}

function openWords(open: string, quote: Quote): string {
  return open === '' ? '' : `, and of these were open: ${quote(open.replaceAll(',', ', '), 120)}`;
}
