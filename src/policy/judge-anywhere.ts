import { countPorts, type PortRange } from '../model/ports.js';
import { counted } from '../model/quantity.js';
import type { Draft, Scene } from './draft.js';
import { vantageName } from './evidence.js';
import { missingRemedy, vantageUnclear } from './judge-rule.js';
import { relateService, suggestsService } from './service-names.js';
import type { ServiceRule } from './policy.js';
import { expectationOf } from './truth-table.js';

/**
 * Judges what a rule without a port says beyond the open ports that bear its service: that it must be found somewhere.
 * `gaps`: required ports of which nothing is known, where it may yet be.
 */
export function judgeAnywhere(scene: Scene, rule: ServiceRule, gaps: readonly PortRange[]): Draft[] {
  const expectation = expectationOf(rule, scene.vantage, scene.view.address.family);
  if (expectation === 'undecidable') return [vantageUnclear(scene, rule, [])];
  return expectation === 'open' ? judgeAbsence(scene, rule, gaps) : [];
}

function judgeAbsence(scene: Scene, rule: ServiceRule, gaps: readonly PortRange[]): Draft[] {
  const service = rule.service ?? '';
  const { open, accounted } = scene.view;
  if (open.some((entry) => relateService(service, entry) === 'same')) return [];
  const from = vantageName(scene.vantage);
  const looked = `${service} was not found on any of ${counted(countPorts(accounted), 'observed port')} from ${from}`;
  const base = { ...scene.rules.wordsOf(rule), actual: 'not found' };
  if (open.some((entry) => suggestsService(service, entry))) {
    const evidence = `${looked}, but a port that is its own by number is open and did not say what it is`;
    return [{ ...base, outcome: 'indeterminate', code: 'unidentified', evidence }];
  }
  if (gaps.length > 0) {
    const evidence = `${looked}, but nothing is known of ${counted(countPorts(gaps), 'port')}`;
    return [{ ...base, outcome: 'indeterminate', code: 'unknown', ports: gaps, evidence }];
  }
  return [{ ...base, outcome: 'fail', code: 'missing', evidence: looked, remedy: missingRemedy(scene, rule) }];
}
