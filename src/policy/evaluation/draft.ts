import type { FindingCode } from '../../model/finding-codes.js';
import { countPorts, formatRanges, type PortRange } from '../../model/ports.js';
import type { Basis, Finding, Outcome, Severity } from '../../model/snapshot.js';
import { terminalSafe } from '../../model/printable.js';
import { vantageName } from './evidence.js';
import type { HostRules } from '../resolution/host-rules.js';
import type { Sight } from './observed.js';
import type { ResolvedHost } from '../resolution/resolved-host.js';
import type { Vantage } from '../resolution/vantage.js';
import type { AddressView } from './view.js';
import { riskOf } from '../remedies/remedies.js';
import type { RuleWords } from '../resolution/rule-words.js';

/** One address seen from one vantage, as the policy judges it. */
export interface Scene {
  readonly host: ResolvedHost;
  /** The host's rules for the address's family. */
  readonly rules: HostRules;
  /** What the user typed. */
  readonly target: string;
  readonly view: AddressView;
  readonly vantage: Vantage;
  /** What each vantage saw of the address, this one among them. */
  readonly sights: readonly Sight[];
  /** What must have been observed here for the policy to be decided. */
  readonly required: readonly PortRange[];
  /** False for a family that the policy does not ask for: what is seen open there still counts, and nothing else does. */
  readonly familyRequired: boolean;
  readonly now: Date;
}

/** A finding before it is told where it was made. */
export interface Draft {
  readonly rule: string;
  readonly outcome: Outcome;
  readonly code: FindingCode;
  readonly ports?: readonly PortRange[];
  readonly service?: string | undefined;
  readonly expected: string;
  readonly actual: string;
  readonly evidence: string;
  readonly basis?: Basis;
  readonly remedy?: string | undefined;
  readonly severity?: Severity | undefined;
  readonly owner?: string | undefined;
  readonly reason?: string | undefined;
  readonly blanks?: readonly string[];
  /** Told, and not part of the verdict. */
  readonly counted?: false;
}

/** What a draft says beyond its rule's own words. */
type Seen = Pick<Draft, 'outcome' | 'code' | 'actual' | 'evidence'> & Partial<Draft>;

/** A draft by one rule. Written out, because there may be a million of them, and spreading an object is slow. */
export function draftBy(words: RuleWords, seen: Seen): Draft {
  return {
    rule: words.rule,
    outcome: seen.outcome,
    code: seen.code,
    ports: seen.ports ?? [],
    service: seen.service ?? words.service,
    expected: seen.expected ?? words.expected,
    actual: seen.actual,
    evidence: seen.evidence,
    basis: seen.basis ?? 'none',
    remedy: seen.remedy,
    severity: words.severity,
    owner: words.owner,
    reason: words.reason,
    blanks: words.blanks,
  };
}

/** What a finding is worth where its rule does not say. A pass is worth knowing only. */
function severityOf({ outcome, severity, code, service }: Draft): Severity {
  if (outcome === 'pass') return 'info';
  if (severity !== undefined) return severity;
  switch (code) {
    case 'exposed':
    case 'would-be-exposed':
      return riskOf(service) ?? 'high';
    case 'unlisted':
    case 'exception-expired':
      return riskOf(service) ?? 'medium';
    case 'wrong-service':
    case 'tls-missing':
      return 'high';
    default:
      return 'medium';
  }
}

/** Failures that say: the outside reaches what it must not. */
export const exposureCodes: readonly FindingCode[] = ['exposed', 'unlisted', 'exception-expired'];

/** Seen from the host itself, nothing is known about what the outside reaches. */
function seenFromItself(draft: Draft): Draft {
  const flagged = draft.outcome === 'fail' && exposureCodes.includes(draft.code);
  return {
    ...draft,
    outcome: 'indeterminate',
    code: flagged ? 'would-be-exposed' : 'seen-from-itself',
    evidence: `seen from the host itself, which shows what listens and not what is exposed: ${draft.evidence}`,
  };
}

/** A rule whose author has not said who answers for it, or why, is a draft: what it allows has not been decided yet. */
function reviewed(draft: Draft): Draft {
  if (draft.outcome !== 'pass' || draft.blanks === undefined || draft.blanks.length === 0) return draft;
  const blanks = draft.blanks.join(' and ');
  return {
    ...draft,
    outcome: 'indeterminate',
    code: 'unreviewed',
    evidence: `the rule's ${blanks} ${draft.blanks.length === 1 ? 'is' : 'are'} blank, so nobody has decided it yet; ${draft.evidence}`,
    remedy: `Fill in ${blanks}, or remove the rule.`,
  };
}

/** What one vantage's sight of an address amounts to. */
export function findingAt({ target, view, vantage }: Scene): (draft: Draft) => Finding {
  const place = { host: terminalSafe(target), vantage: vantageName(vantage) };
  const { text: address, family } = view.address;
  return (draft) => {
    const told = view.self ? seenFromItself(draft) : reviewed(draft);
    const { rule, outcome, code, expected, actual, evidence, basis = 'none' } = told;
    // In one piece, because there may be a million of them, and an object that grows takes more room.
    const finding: Finding = {
      rule,
      outcome,
      code,
      host: place.host,
      address,
      family,
      vantage: place.vantage,
      expected,
      actual,
      evidence,
      basis,
      severity: severityOf(told),
    };
    return completed(finding, told);
  };
}

/** The finding of a target as a whole. */
export function findingFor(target: string | undefined, draft: Draft): Finding {
  const { rule, outcome, code, expected, actual, evidence, basis = 'none' } = draft;
  const finding: Finding = { rule, outcome, code, expected, actual, evidence, basis, severity: severityOf(draft) };
  if (target !== undefined) finding.host = terminalSafe(target);
  return completed(finding, draft);
}

function completed(finding: Finding, { ports = [], service, remedy, owner, reason, counted }: Draft): Finding {
  const [only] = ports;
  if (only !== undefined && countPorts(ports) === 1) finding.port = only.first;
  else if (only !== undefined) finding.ports = formatRanges(ports);
  if (service !== undefined) finding.service = terminalSafe(service);
  if (remedy !== undefined) finding.remedy = remedy;
  if (counted !== undefined) finding.counted = counted;
  if (owner !== undefined) finding.owner = owner;
  if (reason !== undefined) finding.reason = reason;
  return finding;
}
