import { hourMs } from '../model/duration.js';
import type { Listing } from '../model/listener.js';
import { formatRanges, rangesOf } from '../model/ports.js';
import { counted } from '../model/quantity.js';
import type { Reconciliation } from '../model/reconciliation.js';
import type { Finding, Snapshot } from '../model/snapshot.js';
import type { Warning } from '../model/warning.js';
import type { RemedyFor } from './entry-remedies.js';
import { judge, type PolicySays } from './judge.js';
import { reconcile } from './reconcile.js';
import { safe } from './words.js';

/** From here on, what a host listens on may well have changed between its listing and the scan. */
const staleHours = 24;

/** What a reconciliation is made of, besides the two views. */
export interface Circumstances extends PolicySays {
  readonly tool: Reconciliation['tool'];
  readonly madeAt: Date;
  readonly policy: Reconciliation['policy'];
  readonly remedyFor: RemedyFor;
  /** What casts doubt on the outside view. */
  readonly warnings?: readonly Warning[];
}

/**
 * Joins, judges, and makes the document. Pure. `snapshot`: of the listing's host alone, see `selectHost`.
 */
export function concludeReconciliation(
  listing: Listing,
  snapshot: Snapshot,
  { tool, madeAt, policy, findings, absences, warnings = [], remedyFor }: Circumstances,
): Reconciliation {
  const { vantage, startedAt, finishedAt, complete, asked, targets } = snapshot;
  return {
    format: 'exposcan-reconciliation',
    version: 1,
    tool,
    madeAt: madeAt.toISOString(),
    snapshot: { vantage, startedAt, finishedAt, complete, ports: asked.ports, targets },
    listing: {
      formats: [...listing.formats],
      listeners: listing.listeners.length,
      partial: listing.partial,
      unread: listing.unread.map((line) => ({ ...line })),
    },
    policy,
    ...judge(reconcile(listing, snapshot), listing, snapshot, { findings, absences }, remedyFor),
    warnings: [...warnings],
    notes: [...notesOf(listing, snapshot, madeAt), ...idleNotes(listing, findings)],
  };
}

function notesOf({ partial, unread }: Listing, { complete, targets, finishedAt }: Snapshot, madeAt: Date): string[] {
  const notes: string[] = [];
  if (partial) {
    notes.push(
      'The listing shows a part of what listens only: what is missing from it may listen all the same, so this cannot pass.',
    );
  }
  if (unread.length > 0) {
    notes.push(
      `${counted(unread.length, 'line')} of the listing ${unread.length === 1 ? 'looks' : 'look'} like a listener and could not be read, ` +
        'so nothing can be called absent, and this cannot pass.',
    );
  }
  if (!complete) notes.push('The scan was stopped before it was done: what is missing from it is unknown.');
  for (const { target, noRecord } of targets) {
    for (const family of noRecord) {
      notes.push(
        `${safe(target)} has no IPv${family} address; whether this host has one all the same was not looked at.`,
      );
    }
  }
  const hours = (madeAt.getTime() - Date.parse(finishedAt)) / hourMs;
  if (hours >= staleHours) {
    const days = Math.floor(hours / 24);
    notes.push(
      `The scan is ${counted(days, 'day')} old: what the host listens on may have changed since, or the other way round.`,
    );
  }
  return notes;
}

/** What is declared to run for the host itself, and does not run at all: nothing deviates, and the rule may be a leftover. */
function idleNotes({ listeners, partial, unread }: Listing, findings: readonly Finding[]): string[] {
  const listening = new Set(listeners.map(({ port }) => port));
  const declared = findings.flatMap(({ expected, outcome, port }) =>
    expected === 'local-only' && outcome === 'pass' && port !== undefined && !listening.has(port) ? [port] : [],
  );
  if (partial || unread.length > 0 || declared.length === 0) return [];
  const ports = formatRanges(rangesOf(declared)).replaceAll(',', ', ');
  return [`Declared local-only, and nothing on the host listens there: ${ports}.`];
}
