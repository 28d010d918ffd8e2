import { groupBy } from '../model/groups.js';
import type { Finding } from '../model/snapshot.js';
import { findingAt, type Draft, type Scene } from './draft.js';
import { judgeAnywhere } from './judge-anywhere.js';
import { gapsOf, judgeRest } from './judge-rest.js';
import { judgeRule } from './judge-rule.js';
import { judgeStray } from './judge-stray.js';
import type { ServiceRule } from './policy.js';
import { hostText } from './rule-words.js';

/** Everything that one host entry says about one address. Never empty for an address that the policy must decide. */
export function judgeAddress(scene: Scene): Finding[] {
  const { rules, view } = scene;
  const byRule = groupBy(view.open, ({ port }) => rules.ruleAt(port));
  const openUnder = (rule: ServiceRule | undefined) => byRule.get(rule) ?? [];
  const drafts: Draft[] = [
    ...rules.withPorts.flatMap((rule) => judgeRule(scene, rule, openUnder(rule))),
    ...openUnder(undefined).map((entry) => judgeStray(scene, entry)),
  ];
  if (scene.familyRequired) {
    const gaps = gapsOf(scene);
    drafts.push(...rules.anywhere.flatMap((rule) => judgeAnywhere(scene, rule, gaps.all)), ...judgeRest(scene, gaps));
    if (drafts.length === 0) drafts.push(nothingDecided(scene));
  }
  return drafts.map((draft) => findingAt(scene, draft));
}

function nothingDecided({ policy, rules }: Scene): Draft {
  return {
    rule: hostText(policy, rules.host, 'services'),
    outcome: 'indeterminate',
    code: 'nothing-decided',
    expected: 'a statement about what was observed',
    actual: 'none',
    evidence: 'no rule of the policy speaks of anything that was scanned here',
    remedy: 'Scan the ports that the policy speaks of, or give it rules for these.',
  };
}
