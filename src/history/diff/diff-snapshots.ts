import { diffOutcome, type Diff, type DiffSide } from '../../model/diff.js';
import { isSelfScan } from '../../model/self-scan.js';
import type { Snapshot } from '../../model/snapshot.js';
import { compareViews } from './compare-views.js';
import { viewOf } from './view.js';
import { warningsOf, type Compared } from './warnings.js';

/**
 * Compares two snapshots, the earlier first. Only endpoints that both decided can count as the same or as different; what
 * one of them did not ask for or could not observe is a change of coverage and never "closed". `applyDiff` makes the view of the
 * later one out of the view of the earlier one and this.
 */
export function diffSnapshots(from: Snapshot, to: Snapshot): Diff {
  const [before, after] = [comparedOf(from), comparedOf(to)];
  const comparison = compareViews(before.view, after.view);
  return {
    format: 'exposcan-diff',
    version: 1,
    outcome: diffOutcome(comparison),
    from: before.side,
    to: after.side,
    warnings: warningsOf(before, after),
    ...comparison,
  };
}

function comparedOf(snapshot: Snapshot): Compared {
  return { snapshot, side: sideOf(snapshot), view: viewOf(snapshot) };
}

function sideOf(snapshot: Snapshot): DiffSide {
  const { targets, vantage, startedAt, finishedAt, complete, asked, tool, verdict } = snapshot;
  return {
    targets: targets.map(({ target }) => target),
    vantage: vantage.name,
    sources: [...vantage.sources],
    startedAt,
    finishedAt,
    complete,
    self: isSelfScan(snapshot),
    asked,
    tool,
    verdict,
  };
}
