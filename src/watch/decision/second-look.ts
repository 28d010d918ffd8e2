import { countPorts, mergeRanges, parseRanges, type PortRange } from '../../model/ports.js';
import type { Finding } from '../../model/snapshot.js';
import type { Look } from './look.js';
import { needsSecondLook } from './vote.js';
import type { WatchState } from './watch-state.js';

/** What is to be looked at again before anything is told. */
export interface SecondLook {
  /** Targets, as the policy names them. */
  readonly hosts: readonly string[];
  /** Beside those that the policy names. */
  readonly ports: readonly PortRange[];
}

/** Of ports that are many, so many are looked at again. */
const mostPorts = 64;

/**
 * The hosts that differ from what was told, and their ports in doubt, with some that answered: a second look at everything could take
 * hours, since it is slow. Undefined where nothing differs. Pure.
 */
export function secondLookFor(state: WatchState, first: Look): SecondLook | undefined {
  const problems = new Map(state.problems.map((problem) => [problem.key, problem]));
  const hosts = new Set<string>();
  const ports: PortRange[] = [];
  for (const key of new Set([...first.sightings.keys(), ...problems.keys()])) {
    const problem = problems.get(key);
    if (!needsSecondLook(key, problem, first)) continue;
    const finding = first.sightings.get(key)?.finding ?? problem?.finding;
    if (finding?.host === undefined) continue;
    if (!hosts.has(finding.host)) {
      hosts.add(finding.host);
      for (const address of first.hosts.get(finding.host) ?? []) ports.push(...first.answering(address));
    }
    ports.push(...someOf(finding));
  }
  return hosts.size === 0 ? undefined : { hosts: [...hosts], ports: mergeRanges(ports) };
}

function someOf({ port, ports }: Finding): readonly PortRange[] {
  if (port !== undefined) return [{ first: port, last: port }];
  const ranges = ports === undefined ? [] : parseRanges(ports);
  if (countPorts(ranges) <= mostPorts) return ranges;
  return ranges.slice(0, mostPorts).map(({ first }) => ({ first, last: first }));
}
