import {
  diffOutcome,
  lostFamilies,
  type Diff,
  type DiffOutcome,
  type DiffSide,
  type TargetChange,
} from '../../model/diff.js';
import type { Change, ChangeKind } from '../../model/diff-change.js';
import { counted } from '../../model/quantity.js';
import { shownTime } from '../../model/shown-time.js';
import { describeChange } from './change.js';
import { bounded, listed, type Quote } from '../words.js';

type ShownKind = Exclude<ChangeKind, 'reason-changed' | 'still-unobserved' | 'details-changed'>;

/** In the order of their weight: what is exposed anew before what is gone, what differs before what was not seen. */
const sections: Readonly<Record<ShownKind, { readonly title: string; readonly counted: string }>> = {
  opened: { title: 'Opened', counted: 'opened' },
  'address-appeared': { title: 'New addresses', counted: 'new' },
  closed: { title: 'No longer open', counted: 'no longer open' },
  'address-vanished': { title: 'Addresses that are gone', counted: 'gone' },
  'service-changed': { title: 'Another service answers', counted: 'with another service' },
  'version-changed': { title: 'Another version answers', counted: 'with another version' },
  'tls-version-changed': { title: 'Another version of TLS', counted: 'with another version of TLS' },
  'certificate-changed': { title: 'Another certificate', counted: 'with another certificate' },
  'became-filtered': { title: 'Filtered now, refused before', counted: 'filtered instead of refused' },
  'became-closed': { title: 'Refused now, filtered before', counted: 'refused instead of filtered' },
  'coverage-lost': {
    title: 'Observed before, not observed now: neither open nor closed',
    counted: 'not observed again',
  },
  'identification-lost': { title: 'Still open, identified less well', counted: 'identified less well' },
  'coverage-gained': { title: 'Observed now, not observed before', counted: 'observed for the first time' },
  'identification-gained': { title: 'Still open, identified better', counted: 'identified better' },
};

/** Told last: nothing was lost and nothing differs. */
const gains: readonly ChangeKind[] = ['coverage-gained', 'identification-gained'];

/** What a row of a section says: where, and what of it. */
export interface DiffRow {
  readonly place: string;
  readonly words: string;
}

export interface DiffSection {
  readonly kind: ShownKind | 'lookup-lost';
  readonly title: string;
  /** How many rows it would have. */
  readonly count: number;
  /** The first rows. */
  readonly rows: readonly DiffRow[];
}

/** What a comparison is told as, in words; only `quote` decides how text from outside is made safe. */
export interface DiffText {
  readonly outcome: DiffOutcome;
  /** What it comes to, after the word for the outcome. */
  readonly sentence: string;
  readonly from: string;
  readonly to: string;
  readonly sections: readonly DiffSection[];
  /** What is in the document and shown nowhere; undefined where there is no such thing. */
  readonly unshown: string | undefined;
}

export const outcomeWords: Readonly<Record<DiffOutcome, string>> = {
  same: 'SAME',
  different: 'DIFFERENT',
  'coverage-lost': 'COVERAGE LOST',
};

const verdictWords: Readonly<Record<DiffSide['verdict'], string>> = {
  pass: 'pass',
  fail: 'fail',
  indeterminate: 'indeterminate',
  none: 'no verdict',
};

/** A comparison in words, each section with no more than `mostRows` rows. */
export function describeDiff(diff: Diff, quote: Quote, mostRows: number): DiffText {
  const outcome = diffOutcome(diff);
  const lost = diff.targetChanges.filter((change) => lostFamilies(change).length > 0);
  return {
    outcome,
    sentence: sentence(diff, lost.length, outcome),
    from: side(diff.from, quote),
    to: side(diff.to, quote),
    sections: [
      ...changeSections(diff, quote, mostRows, (kind) => !gains.includes(kind)),
      ...lookupSection(lost, quote, mostRows),
      ...changeSections(diff, quote, mostRows, (kind) => gains.includes(kind)),
    ],
    unshown: unshown(diff.changes),
  };
}

