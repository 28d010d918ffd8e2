import { groupBy } from '../model/groups.js';
import { formatRanges, parseRanges, countPorts, allPorts } from '../model/ports.js';
import { counted, number } from '../model/quantity.js';
import type { Reconciliation, ReconciliationEntry, ReconciliationKind } from '../model/reconciliation.js';
import { shownTime } from '../model/shown-time.js';
import type { Finding } from '../model/snapshot.js';
import { warningsSection } from './doubts.js';
import { groupFindings, placesOf, subjectOf } from './finding-groups.js';
import {
  heading,
  labelled,
  openPage,
  paint,
  paragraph,
  quoted,
  wrap,
  type Page,
  type PageOptions,
  type Style,
} from './page.js';
import { bounded, listed } from './words.js';

const shownPerKind = 50;
const shownUnread = 10;
const shownDeviations = 4;
const shownFindings = 20;
const labelWidth = 8;

/** In the order in which they are shown: the title of the section. */
const titles: Readonly<Record<ReconciliationKind, string>> = {
  exposed: 'Bound wide, and reachable',
  'local-but-open': 'Bound to loopback only, yet open from outside: something else answers',
  'no-listener': 'Open from outside, with no listener inside',
  'wide-refused': 'Bound wide, yet refused from outside',
  'wide-filtered': 'Bound wide, and filtered: one firewall rule away from exposure',
  unknown: 'Could not be observed, or not told by the listing',
  'not-scanned': 'Listens where nobody scanned',
  'seen-from-itself': 'Seen from the host itself, which proves nothing about the outside',
  'local-filtered': 'Loopback only, and filtered',
  'local-refused': 'Loopback only, and refused where it was looked at',
  'local-beside-wide': 'Loopback, beside another listener on the same port',
  'local-proven': 'Loopback only, and refused everywhere: proven',
};

const words: Readonly<Record<ReconciliationEntry['outcome'], readonly [string, Style]>> = {
  fail: ['FAIL', 'red'],
  indeterminate: ['UNCLEAR', 'yellow'],
  pass: ['pass', 'green'],
  none: ['-', 'dim'],
};

/**
 * What a person reads of a reconciliation: the outcome, the two views, every listener and every open port without one in one line each,
 * what to do, and what the policy says beyond. Safe for a terminal and bounded like `formatReport`; ends in a line feed.
 */
export function formatReconciliation(document: Reconciliation, options: PageOptions): string {
  const page = openPage(options);
  const lines = [
    ...headline(page, document),
    ...Object.entries(titles).flatMap(([kind, title]) => {
      return section(
        page,
        title,
        document.entries.filter((entry) => entry.kind === kind),
      );
    }),
    ...remedies(page, document),
    ...otherFindings(page, document),
    ...unread(page, document),
    ...warningsSection(page, document.warnings),
    ...notes(page, document),
  ];
  return `${lines.join('\n')}\n`;
}

function headline(page: Page, document: Reconciliation): string[] {
  const { outcome, listing, snapshot, policy } = document;
  const word = outcome === 'indeterminate' ? 'INDETERMINATE' : outcome.toUpperCase();
  const [first = '', ...rest] = paragraph(page, `${word}: ${sentence(document)}`);
  const formats = listing.formats.length === 0 ? 'no known form' : listed(listing.formats);
  const asked = parseRanges(snapshot.ports);
  const ports = countPorts(asked) === countPorts(allPorts) ? 'all ports' : `ports ${quoted(formatRanges(asked), 40)}`;
  const targets = bounded(
    snapshot.targets.map(({ target, addresses }) => {
      const known =
        addresses.length === 1 && addresses[0] === target
          ? ''
          : ` (${bounded(
              addresses.map((one) => quoted(one, 60)),
              4,
            )})`;
      return `${quoted(target, 255)}${known}`;
    }),
    3,
  );
  return [
    `${paint(page, word, 'bold', words[outcome][1])}${first.slice(word.length)}`,
    ...rest,
    ...labelled(
      page,
      0,
      'inside',
      labelWidth,
      `${counted(listing.listeners, 'listener')}, by ${formats}${listing.partial ? '; a part of the host only' : ''}`,
    ),
    ...labelled(
      page,
      0,
      'outside',
      labelWidth,
      `${targets}, ${ports}, seen from ${quoted(snapshot.vantage.name, 80)}, ${shownTime(snapshot.startedAt)}`,
    ),
    ...labelled(
      page,
      0,
      'compared',
      labelWidth,
      `${shownTime(document.madeAt)}, judged by ${policy === null ? 'no policy' : `policy ${quoted(policy.name, 80)}`}`,
    ),
  ];
}

