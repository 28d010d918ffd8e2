import { groupBy } from '../model/groups.js';
import type { DeclaredAbsence } from '../model/declared-absence.js';
import type { Listing } from '../model/listener.js';
import type { JoinedEntry, Reconciliation, ReconciliationEntry } from '../model/reconciliation.js';
import type { Finding, Snapshot } from '../model/snapshot.js';
import { entryRemedy, type RemedyFor } from './entry-remedies.js';
import { indexFindings, type FindingIndex } from './finding-index.js';
import { judgeAbsence } from './judge-absence.js';
import { nameListeners } from './name-listeners.js';

type EntryOutcome = ReconciliationEntry['outcome'];

const outcomeRank: Readonly<Record<EntryOutcome, number>> = { fail: 0, indeterminate: 1, pass: 2, none: 3 };

/** What a policy makes of the scan, and what of it the listing is to judge. */
export interface PolicySays {
  readonly findings: readonly Finding[];
  readonly absences: readonly DeclaredAbsence[];
}

/** What a policy says of a port that may be open; one that has nothing but these may be open wherever else it listens. */
const allowed: readonly Finding['code'][] = ['open', 'review', 'excepted'];

/**
 * Lays a policy's findings about the snapshot beside the joined entries. Pure.
 *
 * The inside view takes passes away and gives none, save the proof that nothing listens: where the two views do not fit together, or where
 * something listens that nobody scanned, the entry is indeterminate, whatever the policy says of the outside. The whole passes only where
 * every finding and every entry does, the scan was complete and the listing is whole.
 */
export function judge(
  joined: readonly JoinedEntry[],
  listing: Listing,
  snapshot: Snapshot,
  { findings, absences }: PolicySays,
  remedyFor: RemedyFor,
): Pick<Reconciliation, 'entries' | 'findings' | 'outcome'> {
  const index = indexFindings(findings);
  const absence = judgeAbsence(absences, joined, listing);
  const mayBeOpen = (port: number) => isAllowed(port, index, snapshot);
  const entries = joined.map((entry): ReconciliationEntry => {
    const about = entry.outside.flatMap(({ address }) => index.at(address, entry.port)).toSorted(byOutcome);
    const runs = entry.listener === undefined ? undefined : absence.brokenAt(entry.port);
    const outcome = runs === undefined ? outcomeOf(entry, worstOf(about), index, mayBeOpen) : 'fail';
    const told = runs === undefined ? about : [...about.filter((one) => one.outcome === 'fail'), runs];
    const remedy = entryRemedy(entry, outcome, told, remedyFor) ?? runs?.remedy;
    const [worst] = told;
    return {
      ...entry,
      outcome,
      ...(worst === undefined ? {} : { expected: worst.expected, rule: worst.rule }),
      ...(remedy === undefined ? {} : { remedy }),
    };
  });
  const sorted = entries.toSorted(byOutcome);
  const all = [...nameListeners(findings, entries, listing), ...absence.findings].toSorted(byOutcome);
  const isWhole = snapshot.complete && !listing.partial && listing.unread.length === 0;
  const counted = all.filter(isCounted);
  const outcome = outcomeOfAll([...sorted, ...counted], counted.length > 0 && isWhole);
  return { entries: sorted, findings: all, outcome };
}

/** What is below the severity that was asked for is reported only. */
function isCounted({ counted }: Finding): boolean {
  return counted !== false;
}

/** The gravest outcome of findings in that order; undefined where nothing is said. */
function worstOf(about: readonly Finding[]): EntryOutcome | undefined {
  return about.find(isCounted)?.outcome ?? (about.length > 0 ? 'none' : undefined);
}

function byOutcome(a: { readonly outcome: EntryOutcome }, b: { readonly outcome: EntryOutcome }): number {
  return outcomeRank[a.outcome] - outcomeRank[b.outcome];
}

function outcomeOf(
  { kind, certain, port, outside }: JoinedEntry,
  worst: EntryOutcome | undefined,
  index: FindingIndex,
  mayBeOpen: (port: number) => boolean,
): EntryOutcome {
  if (worst === 'fail') return 'fail';
  const isDenied = outside.length > 0 && outside.every(({ address }) => index.deniesRest(address));
  const kept = worst ?? (isDenied ? 'pass' : 'none');
  switch (kind) {
    case 'exposed':
      return worst ?? 'indeterminate';
    case 'wide-filtered':
    case 'local-filtered':
    case 'local-refused':
    case 'local-proven':
    case 'local-beside-wide':
      return kept;
    case 'wide-refused':
      // What may listen and was refused does not contradict the outside; what surely listens does.
      return certain ? 'indeterminate' : kept;
    case 'not-scanned':
      return mayBeOpen(port) ? 'pass' : 'indeterminate';
    case 'unknown':
      // Where no address is concerned that was to be observed, it is the listing that leaves open where this listens.
      return outside.length === 0 && mayBeOpen(port) ? 'pass' : 'indeterminate';
    case 'local-but-open':
    case 'no-listener':
    case 'seen-from-itself':
      return 'indeterminate';
  }
}

/** True where the policy lets this port be open on every address that was scanned, so that one more takes nothing from the answer. */
function isAllowed(port: number, index: FindingIndex, { targets }: Snapshot): boolean {
  const addresses = targets.flatMap((target) => target.addresses);
  const isOpenTo = (address: string) => {
    const about = index.at(address, port);
    return about.length > 0 && about.every(({ outcome, code }) => outcome === 'pass' && allowed.includes(code));
  };
  return addresses.length > 0 && addresses.every(isOpenTo);
}

function outcomeOfAll(
  judged: readonly { readonly outcome: EntryOutcome }[],
  isDecidable: boolean,
): Reconciliation['outcome'] {
  const by = groupBy(judged, ({ outcome }) => outcome);
  if (by.has('fail')) return 'fail';
  return isDecidable && !by.has('indeterminate') ? 'pass' : 'indeterminate';
}
