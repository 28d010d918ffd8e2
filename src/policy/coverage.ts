import { bothFamilies, type Family } from '../model/address.js';
import type { ObserverCode } from '../model/errors.js';
import type { FindingCode } from '../model/finding-codes.js';
import { literalRange, type TargetSpec } from '../model/parse-target.js';
import { terminalSafe } from '../model/printable.js';
import { counted } from '../model/quantity.js';
import type { Finding, SnapshotTarget } from '../model/snapshot.js';
import { findingFor } from './draft.js';
import type { HostPolicy, Policy } from './policy.js';
import type { SnapshotView, TargetView } from './view.js';
import { hostText } from './rule-words.js';

/** The families of which a target's addresses must have been observed, where these host entries speak of it. */
function requiredFamilies(target: TargetSpec | undefined, named: HostPolicy | undefined): readonly Family[] {
  const literal = literalRange(target);
  const possible = literal === undefined ? bothFamilies : [literal.family];
  return possible.filter((family) => named?.families?.includes(family) ?? true);
}

/**
 * What of a target could not be looked at, beyond the ports of its addresses: a family that was not scanned, a lookup that
 * failed, addresses that were excluded, or all of it. `host`: the entry that speaks of the target, where one does.
 */
export function judgeCoverage(
  policy: Policy,
  host: HostPolicy | undefined,
  view: SnapshotView,
  scanned: TargetView,
): Finding[] {
  const { target, spec, addresses } = scanned;
  const required = requiredFamilies(spec, host);
  const indeterminate = (code: FindingCode, actual: string, evidence: string, remedy?: string): Finding =>
    findingFor(target.target, {
      rule: host === undefined ? `${policy.name} hosts` : hostText(policy, host, 'families'),
      outcome: 'indeterminate',
      code,
      expected: 'observed',
      actual,
      evidence,
      remedy,
    });
  // An error of the other family, which this policy does not ask for, takes nothing from the answer.
  const errors = target.errors.filter(({ family }) => family === undefined || required.includes(family));
  const findings = errors.map((error) => {
    const evidence = `${error.code}: ${terminalSafe(error.message)}`;
    const finding = indeterminate(codeOf(error), 'not observed', evidence, lookRemedies[error.code]);
    if (error.family !== undefined) finding.family = error.family;
    return finding;
  });
  for (const family of required) {
    const seen = addresses.some((address) => address.family === family);
    const accounted = seen || target.noRecord.includes(family) || errors.some((error) => error.family === family);
    if (accounted || (addresses.length === 0 && errors.length > 0)) continue;
    const why = view.askedFamilies.includes(family) ? 'nothing says whether it has any' : 'this family was not scanned';
    const evidence = `no IPv${family} address of ${terminalSafe(target.target)} was observed, and ${why}`;
    findings.push({ ...indeterminate('family-not-observed', 'not observed', evidence, 'Scan both families.'), family });
  }
  if (addresses.length === 0 && findings.length === 0) {
    findings.push(indeterminate('not-observed', 'no address', `${terminalSafe(target.target)} has no address to scan`));
  }
  return findings;
}

function codeOf({ code, family }: SnapshotTarget['errors'][number]): FindingCode {
  if (code === 'ERR_EXCLUDED') return 'address-excluded';
  return family === undefined ? 'not-observed' : 'family-not-observed';
}

/** What lets the user see what the command line left out. */
const lookRemedies: Readonly<Partial<Record<ObserverCode, string>>> = {
  ERR_FAMILY_NOT_SCANNED: 'Scan both families: leave -4 and -6 out.',
  ERR_EXCLUDED: 'Scan all of its addresses: take them out of --exclude.',
};

/** Addresses that were scanned and that no entry of the policy speaks of, or not of their family. */
export function noRule(policy: Policy, target: string, addresses: number): Finding {
  return findingFor(target, {
    rule: `${policy.name} hosts`,
    outcome: 'indeterminate',
    code: 'no-rule',
    expected: 'a host entry that speaks of it',
    actual: 'none',
    evidence: `the policy ${policy.name} does not speak of ${counted(addresses, 'address', 'addresses')} of ${terminalSafe(target)}`,
    remedy: 'Add a host entry for it (host: "*" speaks of whatever is scanned), or judge it by another policy.',
  });
}

export function nothingScanned(policy: Policy): Finding {
  return findingFor(undefined, {
    rule: `${policy.name} hosts`,
    outcome: 'indeterminate',
    code: 'not-observed',
    expected: 'observed',
    actual: 'no target',
    evidence: 'the snapshot holds no target',
  });
}

/** An interrupted scan may fail, and never passes. */
export function incomplete(policy: Policy): Finding {
  return findingFor(undefined, {
    rule: `${policy.name} hosts`,
    outcome: 'indeterminate',
    code: 'incomplete',
    expected: 'a complete scan',
    actual: 'interrupted',
    evidence: 'the scan was stopped before it had decided everything',
    remedy: 'Run exposcan again and let it finish.',
  });
}
