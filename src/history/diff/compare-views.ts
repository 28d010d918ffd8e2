import type { Diff } from '../../model/diff.js';
import type { Change, ChangeOf } from '../../model/diff-change.js';
import { compareTexts } from '../../model/text-order.js';
import { recordedTarget } from '../../model/parse-target.js';
import { formatRanges, rangesOf } from '../../model/ports.js';
import { endpointChanges } from './endpoint-changes.js';
import { foundOf } from './found.js';
import { lookupsOf, movedNames, type Lookups } from './moved-addresses.js';
import { gatherRanges } from './range-changes.js';
import { pairUp, type Pair, type Run } from './runs.js';
import { targetChanges } from './target-changes.js';
import { isDecision, sortAddresses, type Sighting, type View } from './view.js';

export type Comparison = Pick<Diff, 'compared' | 'names' | 'targetChanges' | 'changes'>;

/** One address, as one of the two views has it. */
interface Side {
  readonly runs: readonly Run<Sighting>[];
  readonly lookups: Lookups;
}

/**
 * What differs between two views, the earlier first. Only endpoints that both decided can count as the same or as different;
 * what one of them did not ask for or could not observe is a change of coverage and never "closed".
 */
export function compareViews(from: View, to: View): Comparison {
  const [before, after] = [sidesOf(from), sidesOf(to)];
  const changes: Change[] = [];
  const names: Comparison['names'] = [];
  let compared = 0;
  for (const address of addressesOf(from, to)) {
    const result = compareAddress(address, before(address), after(address));
    compared += result.compared;
    if (result.changes.length === 0) continue;
    // One by one: they may be more than a call takes arguments.
    for (const change of result.changes) changes.push(change);
    const targets = namesOf(address, before(address).lookups, after(address).lookups);
    if (targets.length > 0) names.push({ address, targets });
  }
  return { compared, names, targetChanges: targetChanges(from.targets, to.targets), changes };
}

function sidesOf(view: View): (address: string) => Side {
  const lookups = lookupsOf(view);
  const runs = new Map(view.addresses.map((each) => [each.address, each.runs]));
  return (address) => ({ runs: runs.get(address) ?? [], lookups });
}

function addressesOf(...views: readonly View[]): string[] {
  return sortAddresses(
    views.flatMap(({ targets, addresses }) => [
      ...addresses.map(({ address }) => address),
      ...targets.flatMap((target) => target.addresses),
    ]),
  );
}

function compareAddress(address: string, a: Side, b: Side): Pick<Comparison, 'compared' | 'changes'> {
  const moves = [moveOf(address, 'address-vanished', a, b), moveOf(address, 'address-appeared', b, a)].filter(
    (change) => change !== undefined,
  );
  if (moves.some(({ found }) => found !== undefined)) return { compared: 0, changes: moves };
  const { compared, changes } = compareRuns(address, a.runs, b.runs);
  return { compared, changes: [...moves, ...changes] };
}

/** What happened to the names that lead to an address in one view only; its endpoints come or go with it where nothing else does. */
function moveOf(
  address: string,
  kind: 'address-appeared' | 'address-vanished',
  { runs, lookups }: Side,
  other: Side,
): ChangeOf<'address-appeared'> | undefined {
  const targets = movedNames(address, lookups, other.lookups);
  const [target] = targets;
  if (target === undefined) return undefined;
  const open = formatRanges(rangesOf(runs.filter(({ says }) => says.state === 'open').map(({ first }) => first)));
  // A target that still leads there, or may, was not observed there: its endpoints are a matter of coverage.
  const isAlone =
    targets.length === lookups.holders.get(address)?.length &&
    other.runs.length === 0 &&
    other.lookups.holders.get(address) === undefined;
  return { kind, address, target, targets, open, ...(isAlone ? { found: foundOf(runs) } : {}) };
}

function compareRuns(
  address: string,
  a: readonly Run<Sighting>[],
  b: readonly Run<Sighting>[],
): Pick<Comparison, 'compared' | 'changes'> {
  const single: { first: number; change: Change }[] = [];
  const ranges = gatherRanges(address);
  let compared = 0;
  for (const pair of pairUp(a, b)) {
    const { first, last } = pair;
    if (isDecision(pair.from) && isDecision(pair.to)) compared += last - first + 1;
    for (const change of singleChanges(address, pair)) single.push({ first, change });
    ranges.add(pair);
  }
  const changes = [...single, ...ranges.finish()].sort((x, y) => x.first - y.first).map(({ change }) => change);
  return { compared, changes };
}

/** What is told of each endpoint by itself: all that is open on one side at least, and decided on the other. */
function singleChanges(address: string, { first: port, from, to }: Pair<Sighting>): Change[] {
  if (from?.state === 'open' && to?.state === 'open') return endpointChanges({ address, port }, from, to);
  if (!isDecision(from) || !isDecision(to)) return [];
  if (from.state === 'open' && to.state !== 'open') {
    return [{ kind: 'closed', address, port, from: from.service, to: { state: to.state, reason: to.reason } }];
  }
  if (from.state !== 'open' && to.state === 'open') {
    const { reason, service, tls } = to;
    const was = { state: from.state, reason: from.reason };
    return [{ kind: 'opened', address, port, from: was, to: service, reason, ...(tls === undefined ? {} : { tls }) }];
  }
  return [];
}

function namesOf(address: string, ...sides: readonly Lookups[]): string[] {
  const targets = sides.flatMap(({ holders }) => holders.get(address)?.map(({ target }) => target) ?? []);
  return [...new Set(targets)].filter((target) => recordedTarget(target)?.kind === 'name').sort(compareTexts);
}
