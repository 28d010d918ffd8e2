import { getOrInsert } from '../model/groups.js';
import { mergeRanges } from '../model/ports.js';
import { isSelfScan, selfScanCodes } from '../model/self-scan.js';
import type { Finding, Snapshot, Verdict } from '../model/snapshot.js';
import { incomplete, judgeCoverage, noRule, nothingScanned } from './coverage.js';
import type { Scene } from './draft.js';
import { hostRules, type HostRules } from './host-rules.js';
import { judgeAddress } from './judge-address.js';
import { hostFinder, type HostFinder } from './match-host.js';
import type { HostPolicy, Policy } from './policy.js';
import { sortFindings, verdictOf } from './verdict.js';
import { viewSnapshot, type SnapshotView, type TargetView } from './view.js';

export interface EvaluateOptions {
  /** When exceptions are looked at. Default: when the snapshot was finished, so that the same documents give the same answer. */
  readonly now?: Date;
  /**
   * Whether somebody asked for this policy (default), or it is the baseline that is used for want of one. Without an explicit
   * policy, a scan that saw its addresses only from themselves gets the verdict `none`; its findings with the code
   * `would-be-exposed` are the open ports that would be flagged if the outside reached them.
   */
  readonly explicit?: boolean;
}

export interface Evaluation {
  readonly verdict: Verdict;
  /** Failures by severity, then what is indeterminate, then what passes. Evidence in them is printable. */
  readonly findings: Finding[];
}

/**
 * Judges a snapshot by a policy. Pure.
 *
 * Every address of every target is judged by the host entry that speaks of it most specifically, so a rule that holds on IPv4 and
 * fails on IPv6 gives two findings. What could not be observed is indeterminate, never a pass: unknown ports, ports or
 * families that were not scanned, addresses that no entry speaks of, the side of a restriction that this vantage cannot
 * see. Hosts of the policy that are not in the snapshot are not judged; a policy that decides nothing never passes.
 */
export function evaluate(policy: Policy, snapshot: Snapshot, options: EvaluateOptions = {}): Evaluation {
  const { now = new Date(snapshot.finishedAt), explicit = true } = options;
  const view = viewSnapshot(snapshot);
  const findings = sortFindings(judgeSnapshot(policy, view, now));
  if (explicit) return { verdict: verdictOf(findings), findings };
  if (isSelfScan(snapshot)) return { verdict: 'none', findings };
  const fromOutside = findings.filter(({ code }) => !selfScanCodes.includes(code));
  const verdict = verdictOf(fromOutside);
  // What this machine saw of itself is judged by nobody, so not everything that was asked can pass.
  return { verdict: verdict === 'pass' && fromOutside.length < findings.length ? 'indeterminate' : verdict, findings };
}

function judgeSnapshot(policy: Policy, view: SnapshotView, now: Date): Finding[] {
  const finder = hostFinder(policy);
  const books = new Map<HostPolicy, Book>();
  const bookOf = (host: HostPolicy) =>
    getOrInsert(books, host, (): Book => ({ rules: hostRules(policy, host), judged: new Set() }));
  const findings = view.targets.flatMap((scanned) => judgeTarget(policy, view, scanned, finder, bookOf, now));
  if (view.targets.length === 0) findings.push(nothingScanned(policy));
  if (!view.complete) findings.push(incomplete(policy));
  return findings;
}

/** What is kept of a host entry while a snapshot is judged: its rules, and the addresses that it has judged already. */
interface Book {
  readonly rules: HostRules;
  readonly judged: Set<string>;
}

function judgeTarget(
  policy: Policy,
  view: SnapshotView,
  scanned: TargetView,
  finder: HostFinder,
  bookOf: (host: HostPolicy) => Book,
  now: Date,
): Finding[] {
  const { target } = scanned.target;
  const findings = judgeCoverage(policy, finder.forName(scanned.spec), view, scanned);
  let unruled = 0;
  let shared = false;
  for (const address of scanned.addresses) {
    const host = finder.forAddress(scanned.spec, address);
    if (host === undefined) {
      unruled += 1;
      continue;
    }
    const { rules, judged } = bookOf(host);
    if (judged.has(address.text)) {
      // Two targets lead to this address; it has its findings under the first.
      shared = true;
      continue;
    }
    judged.add(address.text);
    const required = host.ports === 'as-scanned' ? mergeRanges([...view.askedPorts, ...rules.ruledPorts]) : host.ports;
    const familyRequired = host.families?.includes(address.family) ?? true;
    const { vantage } = view;
    const scene: Scene = { policy, rules, target, view: view.viewOf(address), vantage, required, familyRequired, now };
    for (const finding of judgeAddress(scene)) findings.push(finding);
  }
  if (unruled > 0) findings.push(noRule(policy, target, unruled));
  if (findings.length === 0 && !shared) findings.push(noRule(policy, target, scanned.addresses.length));
  return findings;
}
