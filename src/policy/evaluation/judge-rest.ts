import { groupBy } from '../../model/groups.js';
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
import type { OpenEntry } from '../../model/snapshot.js';
import type { Draft, Scene } from './draft.js';
import { vantageName } from './evidence.js';
import { strayRule } from '../resolution/host-rules.js';
import { expectationOf } from './truth-table.js';
import type { UnknownGroup } from './view.js';
import { hostText } from '../resolution/rule-words.js';

/** Required ports of which nothing is known at an address, by why. */
export interface Gaps {
  /** Asked for and not decided, and named by no rule. */
  readonly undecided: readonly UnknownGroup[];
  /** Never asked for, or lost, whatever the vantage. Named by a rule or not. */
  readonly uncovered: readonly PortRange[];
  /** All of which nothing is known, the unknown among them that a rule names. */
  readonly all: readonly PortRange[];
}

export function gapsOf({ view, sights, rules, required }: Scene): Gaps {
  const unruled = subtractRanges(required, rules.ruledPorts);
  const undecided = view.unknown
    .map((group) => ({ ...group, ranges: intersectRanges(group.ranges, unruled) }))
    .filter(({ ranges }) => ranges.length > 0);
  const uncovered = subtractRanges(required, mergeRanges(sights.flatMap((sight) => sight.view.accounted)));
  const unknown = view.unknown.flatMap(({ ranges }) => intersectRanges(ranges, required));
  return { undecided, uncovered, all: mergeRanges([...uncovered, ...unknown]) };
}

/** Judges the ports that no rule names and that are not open to this vantage: what is unknown of them, or that nothing is open. */
export function judgeRest(scene: Scene, gaps: Gaps): Draft[] {
  const { host } = scene;
  const base = {
    rule: hostText(host, `unlisted ${host.unlisted}`, host.statedAt('unlisted')),
    expected: host.unlisted === 'deny' ? 'not open' : 'observed',
  };
  const drafts = byCause(gaps.undecided).map(({ code, evidence, ports }): Draft => {
    return { ...base, outcome: 'indeterminate', code, ports, actual: 'unknown', evidence };
  });
  return drafts.length > 0 || gaps.uncovered.length > 0 ? drafts : nothingFound(scene, base);
}

/** One finding a cause, however many entries there are: its first entry speaks for all. */
function byCause(groups: readonly UnknownGroup[]) {
  return [...groupBy(groups, ({ cause }) => cause).values()].map((alike) => ({
    code: alike[0]?.code ?? 'unknown',
    evidence: alike[0]?.evidence ?? '',
    ports: mergeRanges(alike.flatMap(({ ranges }) => ranges)),
  }));
}

/** Ports that the policy needs and no snapshot asked for. */
export function notCovered({ host, view, sights }: Scene, ports: readonly PortRange[]): Draft {
  const listed = formatRanges(ports);
  const from = [...new Set(sights.map(({ vantage }) => vantageName(vantage)))].join(' or ');
  return {
    rule: hostText(host, 'ports', host.statedAt('ports')),
    outcome: 'indeterminate',
    code: 'not-covered',
    ports,
    expected: 'observed',
    actual: 'not observed',
    evidence: `${counted(countPorts(ports), 'port')} that the policy needs ${countPorts(ports) === 1 ? 'was' : 'were'} not scanned on ${view.address.text} from ${from}`,
    remedy: listed.length <= 60 ? `Scan them: --ports ${listed}` : "Scan all the policy's ports: leave --ports out.",
  };
}

/** What a fully observed address proves beyond its rules. */
function nothingFound(scene: Scene, base: Pick<Draft, 'rule' | 'expected'>): Draft[] {
  const { rules, view, required, vantage } = scene;
  const expects = (rule: (typeof rules.anywhere)[number]) => expectationOf(rule, vantage, view.address.family);
  const keepsOut = (rule: (typeof rules.anywhere)[number]) => expects(rule) === 'not-open';
  const kept = rules.anywhere.filter(keepsOut).length;
  const rest = subtractRanges(intersectRanges(required, view.observed), rules.ruledPorts);
  const seen = `${counted(countPorts(rest), 'port')} observed from ${vantageName(vantage)}`;
  const proved = { ...base, outcome: 'pass', actual: 'not open' } as const;
  if (scene.host.unlisted === 'deny' && rest.length > 0) {
    const evidence = `${seen}; what is open there has a finding of its own, and the rest is not open`;
    return [{ ...proved, code: 'nothing-unlisted', evidence }];
  }
  if (kept === 0 || rest.length === 0) return [];
  const isNameless = (entry: OpenEntry) =>
    entry.service.method === 'table' && strayRule(rules, entry, keepsOut) === undefined;
  const nameless = rangesOf(
    view.open.filter((entry) => isNameless(entry) && holdsPort(rest, entry.port)).map(({ port }) => port),
  );
  if (nameless.length > 0) {
    const what = `${counted(countPorts(nameless), 'open port')} did not say what listens there`;
    return [
      {
        ...base,
        outcome: 'indeterminate',
        code: 'unidentified',
        ports: nameless,
        expected: 'not exposed',
        actual: 'open, unidentified',
        evidence: `${what}, so it may be one of the ${counted(kept, 'service')} kept from the outside`,
        remedy: 'Find out what listens there, and give it a rule that names the port.',
      },
    ];
  }
  const expected = 'not exposed';
  const evidence = `${seen}; beyond what has a finding of its own, ${kept === 1 ? 'the one service' : `none of the ${kept} services`} kept from the outside was ${kept === 1 ? 'not ' : ''}found`;
  return [{ ...proved, code: 'none-found', expected, evidence }];
}
