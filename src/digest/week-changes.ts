import { diffSnapshots } from '../history/diff/diff-snapshots.js';
import { isDifference, type Change } from '../model/diff.js';
import type { Snapshot } from '../model/snapshot.js';
import type { EndpointTimeline, Stretch } from '../model/timeline.js';
import type { HostWeekReport, Moment, Passing } from '../model/weekly-report.js';
import { certificateOf, endpointFinder, identity, identityOf, openness, runsOf } from './stretch-runs.js';
import type { HostWeek } from './week-input.js';

/** What differs from the scan that the latest is compared with, and between which looks each came about. */
export function changesOf({ before, latest, newer, timeline }: HostWeek): HostWeekReport['changes'] {
  const endpointAt = endpointFinder(timeline);
  const compare = (from: Snapshot, to: Snapshot, holds: (change: Change) => boolean) =>
    diffSnapshots(from, to)
      .changes.filter(holds)
      .map((change) => {
        const endpoint = 'port' in change ? endpointAt(change.address, change.port) : undefined;
        const began = endpoint === undefined ? undefined : beganAt(endpoint, change);
        // What the history knows is closer, unless it knows of no time before.
        return { change, moment: began?.after === undefined ? { after: from.startedAt, by: to.finishedAt } : began };
      });
  const wide = before === undefined ? [] : compare(before, latest, isTold);
  // A lesser look leaves most out, and that is no loss: only what it saw counts, however many of them saw it.
  const since = newer.toReversed().flatMap((snapshot) => compare(latest, snapshot, isDifference));
  return [...wide, ...new Map(since.map((dated) => [keyOf(dated.change), dated])).values()];
}

function keyOf(change: Change): string {
  return JSON.stringify([change.kind, change.address, 'port' in change ? change.port : '']);
}

function isTold(change: Change): boolean {
  return (
    isDifference(change) ||
    change.kind === 'coverage-lost' ||
    change.kind === 'identification-lost' ||
    (change.kind === 'coverage-gained' && change.open !== '')
  );
}

/** When it came to be as the change has it, for the last time. */
function beganAt(endpoint: EndpointTimeline, change: Change): Moment | undefined {
  const last = (keyOf: (stretch: Stretch) => string | undefined, key: string | undefined) =>
    runsOf(endpoint, keyOf).findLast((run) => run.key === key)?.began;
  switch (change.kind) {
    case 'opened':
    case 'closed':
      return last(openness, String(change.kind === 'opened'));
    case 'service-changed':
    case 'version-changed':
      return last(identity, identityOf(change.to));
    case 'certificate-changed':
      return last(certificateOf, change.to.fingerprint256);
    default:
      return undefined;
  }
}

/** What came and went within the period, so that its first and its last scan do not show it. */
export function passingOf({ timeline }: HostWeek, since: Date): Passing[] {
  return timeline.endpoints.flatMap((endpoint): Passing[] => {
    const all = runsOf(endpoint, openness);
    const start = all.findIndex(({ last }) => Date.parse(last) > since.getTime());
    if (start < 0) return [];
    const isBegun = Date.parse(all[start]?.began.by ?? '') <= since.getTime();
    const runs = all.slice(isBegun ? start : Math.max(0, start - 1));
    const [base] = runs;
    return runs.slice(1, -1).flatMap((run, at): Passing[] => {
      const next = runs[at + 2];
      if (run.key === base?.key || next === undefined || Date.parse(run.last) <= since.getTime()) return [];
      const { address, port } = endpoint;
      const { state } = run.stretch;
      const service = (state === 'open' ? run.stretch : next.stretch).service;
      if (state === 'unknown') return [];
      return [
        {
          kind: state === 'open' ? 'opened-and-closed' : 'closed-and-reopened',
          address,
          port,
          ...(service === undefined ? {} : { service }),
          state,
          began: run.began,
          ended: next.began,
        },
      ];
    });
  });
}
