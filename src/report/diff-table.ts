import { familyOf, formatEndpoint } from '../model/address.js';
import { diffOutcome, type Change, type Diff, type DiffOutcome, type DiffSide } from '../model/diff.js';
import { counted, number } from '../model/quantity.js';
import type { OpenEntry } from '../model/snapshot.js';
import { jsonText } from './json.js';
import {
  heading,
  labelled,
  openPage,
  paint,
  paragraph,
  quoted,
  textWidth,
  type PageOptions,
  type Style,
} from './page.js';
import { bounded, listed, shownTime, wordsOfCode } from './words.js';

const shownPerKind = 50;
const shownPorts = 60;
const widestLabel = 40;

type Kind = Change['kind'];

/** In the order of their weight: the title of the section, and how the headline counts them. */
const kinds: Readonly<Record<Kind, { readonly title: string; readonly counted: string }>> = {
  opened: { title: 'Opened', counted: 'opened' },
  closed: { title: 'No longer open', counted: 'no longer open' },
  'service-changed': { title: 'Another service answers', counted: 'with another service' },
  'version-changed': { title: 'Another version answers', counted: 'with another version' },
  'certificate-changed': { title: 'Another certificate', counted: 'with another certificate' },
  'became-filtered': { title: 'Filtered now, refused before', counted: 'filtered instead of refused' },
  'became-closed': { title: 'Refused now, filtered before', counted: 'refused instead of filtered' },
  'address-appeared': { title: 'New addresses', counted: 'new' },
  'address-vanished': { title: 'Addresses that are gone', counted: 'gone' },
  'coverage-lost': {
    title: 'Observed before, not observed now: neither open nor closed',
    counted: 'not observed again',
  },
  'identification-lost': { title: 'Still open, identified less well', counted: 'identified less well' },
  'coverage-gained': { title: 'Observed now, not observed before', counted: 'observed for the first time' },
  'identification-gained': { title: 'Still open, identified better', counted: 'identified better' },
};

const verdictWords: Readonly<Record<DiffSide['verdict'], string>> = {
  pass: 'pass',
  fail: 'fail',
  indeterminate: 'indeterminate',
  none: 'no verdict',
};

const outcomes: Readonly<Record<DiffOutcome, readonly [string, Style]>> = {
  same: ['SAME', 'green'],
  different: ['DIFFERENT', 'red'],
  'coverage-lost': ['COVERAGE LOST', 'yellow'],
};

/** What a person reads of a comparison. Safe for a terminal and bounded like `formatReport`; ends in a line feed. */
export function formatDiff(diff: Diff, options: PageOptions): string {
  const page = openPage(options);
  const outcome = diffOutcome(diff);
  const [word, style] = outcomes[outcome];
  const [first = '', ...rest] = paragraph(page, `${word}: ${sentence(diff, outcome)}`);
  const lines = [
    `${paint(page, word, 'bold', style)}${first.slice(word.length)}`,
    ...rest,
    ...labelled(page, 0, 'from', 4, side(diff.from)),
    ...labelled(page, 0, 'to', 4, side(diff.to)),
    ...(diff.from.vantage === diff.to.vantage
      ? []
      : paragraph(
          page,
          'The two were seen from different places: a difference may lie in the place, not in the host.',
        )),
  ];
  for (const kind of Object.keys(kinds)) {
    const changes = diff.changes.filter((change) => change.kind === kind);
    const [sample] = changes;
    if (sample === undefined) continue;
    const rows = changes.slice(0, shownPerKind).map((change) => [placeOf(change), wordsOf(change)] as const);
    const labelWidth = Math.min(widestLabel, Math.max(...rows.map(([place]) => textWidth(place))));
    lines.push(...heading(page, kinds[sample.kind].title));
    for (const [place, words] of rows) lines.push(...labelled(page, 2, place, labelWidth, words));
    if (changes.length > shownPerKind) lines.push(`  … and ${number(changes.length - shownPerKind)} more (see --json)`);
  }
  return `${lines.join('\n')}\n`;
}

