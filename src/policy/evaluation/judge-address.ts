import { groupBy } from '../../model/groups.js';
import type { Finding } from '../../model/snapshot.js';
import { findingAt, type Draft, type Scene } from './draft.js';
import { judgeAnywhere } from './judge-anywhere.js';
import { gapsOf, judgeRest, notCovered } from './judge-rest.js';
import { judgeLackingSides, judgeRule } from './judge-rule.js';
import { judgeStray } from './judge-stray.js';
import { judgeWeaknesses } from './tls-weaknesses.js';
import type { ServiceRule } from '../policy.js';
import { hostText } from '../resolution/rule-words.js';

/**
 * Everything that the policy says about one address. `scenes`: one a vantage that has seen it; never empty. Gives at least one
 * finding for an address that the policy must decide.
 */
export function judgeAddress(scenes: readonly Scene[]): Finding[] {
  const findings = scenes.flatMap((scene) => judgeSight(scene).map(findingAt(scene)));
  const [scene] = scenes;
  if (scene?.familyRequired !== true) return findings;
  const { rules } = scene;
  const between: Draft[] = [
    ...rules.withPorts.flatMap((effective) => judgeLackingSides(scene, effective)),
    ...rules.anywhere.flatMap((rule) => judgeLackingSides(scene, { rule, ports: [] })),
  ];
  const { uncovered } = gapsOf(scene);
  if (uncovered.length > 0) between.push(notCovered(scene, uncovered));
  // What no single vantage has seen or failed to see is no vantage's finding.
  findings.push(...between.map(findingAt(scene)).map(withoutVantage));
  return findings.length > 0 ? findings : [findingAt(scene)(nothingDecided(scene))];
}

/** What one vantage's sight of the address comes to. */
function judgeSight(scene: Scene): Draft[] {
  const { rules, view } = scene;
  const byRule = groupBy(view.open, (entry) => rules.ruleFor(entry));
  const openUnder = (rule: ServiceRule | undefined) => byRule.get(rule) ?? [];
  const ruled: Draft[] = [
    ...rules.withPorts.flatMap((effective) => judgeRule(scene, effective, openUnder(effective.rule))),
    ...openUnder(undefined).map((entry) => judgeStray(scene, entry)),
  ];
  const drafts = [...ruled, ...judgeWeaknesses(scene, ruled)];
  if (!scene.familyRequired) return drafts;
  const gaps = gapsOf(scene);
  return [
    ...drafts,
    ...rules.anywhere.flatMap((rule) => judgeAnywhere(scene, rule, gaps.all)),
    ...judgeRest(scene, gaps),
  ];
}

function withoutVantage(finding: Finding): Finding {
  delete finding.vantage;
  return finding;
}

function nothingDecided({ host }: Scene): Draft {
  return {
    rule: hostText(host, 'services'),
    outcome: 'indeterminate',
    code: 'nothing-decided',
    expected: 'a statement about what was observed',
    actual: 'none',
    evidence: 'no rule of the policy speaks of anything that was scanned here',
    remedy: 'Scan the ports that the policy speaks of, or give it rules for these.',
  };
}