function sentence({ outcome, entries, findings, listing, snapshot }: Reconciliation): string {
  const failing = [...entries, ...findings].filter((one) => one.outcome === 'fail');
  const unclear = [...entries, ...findings].filter((one) => one.outcome === 'indeterminate');
  switch (outcome) {
    case 'fail': {
      const parts = failing.flatMap((one) => ('kind' in one ? deviation(one) : []));
      const more = unclear.some((one) => 'kind' in one) ? ' Something else is unclear, too.' : '';
      return `${parts.length === 0 ? 'the policy is not met' : bounded([...new Set(parts)], shownDeviations)}.${more}`;
    }
    case 'pass':
      return `the inside view and the outside view agree, and both are as declared (${counted(entries.length, 'line')} below).`;
    case 'indeterminate': {
      const kinds = new Set(entries.filter((one) => one.outcome === 'indeterminate').map(({ port }) => port));
      const parts = [
        ...(kinds.size === 0 ? [] : [`${counted(kinds.size, 'port')} could not be explained`]),
        ...(listing.partial ? ['the listing is partial'] : []),
        ...(listing.unread.length === 0 ? [] : ['not all of the listing could be read']),
        ...(snapshot.complete ? [] : ['the scan was stopped']),
        ...(unclear.every((one) => 'kind' in one) ? [] : ['not everything that the policy needs was observed']),
      ];
      return `${parts.length === 0 ? 'nothing was decided' : listed(parts)}. This is not a pass.`;
    }
  }
}

/** `mysqld (pid 787) on port 3306 is exposed and should be local-only` */
function deviation({ kind, listener, port, expected }: ReconciliationEntry): string {
  const [first] = listener?.processes ?? [];
  const name = first?.name ?? listener?.container?.name;
  const pid = first?.pid === undefined ? '' : ` (pid ${first.pid})`;
  const who = name === undefined ? '' : `${quoted(name, 60)}${pid} on `;
  const is = kind === 'exposed' ? 'is exposed and ' : '';
  return `${who}port ${port} ${is}should be ${quoted(expected ?? 'otherwise', 60)}`;
}

function section(page: Page, title: string, entries: readonly ReconciliationEntry[]): string[] {
  if (entries.length === 0) return [];
  const more = entries.length - shownPerKind;
  return [
    ...heading(page, title),
    ...entries.slice(0, shownPerKind).flatMap(({ outcome, port, text, expected }) => {
      const [word, style] = words[outcome];
      const declared = expected === undefined || outcome === 'none' ? '' : ` [declared: ${quoted(expected, 60)}]`;
      return row(page, word, style, `${port}: ${quoted(text, 500)}${declared}`);
    }),
    ...(more > 0 ? [`  … and ${number(more)} more (see --json)`] : []),
  ];
}

/** A line that begins with its outcome. */
function row(page: Page, word: string, style: Style, text: string): string[] {
  const indent = labelWidth + 3;
  return wrap(text, page.prose - indent).map((line, index) =>
    index === 0
      ? `  ${paint(page, word, style)}${' '.repeat(indent - 2 - word.length)}${line}`
      : `${' '.repeat(indent)}${line}`,
  );
}

/** One remedy for all entries that share it. */
function remedies(page: Page, { entries }: Reconciliation): string[] {
  const asked = entries.filter(({ remedy }) => remedy !== undefined);
  const alike = [...groupBy(asked, ({ remedy }) => remedy ?? '')];
  if (alike.length === 0) return [];
  const more = alike.length - shownFindings;
  return [
    ...heading(page, 'What to do'),
    ...alike.slice(0, shownFindings).flatMap(([remedy, members]) => {
      const ports = bounded([...new Set(members.map(({ port }) => port))].map(String), 6);
      return paragraph(page, `${ports}: ${quoted(remedy, 2000)}`, 2);
    }),
    ...(more > 0 ? [`  … and ${number(more)} more (see --json)`] : []),
  ];
}

/** What the policy says that no entry above has said. */
function otherFindings(page: Page, { findings, entries }: Reconciliation): string[] {
  const told = new Set(entries.flatMap(({ port, outside }) => outside.map(({ address }) => `${address} ${port}`)));
  const isTold = ({ address, port }: Finding) => told.has(`${address ?? ''} ${port ?? ''}`);
  const groups = groupFindings(
    findings.filter(
      (finding) =>
        !isTold(finding) && (finding.outcome !== 'pass' || page.verbosity > 0 || finding.code === 'not-running'),
    ),
  );
  if (groups.length === 0) return [];
  const more = groups.length - shownFindings;
  return [
    ...heading(page, 'What the policy says beyond'),
    ...groups.slice(0, shownFindings).flatMap(({ sample, members }) => {
      const [word, style] = words[sample.outcome];
      const text = `${subjectOf(sample)}: ${quoted(sample.code, 40)}, expected ${quoted(sample.expected, 100)}, on ${placesOf(members)}: ${quoted(sample.evidence, 400)}`;
      return row(page, word, style, text);
    }),
    ...(more > 0 ? [`  … and ${number(more)} more (see --json)`] : []),
  ];
}

function unread(page: Page, { listing }: Reconciliation): string[] {
  if (listing.unread.length === 0) return [];
  const more = listing.unread.length - shownUnread;
  return [
    ...heading(page, 'Lines of the listing that could not be read'),
    ...listing.unread
      .slice(0, shownUnread)
      .flatMap(({ line, text, why }) =>
        paragraph(page, `line ${line}, ${quoted(why, 120)}: "${quoted(text, 120)}"`, 2),
      ),
    ...(more > 0 ? [`  … and ${number(more)} more (see --json)`] : []),
  ];
}

function notes(page: Page, document: Reconciliation): string[] {
  return [
    '',
    ...[...document.notes, 'This speaks of TCP alone, and of the outside as one vantage saw it.']
      .flatMap((note) => paragraph(page, quoted(note, 400)))
      .map((line) => paint(page, line, 'dim')),
  ];
}
