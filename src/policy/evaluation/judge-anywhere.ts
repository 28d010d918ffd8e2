import {
  countPorts,
  formatRanges,
  holdsPort,
  intersectRanges,
  mergeRanges,
  rangesOf,
  subtractRanges,
  type PortRange,
} from '../../model/ports.js';
import { counted } from '../../model/quantity.js';
import type { Draft, Scene } from './draft.js';
import { vantageName } from './evidence.js';
import { missingRemedy, vantageUnclear } from './judge-rule.js';
import { relateService, suggestsService } from '../resolution/service-names.js';
import type { ServiceRule } from '../policy.js';
import { cellOf, expectationOf } from './truth-table.js';

/**
 * Judges what a rule without a port says beyond the open ports that bear its service: that it must be found somewhere.
 * `gaps`: required ports of which nothing is known, where it may yet be.
 */
export function judgeAnywhere(scene: Scene, rule: ServiceRule, gaps: readonly PortRange[]): Draft[] {
  const expectation = expectationOf(rule, scene.vantage, scene.view.address.family);
  if (expectation === 'undecidable') return [vantageUnclear(scene, rule, [])];
  return expectation === 'open' ? judgeAbsence(scene, rule, gaps) : judgeKeptOut(scene, rule);
}

/**
 * That a service is nowhere is told for all such rules at once, by what is open; what this one asks beyond that is told here: a
 * refusal of every port where it accepts nothing less, and to be reviewed.
 */
function judgeKeptOut(scene: Scene, rule: ServiceRule): Draft[] {
  const words = scene.rules.wordsOf(rule);
  const rest = subtractRanges(scene.required, scene.rules.ruledPorts);
  const silent = scene.view.notOpen.flatMap(({ entry, ranges }) =>
    cellOf('not-open', entry.state, rule.accept).outcome === 'pass' ? [] : intersectRanges(ranges, rest),
  );
  const drafts: Draft[] = [];
  if (silent.length > 0) {
    const ports = mergeRanges(silent);
    const evidence = `${counted(countPorts(ports), 'port')} filtered, not refused, seen from ${vantageName(scene.vantage)}: the service may be behind`;
    const cell = cellOf('not-open', 'filtered', rule.accept);
    drafts.push({ ...words, ...cell, ports, expected: `${words.expected}, closed`, actual: 'filtered', evidence });
  }
  if (rule.blanks.length > 0) {
    const evidence = `looked for from ${vantageName(scene.vantage)}`;
    drafts.push({ ...words, outcome: 'pass', code: 'none-found', actual: 'observed', evidence });
  }
  return drafts;
}

/** Scans of one time that differ are judged twice: where another of them did not find the service, it was not found. */
function isDisputed({ view }: Scene, service: string, port: number): boolean {
  return (
    view.notOpen.some(({ ranges }) => holdsPort(ranges, port)) ||
    view.open.some((entry) => entry.port === port && relateService(service, entry) === 'other')
  );
}

function judgeAbsence(scene: Scene, rule: ServiceRule, gaps: readonly PortRange[]): Draft[] {
  const service = rule.service ?? '';
  const { open, accounted } = scene.view;
  const found = open.filter((entry) => relateService(service, entry) === 'same');
  if (found.some(({ port }) => !isDisputed(scene, service, port))) return [];
  const from = vantageName(scene.vantage);
  const observed = counted(countPorts(accounted), 'observed port');
  const looked =
    found.length === 0
      ? `${service} was not found on any of ${observed} from ${from}`
      : `${service} was found on port ${formatRanges(rangesOf(found.map(({ port }) => port)))} from ${from}, and at about the same time it was not`;
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
