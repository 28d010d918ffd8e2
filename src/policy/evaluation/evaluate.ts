import { getOrInsert } from '../../model/groups.js';
import type { Disagreement } from '../../model/disagreement.js';
import { mergeRanges } from '../../model/ports.js';
import { isSelfScan, selfScanCodes } from '../../model/self-scan.js';
import type { Finding, Severity, Snapshot, Verdict } from '../../model/snapshot.js';
import { verdictOf } from '../../model/verdict.js';
import type { Warning } from '../../model/warning.js';
import { incomplete, judgeCoverage, neverLookedAt, noRule, nothingScanned } from './coverage.js';
import { disagreementsOf, type SeenAddress } from './disagreements.js';
import type { Scene } from './draft.js';
import { exceptionWarnings } from './exception-warnings.js';
import { judgeAddress } from './judge-address.js';
import { nameWarnings } from '../vantages/name-sanity.js';
import { observe, type Observed, type TargetView } from './observed.js';
import type { Policy } from '../policy.js';
import { hostResolver, type HostResolver, type ResolvedHost } from '../resolution/resolved-host.js';
import { judgeUnseenHosts } from './unseen-hosts.js';
import { vantageWarnings } from '../vantages/vantage-sanity.js';
import { countFrom, sortFindings } from './verdict.js';

export interface EvaluateOptions {
  /**
   * When the answer is for: exceptions, certificates and the age of snapshots are looked at as of then. Default: when the
   * latest snapshot was finished, so that the same documents give the same answer.
   */
  readonly now?: Date;
  /**
   * Whether somebody asked for this policy (default), or it is the baseline that is used for want of one. Without an explicit
   * policy, a scan that saw its addresses only from themselves gets the verdict `none`; its findings with the code
   * `would-be-exposed` are the open ports that would be flagged if the outside reached them.
   */
  readonly explicit?: boolean;
  /** Targets that were to be looked at; one that is in no snapshot is indeterminate. Default: whatever was scanned is judged, and nothing else. */
  readonly expected?: readonly string[];
  /** Deviations of a lesser severity are reported and not counted. What is undecided always counts. Default: `info`. */
  readonly severity?: Severity;
}

export interface Evaluation {
  readonly verdict: Verdict;
  /** Failures by severity, then what is indeterminate, then what passes. Evidence in them is printable. */
  readonly findings: Finding[];
  /** What casts doubt on a vantage, and exceptions that will soon end. They do not change the verdict. */
  readonly warnings: Warning[];
  /** Where vantages, families or addresses of one name differ in what is open. */
  readonly disagreements: Disagreement[];
}

/**
 * Judges one snapshot, or several from one vantage or more, by a policy. Pure; the order of the snapshots does not matter, nor
 * that one is given twice.
 *
 * Every address of every target is judged by what the entries that speak of it say together, for each vantage by itself, so a rule
 * that holds on IPv4 and fails on IPv6 gives two findings. What could not be observed is indeterminate, never a pass: unknown
 * ports, ports or families that no vantage scanned, snapshots that are too old, addresses that no entry speaks of, the side of
 * a restriction that no vantage stood on. What was seen at about the same time and differs is judged twice. A policy that decides
 * nothing never passes. Throws `ERR_SNAPSHOT_INVALID` where a snapshot holds no addresses but other text.
 */
export function evaluate(
  policy: Policy,
  given: Snapshot | readonly Snapshot[],
  options: EvaluateOptions = {},
): Evaluation {
  const snapshots: readonly Snapshot[] = isList(given) ? given : [given];
  const { now = latestOf(snapshots), explicit = true, expected = [], severity = 'info' } = options;
  const observed = observe(snapshots);
  const judging: Judging = { policy, observed, now, resolver: hostResolver(policy), judged: new Map() };
  const found: Finding[] = [];
  const disagreements = observed.targets.flatMap((target) => judgeTarget(judging, target, found));
  if (observed.targets.length === 0) found.push(nothingScanned(policy));
  for (const vantage of observed.interrupted) found.push(incomplete(policy, vantage));
  for (const finding of judgeUnseenHosts(policy, expected, observed)) found.push(finding);
  const findings = sortFindings(countFrom(severity, observed.snapshots > 1 ? distinctFindings(found) : found));
  return {
    verdict: explicit ? verdictOf(findings) : verdictOfBaseline(findings, snapshots),
    findings,
    warnings: distinctWarnings([
      ...exceptionWarnings(policy, judging.judged.keys(), now),
      ...snapshots.flatMap(vantageWarnings),
      ...nameWarnings(snapshots),
    ]),
    disagreements,
  };
}

