import { intersectRanges } from '../model/ports.js';
import type { OpenEntry } from '../model/snapshot.js';
import type { Draft, Scene } from './draft.js';
import { vantageName } from './evidence.js';
import { judgeExposed, judgeIdentity } from './judge-open.js';
import type { ServiceRule } from './policy.js';
import { expectationOf, truthTable, type Expectation } from './truth-table.js';
import { formatSources } from './vantage-side.js';

/** Judges one rule that names ports. `open`: the open ports among them. One draft an open port, one a group of others. */
export function judgeRule(scene: Scene, rule: ServiceRule, open: readonly OpenEntry[]): Draft[] {
  const expectation = expectationOf(rule, scene.vantage, scene.view.address.family);
  if (expectation === 'undecidable') return [vantageUnclear(scene, rule)];
  const drafts = open.map((entry) => judgeOpen(scene, rule, entry, expectation));
  if (!scene.familyRequired) return drafts;
  return [
    ...drafts,
    ...judgeNotOpen(scene, rule, expectation),
    ...judgeUnknown(scene, rule),
    ...otherSide(scene, rule),
  ];
}

/** One open port that this rule speaks of. */
export function judgeOpen(scene: Scene, rule: ServiceRule, entry: OpenEntry, expectation: Expectation): Draft {
  return expectation === 'not-open' ? judgeExposed(scene, rule, entry) : judgeIdentity(scene, rule, entry);
}

function judgeNotOpen(scene: Scene, rule: ServiceRule, expectation: 'open' | 'not-open'): Draft[] {
  return scene.view.notOpen.flatMap(({ entry, ranges, evidence }) => {
    const ports = intersectRanges(rule.ports, ranges);
    if (ports.length === 0) return [];
    const cell = truthTable[expectation][entry.state];
    const remedy = cell.code === 'missing' ? missingRemedy(scene, rule) : undefined;
    const shown = evidence[expectation];
    return [{ ...scene.rules.wordsOf(rule), ...cell, ports, actual: entry.state, evidence: shown, remedy }];
  });
}

function judgeUnknown(scene: Scene, rule: ServiceRule): Draft[] {
  return scene.view.unknown.flatMap(({ ranges, evidence }) => {
    const ports = intersectRanges(rule.ports, ranges);
    if (ports.length === 0) return [];
    return [{ ...scene.rules.wordsOf(rule), ...truthTable.open.unknown, ports, actual: 'unknown', evidence }];
  });
}

export function missingRemedy({ view }: Scene, { service }: ServiceRule): string {
  return (
    `Check that ${service ?? 'the service'} runs and listens on ${view.address.text}, and that no firewall keeps ` +
    `IPv${view.address.family} out; then run exposcan again.`
  );
}

/** A restriction has two sides, and one vantage stands on one of them. */
export function otherSide(scene: Scene, rule: ServiceRule): Draft[] {
  if (rule.exposure !== 'restricted') return [];
  const inside = expectationOf(rule, scene.vantage, scene.view.address.family) === 'open';
  const allowed = formatSources(rule.from);
  const lacking = inside ? `a vantage outside ${allowed}` : `a vantage inside ${allowed}`;
  return [
    {
      ...scene.rules.wordsOf(rule),
      outcome: 'indeterminate',
      code: 'vantage-lacking',
      ports: rule.ports,
      actual: 'not observed',
      evidence: `seen from ${vantageName(scene.vantage)} only, which is ${inside ? 'inside' : 'outside'}; ${lacking} is lacking`,
      remedy: `Run exposcan from ${lacking} too.`,
    },
  ];
}

export function vantageUnclear(scene: Scene, rule: ServiceRule): Draft {
  const { family } = scene.view.address;
  return {
    ...scene.rules.wordsOf(rule),
    outcome: 'indeterminate',
    code: 'vantage-unclear',
    ports: rule.ports,
    actual: 'not decided',
    evidence: `it cannot be told whether ${vantageName(scene.vantage)} sends its IPv${family} from inside ${formatSources(rule.from)}`,
    remedy: 'Name the vantage under from, and give that name with --vantage.',
  };
}
