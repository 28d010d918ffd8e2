import type { Finding, Outcome, Severity } from '../../model/snapshot.js';

const outcomeRank: Readonly<Record<Outcome, number>> = { fail: 0, indeterminate: 1, pass: 2 };
const severityRank: Readonly<Record<Severity, number>> = { critical: 0, high: 1, medium: 2, low: 3, info: 4 };

/** Marks the failures below a severity as not counted. What is undecided always counts: it may hide anything. */
export function countFrom(threshold: Severity, findings: readonly Finding[]): readonly Finding[] {
  if (threshold === 'info') return findings;
  const isBelow = ({ outcome, severity }: Finding) =>
    outcome === 'fail' && severityRank[severity] > severityRank[threshold];
  return findings.map((finding) => (isBelow(finding) ? { ...finding, counted: false as const } : finding));
}

/** Failures first, the gravest of them foremost; then what is indeterminate; then what passes. Otherwise as they come. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  return findings.toSorted(
    (a, b) => outcomeRank[a.outcome] - outcomeRank[b.outcome] || severityRank[a.severity] - severityRank[b.severity],
  );
}
