import { holdsPort, intersectRanges } from '../model/ports.js';
import type { Finding, Snapshot } from '../model/snapshot.js';
import type { ChangeWindow, Expectation, Keep, ProofRow, Proved } from '../model/verification.js';
import { evaluate } from '../policy/evaluation/evaluate.js';
import { layoutOf, type Layout } from './layout.js';
import { proved, rowOf } from './proof-row.js';
import { sightOf, type Sight } from './sight.js';
import { isOpenExposure, subjectText, usualPorts } from './subject.js';
import { beforePolicy, type Owner } from './window-policy.js';

/** What the scan before shows of what the window says of it. */
export interface BeforeProof {
  /** By expectation: whether it starts from where it says. */
  readonly expectations: readonly Proved[];
  /** By keep: whether it is there to be kept. */
  readonly keeps: readonly Proved[];
  /** What could not be observed, so that nobody can say later whether it changed; empty where all was. */
  readonly unknown: readonly ProofRow[];
}

/** Judges the scan before a change. Pure; `window`: what is expected. */
export function judgeBefore(window: Pick<ChangeWindow, 'expectations' | 'keeps'>, before: Snapshot): BeforeProof {
  const layout = layoutOf(window, before);
  const sight = sightOf(before);
  const { policy, ownerOf } = beforePolicy(layout);
  const { findings } = evaluate(policy, before, { expected: [...layout.addresses] });
  const of = (owner: Expectation) => findings.filter((finding) => ownerOf(finding) === owner);
  return {
    expectations: layout.expectations.map((expectation) => proved(startsFrom(expectation, of(expectation), sight))),
    keeps: layout.keeps.map((keep) => proved(isThere(keep, layout, sight))),
    unknown: findings
      .filter((finding) => finding.outcome === 'indeterminate' && !isSpokenOf(finding, ownerOf(finding)))
      .map((finding) => unknownRow(rowOf(finding, sight, 'observed before'))),
  };
}

/**
 * An expectation speaks of its service's own ports, whatever was seen of them. Where the service was found on another, that port may
 * be something else's at an address where it could not be seen.
 */
function isSpokenOf({ port }: Finding, owner: Owner): boolean {
  return owner !== undefined && (port === undefined || holdsPort(usualPorts(owner), port));
}

/** Public is what is open on one address at least; not to be exposed is what is open on none. */
function startsFrom(expectation: Expectation, findings: readonly Finding[], sight: Sight): ProofRow[] {
  const { from } = expectation;
  const rows = findings.map((finding) => rowOf(finding, sight, from));
  const open = rows.filter(({ outcome }) => outcome === 'pass');
  if (isOpenExposure(from) && open.length > 0) return open;
  return rows.map((row) => {
    if (row.outcome === 'pass') return row;
    return row.outcome === 'indeterminate' ? unknownRow(row) : notSoBefore(expectation, row);
  });
}

function notSoBefore({ from, service, port }: Expectation, row: ProofRow): ProofRow {
  const evidence = `${subjectText({ service, port })} was not ${from} before, so that nothing was seen to change; ${row.evidence}`;
  const remedy = 'Look at what you expect, and at the host; then open the window again: exposcan verify begin.';
  return { ...row, outcome: 'fail', code: 'not-so-before', evidence, remedy };
}

function unknownRow(row: ProofRow): ProofRow {
  return {
    ...row,
    outcome: 'indeterminate',
    code: 'unknown-before',
    evidence: `not observed before: ${row.evidence}`,
    remedy: 'Open the window again from where all of it can be seen.',
  };
}

function isThere(keep: Keep, layout: Layout, sight: Sight): ProofRow[] {
  const rows = layout.addresses.flatMap((address) =>
    layout.openAt(address, keep).map((entry) => ({
      outcome: 'pass' as const,
      code: 'open' as const,
      address,
      port: entry.port,
      service: entry.service.name,
      expected: 'open',
      actual: 'open',
      evidence: sight.tell(address, entry.port) ?? '',
      severity: 'info' as const,
    })),
  );
  if (rows.length > 0) return rows;
  const usual = usualPorts(keep);
  const mayBe = layout.addresses.some((address) => intersectRanges(usual, sight.unknownAt(address)).length > 0);
  const name = subjectText(keep);
  const row: ProofRow = {
    outcome: 'fail',
    code: 'not-so-before',
    expected: 'open',
    actual: 'not open',
    evidence: `${name} was open nowhere before, so that there is nothing to keep`,
    remedy: 'Leave it out of --keep, or see that it runs; then open the window again: exposcan verify begin.',
    severity: 'medium',
  };
  return [mayBe ? unknownRow({ ...row, evidence: `${name} was found nowhere, and not all was seen` }) : row];
}
