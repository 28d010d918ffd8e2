import type { DiffSide, DiffWarning } from '../../model/diff.js';
import { counted } from '../../model/quantity.js';
import type { Snapshot } from '../../model/snapshot.js';
import type { View } from './view.js';

/** One of the two snapshots that are compared. */
export interface Compared {
  readonly snapshot: Snapshot;
  readonly side: DiffSide;
  readonly view: View;
}

/** What casts doubt on the comparison of two snapshots, the weightiest first. */
export function warningsOf(from: Compared, to: Compared): DiffWarning[] {
  return [
    ...vantageWarnings(from.side, to.side),
    ...selfWarnings(from, to),
    ...orderWarnings(from.side, to.side),
    ...incompleteWarnings(from.side, to.side),
    ...disjointWarnings(from.view, to.view),
  ];
}

function vantageWarnings(from: DiffSide, to: DiffSide): DiffWarning[] {
  const code = 'other-vantage';
  if (from.vantage !== to.vantage) {
    const message = 'The two were seen from different places: a difference may lie in the place, not in the host.';
    return [{ code, message }];
  }
  if (from.vantage !== 'unnamed' || [...from.sources].sort().join() === [...to.sources].sort().join()) return [];
  const message =
    'Neither says where it was seen from, and they were sent from different addresses: a difference may lie in the place, not in the host.';
  return [{ code, message }];
}

function selfWarnings(from: Compared, to: Compared): DiffWarning[] {
  const [before, after] = [selfAddresses(from.snapshot), selfAddresses(to.snapshot)];
  const inOne =
    [...before].filter((address) => !after.has(address)).length +
    [...after].filter((address) => !before.has(address)).length;
  const both = [...before].filter((address) => after.has(address)).length;
  const warning = (message: string): DiffWarning => ({ code: 'self-scan', message });
  return [
    ...(inOne === 0
      ? []
      : [
          warning(
            `${counted(inOne, 'address was', 'addresses were')} seen from the scanned machine itself in one of the two only: what differs there may lie in that.`,
          ),
        ]),
    ...(both === 0
      ? []
      : [
          warning(
            `${counted(both, 'address was', 'addresses were')} seen from the scanned machine itself: that shows what listens, not what is exposed.`,
          ),
        ]),
  ];
}

function selfAddresses({ open, notOpen }: Snapshot): Set<string> {
  return new Set([...open, ...notOpen].filter(({ self }) => self === true).map(({ address }) => address));
}

function orderWarnings(from: DiffSide, to: DiffSide): DiffWarning[] {
  if (Date.parse(to.startedAt) >= Date.parse(from.startedAt)) return [];
  const message = 'The first was made after the second: before and after are the other way round. Swap them.';
  return [{ code: 'wrong-order', message }];
}

function incompleteWarnings(from: DiffSide, to: DiffSide): DiffWarning[] {
  if (from.complete && to.complete) return [];
  const which = from.complete ? 'The second was' : to.complete ? 'The first was' : 'Both were';
  const message = `${which} stopped before the end: what was not reached by then is neither the same nor different.`;
  return [{ code: 'incomplete', message }];
}

function disjointWarnings(from: View, to: View): DiffWarning[] {
  const asked = new Set(from.addresses.map(({ address }) => address));
  if (to.addresses.some(({ address }) => asked.has(address))) return [];
  return [{ code: 'nothing-in-common', message: 'The two have no address in common.' }];
}
