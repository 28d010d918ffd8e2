import type { TargetChange } from '../../model/diff.js';
import { compareTexts } from '../../model/text-order.js';
import { sortAddresses, type TargetView } from './view.js';

/** What the targets of two snapshots came to, where that is not the same. */
export function targetChanges(a: readonly TargetView[], b: readonly TargetView[]): TargetChange[] {
  const [before, after] = [byTarget(a), byTarget(b)];
  const targets = [...new Set([...before.keys(), ...after.keys()])].sort(compareTexts);
  return targets.flatMap((target) => targetChange(target, before.get(target), after.get(target)) ?? []);
}

/** The targets that a change of each leaves. */
export function applyTargetChanges(views: readonly TargetView[], changes: readonly TargetChange[]): TargetView[] {
  const targets = byTarget(views);
  for (const { target, kind, gained, lost, known } of changes) {
    if (kind === 'target-dropped') {
      targets.delete(target);
      continue;
    }
    const gone = new Set(lost);
    const stay = targets.get(target)?.addresses.filter((address) => !gone.has(address)) ?? [];
    targets.set(target, { target, addresses: sortAddresses([...stay, ...gained]), known: known.to });
  }
  return [...targets.values()].sort((x, y) => compareTexts(x.target, y.target));
}

function targetChange(target: string, a: TargetView | undefined, b: TargetView | undefined): TargetChange | undefined {
  const [was, is] = [new Set(a?.addresses), new Set(b?.addresses)];
  const gained = [...is].filter((address) => !was.has(address));
  const lost = [...was].filter((address) => !is.has(address));
  const known = { from: [...(a?.known ?? [])], to: [...(b?.known ?? [])] };
  const kind = a === undefined ? 'target-added' : b === undefined ? 'target-dropped' : 'target-changed';
  const isChanged =
    kind !== 'target-changed' || gained.length > 0 || lost.length > 0 || known.from.join() !== known.to.join();
  return isChanged ? { target, kind, gained, lost, known } : undefined;
}

function byTarget(views: readonly TargetView[]): Map<string, TargetView> {
  return new Map(views.map((view) => [view.target, view]));
}
