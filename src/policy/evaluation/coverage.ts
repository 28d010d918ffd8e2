import { bothFamilies, type Address, type Family } from '../../model/address.js';
import type { ObserverCode } from '../../model/errors.js';
import type { FindingCode } from '../../model/finding-codes.js';
import { literalRange, type TargetSpec } from '../../model/parse-target.js';
import type { PortRange } from '../../model/ports.js';
import { terminalSafe } from '../../model/printable.js';
import { counted } from '../../model/quantity.js';
import type { Finding, SnapshotTarget } from '../../model/snapshot.js';
import { findingFor } from './draft.js';
import { vantageName } from './evidence.js';
import type { Look } from './look.js';
import type { TargetView } from './observed.js';
import type { Policy } from '../policy.js';
import type { ResolvedHost } from '../resolution/resolved-host.js';
import { hostText } from '../resolution/rule-words.js';
import type { Vantage } from '../resolution/vantage.js';

/** The families of which a target's addresses must have been observed, where the policy says this of it. */
function requiredFamilies(target: TargetSpec | undefined, host: ResolvedHost | undefined): readonly Family[] {
  const literal = literalRange(target);
  const possible = literal === undefined ? bothFamilies : [literal.family];
  return possible.filter((family) => host?.families?.includes(family) ?? true);
}

/**
 * What of a target could not be looked at, beyond the ports of its addresses: a family that was not scanned, a lookup that
 * failed, addresses that were excluded, or all of it. `host`: what the policy says of the target by its name.
 */
export function judgeCoverage(policy: Policy, host: ResolvedHost | undefined, scanned: TargetView): Finding[] {
  const { target, spec, addresses, looks } = scanned;
  const required = requiredFamilies(spec, host);
  const indeterminate = (code: FindingCode, actual: string, evidence: string, remedy?: string): Finding =>
    findingFor(target, {
      rule: host === undefined ? `${policy.name} hosts` : hostText(host, 'families', host.statedAt('families')),
      outcome: 'indeterminate',
      code,
      expected: 'observed',
      actual,
      evidence,
      remedy,
    });
  const findings: Finding[] = looks.flatMap((look) =>
    look.errors
      .filter((error) => matters(error, required, scanned))
      .map((error) => {
        const evidence = `${error.code}: ${terminalSafe(error.message)}`;
        const finding = indeterminate(codeOf(error), 'not observed', evidence, lookRemedies[error.code]);
        if (error.family !== undefined) finding.family = error.family;
        return { ...finding, vantage: vantageName(look.vantage) };
      }),
  );
  for (const family of required) {
    const isAccounted = looks.some((look) => accountsFor(look, family, addresses));
    if (isAccounted || (addresses.length === 0 && findings.length > 0)) continue;
    const isAsked = looks.some(({ askedFamilies }) => askedFamilies.includes(family));
    const why = isAsked ? 'nothing says whether it has any' : 'this family was not scanned';
    const evidence = `no IPv${family} address of ${terminalSafe(target)} was observed, and ${why}`;
    findings.push({ ...indeterminate('family-not-observed', 'not observed', evidence, 'Scan both families.'), family });
  }
  for (const family of required) {
    const isThere = addresses.some((address) => address.family === family);
    const asking = isThere || host === undefined ? [] : declaredFor(host, family);
    if (asking.length === 0 || findings.some((finding) => finding.family === family)) continue;
    const evidence = `${terminalSafe(target)} has no IPv${family} address, and ${counted(asking.length, 'rule')} of the policy declare${asking.length === 1 ? 's' : ''} something open there`;
    findings.push({
      ...indeterminate('family-not-observed', 'no address', evidence, 'Give it one, or change the rules.'),
      family,
    });
  }
  if (addresses.length === 0 && findings.length === 0) {
    findings.push(indeterminate('not-observed', 'no address', `${terminalSafe(target)} has no address to scan`));
  }
  return findings;
}

/**
 * An error of the other family, which this policy does not ask for, takes nothing from the answer; nor does it that one vantage
 * was told to leave a family out that another has looked at.
 */
function matters(
  { family, code }: SnapshotTarget['errors'][number],
  required: readonly Family[],
  { addresses, looks }: TargetView,
): boolean {
  if (family === undefined) return true;
  if (!required.includes(family)) return false;
  const isSeenElsewhere =
    addresses.some((address) => address.family === family) || looks.some(({ noRecord }) => noRecord.includes(family));
  return code !== 'ERR_FAMILY_NOT_SCANNED' || !isSeenElsewhere;
}

/** Rules that want something open on one family and say so. */
function declaredFor(host: ResolvedHost, family: Family) {
  const { withPorts, anywhere } = host.rules(family);
  const rules = [...withPorts.map(({ rule }) => rule), ...anywhere];
  return rules.filter(
    (rule) => rule.family === family && (rule.exposure === 'public' || rule.exposure === 'restricted'),
  );
}

function accountsFor({ noRecord, errors }: Look, family: Family, addresses: TargetView['addresses']): boolean {
  const isSeen = addresses.some((address) => address.family === family);
  return isSeen || noRecord.includes(family) || errors.some((error) => error.family === family);
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

/** An address of a target of which no snapshot says anything. */
export function neverLookedAt(
  host: ResolvedHost,
  target: string,
  { text, family }: Address,
  ports: readonly PortRange[],
): Finding {
  const finding = findingFor(target, {
    rule: hostText(host, 'ports', host.statedAt('ports')),
    outcome: 'indeterminate',
    code: 'not-covered',
    ports,
    expected: 'observed',
    actual: 'not observed',
    evidence: `${text} is an address of ${terminalSafe(target)}, and nothing was recorded of it`,
    remedy: 'Scan it.',
  });
  return { ...finding, address: text, family };
}

/** Addresses that were scanned and that no entry of the policy speaks of. */
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
export function incomplete(policy: Policy, vantage: Vantage): Finding {
  return {
    ...findingFor(undefined, {
      rule: `${policy.name} hosts`,
      outcome: 'indeterminate',
      code: 'incomplete',
      expected: 'a complete scan',
      actual: 'interrupted',
      evidence: 'the scan was stopped before it had decided everything',
      remedy: 'Run exposcan again and let it finish.',
    }),
    vantage: vantageName(vantage),
  };
}