function isList(given: Snapshot | readonly Snapshot[]): given is readonly Snapshot[] {
  return Array.isArray(given);
}

function latestOf(snapshots: readonly Snapshot[]): Date {
  return new Date(Math.max(0, ...snapshots.map(({ finishedAt }) => Date.parse(finishedAt))));
}

/** What this machine saw of itself is judged by nobody, so then not everything that was asked can pass. */
function verdictOfBaseline(findings: readonly Finding[], snapshots: readonly Snapshot[]): Verdict {
  if (snapshots.every(isSelfScan)) return 'none';
  const fromOutside = findings.filter(({ code }) => !selfScanCodes.includes(code));
  const verdict = verdictOf(fromOutside);
  return verdict === 'pass' && fromOutside.length < findings.length ? 'indeterminate' : verdict;
}

/** What is kept while snapshots are judged. */
interface Judging {
  readonly policy: Policy;
  readonly observed: Observed;
  readonly now: Date;
  readonly resolver: HostResolver;
  /** By what the policy says of them: the addresses that have been judged already. */
  readonly judged: Map<ResolvedHost, Set<string>>;
}

/** Puts what it finds to the rest, of which there may be a million. */
function judgeTarget(judging: Judging, scanned: TargetView, found: Finding[]): Disagreement[] {
  const { policy, observed, resolver, judged, now } = judging;
  const { target, spec } = scanned;
  const before = found.length;
  found.push(...judgeCoverage(policy, resolver.resolve(spec, undefined), scanned));
  const seen: SeenAddress[] = [];
  let unruled = 0;
  let isShared = false;
  for (const address of scanned.addresses) {
    const host = resolver.resolve(spec, address);
    if (host === undefined) {
      unruled += 1;
      continue;
    }
    const already = getOrInsert(judged, host, () => new Set());
    if (already.has(address.text)) {
      // Two targets lead to this address; it has its findings under the first.
      isShared = true;
      continue;
    }
    already.add(address.text);
    const sights = observed.sightsOf(address, { now: now.getTime(), maxAge: host.maxAge });
    const rules = host.rules(address.family);
    // What a rule names must be decided, also where a more specific entry's ports leave it out.
    const required = mergeRanges([
      ...(host.ports === 'as-scanned' ? observed.askedPorts : host.ports),
      ...rules.ruledPorts,
    ]);
    const familyRequired = host.families?.includes(address.family) ?? true;
    const scenes = sights.map(({ vantage, view }): Scene => ({
      host,
      rules,
      target,
      view,
      vantage,
      sights,
      required,
      familyRequired,
      now,
    }));
    for (const finding of judgeAddress(scenes)) found.push(finding);
    if (sights.length === 0) found.push(neverLookedAt(host, target, address, required));
    seen.push({ address, sights, ruleAt: (port) => rules.ruleAt(port) });
  }
  if (unruled > 0) found.push(noRule(policy, target, unruled));
  if (found.length === before && !isShared) found.push(noRule(policy, target, scanned.addresses.length));
  return disagreementsOf(target, spec?.kind === 'name', seen);
}

/** Two scans of one place and time find the same thing twice; what was seen of an address differs in its time at least. */
function distinctFindings(findings: readonly Finding[]): readonly Finding[] {
  const keyOf = (finding: Finding) => {
    const { rule, outcome, code, host, address, family, port, ports, vantage, actual, expected, evidence } = finding;
    const isSeen = address !== undefined && vantage !== undefined;
    const words = [rule, outcome, code, host, address, family, port, ports, vantage, actual, expected];
    return [...words, isSeen ? '' : evidence].join('\n');
  };
  return [...new Map(findings.toReversed().map((finding) => [keyOf(finding), finding])).values()].toReversed();
}

function distinctWarnings(warnings: readonly Warning[]): Warning[] {
  return [
    ...new Map(
      warnings.map((warning) => [`${warning.code} ${warning.vantage} ${warning.host} ${warning.message}`, warning]),
    ).values(),
  ];
}