/** The comparison as a document: `format` and `version` first, then its outcome, and every change. */
export function formatDiffJson(diff: Diff): string {
  return jsonText({ format: 'exposcan-diff', version: 1, outcome: diffOutcome(diff), ...diff });
}

function sentence({ changes, compared }: Diff, outcome: DiffOutcome): string {
  const parts = Object.entries(kinds).flatMap(([kind, words]) => {
    const count = changes.filter((change) => change.kind === kind).reduce((sum, change) => sum + weight(change), 0);
    if (count === 0) return [];
    const noun = kind.startsWith('address') ? counted(count, 'address', 'addresses') : counted(count, 'endpoint');
    return [`${noun} ${words.counted}`];
  });
  switch (outcome) {
    case 'same':
      return `${counted(compared, 'endpoint is', 'endpoints are')} as before${parts.length === 0 ? '' : ` (${listed(parts)})`}.`;
    case 'different':
      return `${listed(parts)}.`;
    case 'coverage-lost':
      return compared === 0
        ? 'no endpoint was observed in both, so nothing can be said.'
        : `what both observed is as before, but not all was observed again (${listed(parts)}).`;
  }
}

function weight(change: Change): number {
  return 'count' in change ? change.count : 1;
}

function side({ targets, vantage, startedAt, complete, verdict }: DiffSide): string {
  const names = bounded(
    targets.map((target) => quoted(target, 255)),
    3,
  );
  const stopped = complete ? '' : ', stopped before it was done';
  return `${shownTime(startedAt)}, seen from ${quoted(vantage, 80)}, ${verdictWords[verdict]}${stopped}: ${names}`;
}

function placeOf(change: Change): string {
  const text = quoted(change.address, 255);
  return 'port' in change ? formatEndpoint({ family: familyOf(change.address), text }, change.port) : text;
}

function wordsOf(change: Change): string {
  switch (change.kind) {
    case 'opened':
      return `${service(change.to)}; was ${change.from.state} (${change.from.reason})`;
    case 'closed':
      return `${change.to.state} (${change.to.reason}); was ${service(change.from)}`;
    case 'service-changed':
    case 'version-changed':
    case 'identification-lost':
    case 'identification-gained':
      return `${service(change.to)}; was ${service(change.from)}`;
    case 'certificate-changed':
      return `${certificate(change.to)}; was ${certificate(change.from)}`;
    case 'became-closed':
    case 'became-filtered':
      return ports(change);
    case 'address-appeared':
    case 'address-vanished': {
      const [verb, be] = change.kind === 'address-appeared' ? ['leads', 'are'] : ['no longer leads', 'were'];
      const open = change.open === '' ? 'nothing was seen open there' : `these ${be} open: ${cutList(change.open)}`;
      return `${quoted(change.target, 255)} ${verb} there; ${open}`;
    }
    case 'coverage-lost':
    case 'coverage-gained': {
      const why = change.why === 'not-asked' ? 'not asked for' : `${wordsOfCode(change.why)}, ${change.why}`;
      const when = change.kind === 'coverage-lost' ? 'now' : 'before';
      const verb = change.kind === 'coverage-lost' ? 'were' : 'are';
      const open = change.open === '' ? '' : `; of these ${verb} open: ${cutList(change.open)}`;
      return `${ports(change)} (${when}: ${why})${open}`;
    }
  }
}

function service({ name, product, version }: OpenEntry['service']): string {
  const facts = [product, version].filter((fact) => fact !== undefined);
  return [quoted(name, 40), ...(facts.length === 0 ? [] : [quoted(facts.join(' '), 120)])].join(', ');
}

function certificate({
  subject,
  validTo,
  fingerprint256,
}: {
  subject: string;
  validTo: string;
  fingerprint256: string;
}) {
  return `${quoted(subject, 120)} until ${quoted(validTo.slice(0, 10), 10)}, SHA-256 ${quoted(fingerprint256, 23)}`;
}

function ports({ ports: list, count }: { ports: string; count: number }): string {
  return count === 1 ? `port ${list}` : `${counted(count, 'port')}: ${cutList(list)}`;
}

function cutList(list: string): string {
  return quoted(list.replaceAll(',', ', '), shownPorts);
}
