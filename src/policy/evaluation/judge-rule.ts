import { formatRanges, intersectRanges, mergeRanges, subtractRanges, type PortRange } from '../../model/ports.js';
import type { OpenEntry } from '../../model/snapshot.js';
import { draftBy, type Draft, type Scene } from './draft.js';
import type { EffectiveRule } from '../resolution/effective-rules.js';
import { basisOf, vantageName } from './evidence.js';
import { judgeExposed, judgeIdentity } from './judge-open.js';
import type { ServiceRule } from '../policy.js';
import { cellOf, expectationOf, sideLacking, sideUnclear, type Expectation } from './truth-table.js';
import { formatSources } from '../resolution/vantage-side.js';

/** Judges one rule that names ports. `open`: the open ports among them. One draft an open port, one a group of others. */
export function judgeRule(scene: Scene, effective: EffectiveRule, open: readonly OpenEntry[]): Draft[] {
  const { rule, ports } = effective;
  const expectation = expectationOf(rule, scene.vantage, scene.view.address.family);
  if (expectation === 'undecidable') return [vantageUnclear(scene, rule, ports)];
  const drafts = open.map((entry) => judgeOpen(scene, rule, entry, expectation));
  if (!scene.familyRequired) return drafts;
  return [...drafts, ...judgeNotOpen(scene, effective, expectation), ...judgeUnknown(scene, effective, expectation)];
}

/** One open port that this rule speaks of. */
export function judgeOpen(scene: Scene, rule: ServiceRule, entry: OpenEntry, expectation: Expectation): Draft {
  return expectation === 'not-open' ? judgeExposed(scene, rule, entry) : judgeIdentity(scene, rule, entry);
}

function judgeNotOpen(scene: Scene, { rule, ports: ruled }: EffectiveRule, expectation: 'open' | 'not-open'): Draft[] {
  return scene.view.notOpen.flatMap(({ entry, ranges, evidence }): Draft[] => {
    const ports = intersectRanges(ruled, ranges);
    if (ports.length === 0) return [];
    const cell = cellOf(expectation, entry.state, rule.accept);
    const draft = draftBy(scene.rules.wordsOf(rule), {
      outcome: cell.outcome,
      code: cell.code,
      ports,
      actual: entry.state,
      evidence: evidence[expectation],
      basis: basisOf(entry),
    });
    switch (cell.code) {
      case 'missing':
        return [{ ...draft, remedy: missingRemedy(scene, rule) }];
      case 'not-proved':
        return [{ ...draft, expected: `${draft.expected}, closed`, remedy: refusalRemedy(scene, ports) }];
      default:
        return [draft];
    }
  });
}

function judgeUnknown(scene: Scene, { rule, ports: ruled }: EffectiveRule, expectation: 'open' | 'not-open'): Draft[] {
  return scene.view.unknown.flatMap(({ code, ranges, evidence }): Draft[] => {
    const ports = intersectRanges(ruled, ranges);
    if (ports.length === 0) return [];
    const cell = cellOf(expectation, code, rule.accept);
    return [
      draftBy(scene.rules.wordsOf(rule), {
        outcome: cell.outcome,
        code: cell.code,
        ports,
        actual: 'unknown',
        evidence,
      }),
    ];
  });
}

export function missingRemedy({ view }: Scene, { service }: ServiceRule): string {
  return (
    `Check that ${service ?? 'the service'} runs and listens on ${view.address.text}, and that no firewall keeps ` +
    `IPv${view.address.family} out; then run exposcan again.`
  );
}

function refusalRemedy({ view }: Scene, ports: readonly PortRange[]): string {
  return (
    `The rule accepts a refusal only. See on ${view.address.text} itself that nothing listens on ${formatRanges(ports)} ` +
    '(exposcan reconcile), let the firewall reject instead of drop, or accept [closed, filtered].'
  );
}

/**
 * A restriction has two sides, and a vantage stands on one of them. What of the rule's ports nobody has looked at from inside, and
 * what nobody from outside; one draft a side. `sights` of the scene: all that were had of the address.
 */
export function judgeLackingSides(scene: Scene, { rule, ports }: EffectiveRule): Draft[] {
  if (rule.exposure !== 'restricted' || !scene.familyRequired) return [];
  const expectations = scene.sights.map(({ vantage, view }) => expectationOf(rule, vantage, view.address.family));
  // That a vantage's side cannot be told has a finding of its own.
  if (expectations.includes('undecidable')) return [];
  const allowed = formatSources(rule.from);
  const lacking = (side: 'inside' | 'outside', expected: Expectation): Draft[] => {
    const looked = scene.sights.filter((_, at) => expectations[at] === expected);
    const isAnywhere = ports.length === 0;
    // A service that may be anywhere is kept from the outside only where the outside looked everywhere; from inside it has to be
    // found, and that it was not has a finding of its own.
    const asked = isAnywhere ? subtractRanges(scene.required, scene.rules.ruledPorts) : ports;
    const missing = subtractRanges(asked, mergeRanges(looked.flatMap(({ view }) => view.accounted)));
    if (missing.length === 0 || (isAnywhere && side === 'inside' && looked.length > 0)) return [];
    const names = [...new Set(scene.sights.map(({ vantage }) => vantageName(vantage)))].join(', ');
    const seen =
      looked.length === 0 ? `seen from ${names} only, not from ${side}` : `from ${side}, these ports were not scanned`;
    return [
      {
        ...scene.rules.wordsOf(rule),
        ...sideLacking,
        ports: missing,
        actual: 'not observed',
        evidence: `${seen}; a vantage ${side} ${allowed} is lacking`,
        remedy: `Run exposcan from a vantage ${side} ${allowed} too, and judge both snapshots together.`,
      },
    ];
  };
  return [...lacking('inside', 'open'), ...lacking('outside', 'not-open')];
}

export function vantageUnclear(scene: Scene, rule: ServiceRule, ports: readonly PortRange[]): Draft {
  const { family } = scene.view.address;
  return {
    ...scene.rules.wordsOf(rule),
    ...sideUnclear,
    ports,
    actual: 'not decided',
    evidence: `it cannot be told whether ${vantageName(scene.vantage)} sends its IPv${family} from inside ${formatSources(rule.from)}`,
    remedy: 'Name the vantage under from, and give that name with --vantage.',
  };
}