function changeSections(
  diff: Diff,
  quote: Quote,
  mostRows: number,
  isWanted: (kind: ChangeKind) => boolean,
): DiffSection[] {
  const severalTargets = new Set([...diff.from.targets, ...diff.to.targets]).size > 1;
  const names = new Map(severalTargets ? diff.names.map(({ address, targets }) => [address, targets]) : []);
  return Object.entries(sections).flatMap(([kind, { title }]) => {
    const changes = diff.changes.filter((change) => change.kind === kind);
    const [sample] = changes;
    if (sample === undefined || !isShown(sample.kind) || !isWanted(sample.kind)) return [];
    const rows = changes.slice(0, mostRows).map((change): DiffRow => {
      const { place, words } = describeChange(change, quote);
      const known = 'target' in change ? [] : (names.get(change.address) ?? []);
      const prefix = known.length === 0 ? '' : `${quotedNames(known, quote, 2)}: `;
      return { place, words: `${prefix}${words}` };
    });
    return [{ kind: sample.kind, title, count: changes.length, rows }];
  });
}

function isShown(kind: ChangeKind): kind is ShownKind {
  return kind in sections;
}

function lookupSection(lost: readonly TargetChange[], quote: Quote, mostRows: number): DiffSection[] {
  if (lost.length === 0) return [];
  const rows = lost.slice(0, mostRows).map((change): DiffRow => {
    const families = listed(lostFamilies(change).map((family) => `IPv${family}`));
    const why = change.kind === 'target-dropped' ? 'not asked for now' : 'failed now, left out, or excluded in part';
    return { place: quote(change.target, 255), words: `its ${families} addresses (${why})` };
  });
  const title = 'Names not looked up again: they may lead where nobody looked';
  return [{ kind: 'lookup-lost', title, count: lost.length, rows }];
}

function sentence({ changes, compared }: Diff, lostNames: number, outcome: DiffOutcome): string {
  const parts = Object.entries(sections).flatMap(([kind, words]) => {
    const count = changes.reduce((sum, change) => (change.kind === kind ? sum + weight(change) : sum), 0);
    if (count === 0) return [];
    const noun = kind.startsWith('address') ? counted(count, 'address', 'addresses') : counted(count, 'endpoint');
    return [`${noun} ${words.counted}`];
  });
  if (lostNames > 0) parts.push(`${counted(lostNames, 'name')} not looked up again`);
  const isLost =
    lostNames > 0 || changes.some(({ kind }) => kind === 'coverage-lost' || kind === 'identification-lost');
  switch (outcome) {
    case 'same':
      return `${counted(compared, 'endpoint is', 'endpoints are')} as before${parts.length === 0 ? '' : ` (${listed(parts)})`}.`;
    case 'different':
      return `${listed(parts)}.`;
    case 'coverage-lost':
      return compared === 0
        ? 'no endpoint was observed in both, so nothing can be said.'
        : `what both observed is as before, but not all was observed ${isLost ? 'again' : 'before'} (${listed(parts)}).`;
  }
}

/** In endpoints, or in addresses for what is of an address as a whole. */
function weight(change: Change): number {
  return 'count' in change ? change.count : 1;
}

function unshown(changes: readonly Change[]): string | undefined {
  const count = (kind: ChangeKind) =>
    changes.reduce((sum, change) => (change.kind === kind ? sum + weight(change) : sum), 0);
  const [reasons, details, unobserved] = [count('reason-changed'), count('details-changed'), count('still-unobserved')];
  const parts = [
    ...(reasons === 0 ? [] : [`${counted(reasons, 'endpoint')} in the same state by other evidence`]),
    ...(details === 0 ? [] : [`${counted(details, 'endpoint')} with other details of the same service`]),
    ...(unobserved === 0 ? [] : [`${counted(unobserved, 'endpoint')} observed in neither, for another reason`]),
  ];
  return parts.length === 0 ? undefined : `No difference, and not shown: ${listed(parts)} (see --json).`;
}

function side({ targets, vantage, startedAt, complete, self, verdict }: DiffSide, quote: Quote): string {
  const place = self ? `${quote(vantage, 80)} (the scanned machine itself)` : quote(vantage, 80);
  const stopped = complete ? '' : ', stopped before it was done';
  return `${shownTime(startedAt)}, seen from ${place}, ${verdictWords[verdict]}${stopped}: ${quotedNames(targets, quote, 3)}`;
}

function quotedNames(names: readonly string[], quote: Quote, most: number): string {
  const shown = names.slice(0, most).map((name) => quote(name, 255));
  return bounded([...shown, ...names.slice(most)], most);
}
