import { diffSnapshots } from '../history/diff/diff-snapshots.js';
import type { Change } from '../model/diff-change.js';
import type { Snapshot } from '../model/snapshot.js';
import type { ChangeWindow, Expectation, Keep, ProofRow, Verification } from '../model/verification.js';
import { evaluate } from '../policy/evaluation/evaluate.js';
import { comparedRows } from './compare.js';
import { judgeBefore } from './judge-before.js';
import { layoutOf } from './layout.js';
import { movedRows } from './moved.js';
import { notesOn } from './notes.js';
import { proved, rowOf } from './proof-row.js';
import { restRow } from './rest-row.js';
import { sightOf } from './sight.js';
import { isOpenExposure, usualPorts } from './subject.js';
import { wholeRows } from './whole-rows.js';
import { afterPolicy } from './window-policy.js';

/** What two scans prove of a change. */
export type Proof = Pick<
  Verification,
  'verdict' | 'expectations' | 'keeps' | 'rest' | 'changes' | 'warnings' | 'notes'
>;

/**
 * Judges a change by the scans before and after it. Pure.
 *
 * It is proven where the before shows each expectation where it starts from, the after shows it where it is to be on every address
 * that the targets had or have, everything else that was open is still, with the same service, and nothing else is. What either of
 * the two could not observe is indeterminate, and a deviation that is proved outranks that. `now`: when the answer is for.
 */
export function verify(window: ChangeWindow, before: Snapshot, after: Snapshot, { now }: { now: Date }): Proof {
  const start = judgeBefore(window, before);
  const layout = layoutOf(window, before);
  const sights = { before: sightOf(before), after: sightOf(after) };
  const { policy, ownerOf } = afterPolicy(layout);
  const judged = narrowed(window, after);
  const { findings, warnings } = evaluate(policy, judged, { now, expected: [...layout.names, ...layout.addresses] });
  const { changes } = diffSnapshots(before, after);
  const compared = comparedRows(layout, before, changes, sights);
  const comparedOf = (keep: Keep | undefined) => compared.flatMap(({ owner, row }) => (owner === keep ? [row] : []));
  const rowsOf = (owner: Expectation | Keep, expected: string) =>
    findings.filter((finding) => ownerOf(finding) === owner).map((finding) => rowOf(finding, sights.before, expected));
  const expectations = layout.expectations.map((expectation, index) => ({
    ...expectation,
    ...proved([
      ...failing(start.expectations[index]?.rows),
      ...distinct(rowsOf(expectation, expectation.to)).map((row) => usual(expectation, row)),
      ...movedRows(expectation, layout, after, sights),
    ]),
  }));
  const keeps = layout.keeps.map((keep, index) => ({
    ...keep,
    ...proved([
      ...failing(start.keeps[index]?.rows),
      ...distinct([...rowsOf(keep, 'open, as before'), ...comparedOf(keep)]),
    ]),
  }));
  const rest = proved(
    distinct([
      ...findings
        .filter((finding) => ownerOf(finding) === undefined)
        .map((finding) => restRow(finding, before, sights.before)),
      ...comparedOf(undefined),
      ...wholeRows(window, before, after),
      ...start.unknown,
    ]),
  );
  const outcomes = [...expectations, ...keeps, rest].map(({ outcome }) => outcome);
  return {
    verdict: outcomes.includes('fail') ? 'not-proven' : outcomes.includes('indeterminate') ? 'indeterminate' : 'proven',
    expectations,
    keeps,
    rest,
    changes: changes.filter(isTold),
    warnings,
    notes: notesOn(window, after, [...expectations, ...keeps, rest]),
  };
}

function failing(rows: readonly ProofRow[] = []): readonly ProofRow[] {
  return rows.filter(({ outcome }) => outcome !== 'pass');
}

/** An address of a name is scanned as itself as well, in case that the name no longer leads there; it is judged once. */
function narrowed({ targets }: ChangeWindow, after: Snapshot): Snapshot {
  const typed = new Set(targets);
  const named = new Set(after.targets.flatMap(({ target, addresses }) => (typed.has(target) ? addresses : [])));
  return { ...after, targets: after.targets.filter(({ target }) => typed.has(target) || !named.has(target)) };
}

/** Two targets may lead to one endpoint, and two looks tell the same of it. */
function distinct(rows: readonly ProofRow[]): ProofRow[] {
  const keyOf = ({ outcome, code, host, address, family, port, ports, evidence }: ProofRow) =>
    JSON.stringify([outcome, code, address === undefined ? host : null, address, family, port, ports, evidence]);
  return [...new Map(rows.map((each) => [keyOf(each), each])).values()];
}

/** A service that is to be open may open on its own ports; on another, it is something else that opened. */
function usual(expectation: Expectation, found: ProofRow): ProofRow {
  const { port } = found;
  if (!isOpenExposure(expectation.to) || found.outcome !== 'pass' || port === undefined) return found;
  if (usualPorts(expectation).some(({ first, last }) => port >= first && port <= last)) return found;
  return {
    ...found,
    outcome: 'fail',
    code: 'unlisted',
    expected: `${expectation.to} on its own port`,
    severity: 'medium',
    remedy: `If it is meant to be open there, expect the port: --expect '${port}: absent -> public'.`,
  };
}

/** What else changed, beside what the rows tell. */
function isTold({ kind }: Change): boolean {
  switch (kind) {
    case 'version-changed':
    case 'certificate-changed':
    case 'tls-version-changed':
    case 'identification-lost':
    case 'identification-gained':
    case 'address-appeared':
    case 'address-vanished':
    case 'became-closed':
    case 'became-filtered':
      return true;
    default:
      return false;
  }
}
