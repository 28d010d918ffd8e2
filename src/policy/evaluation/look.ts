import type { Family } from '../../model/address.js';
import { familyOf } from '../../model/address.js';
import { getOrInsert } from '../../model/groups.js';
import type { Snapshot, SnapshotTarget } from '../../model/snapshot.js';
import type { Vantage } from '../resolution/vantage.js';
import { maySupersede, startOf, timeWindowMs } from './view.js';

type LookupError = SnapshotTarget['errors'][number];

/** How one vantage found a target: the addresses, and what stood in the way of others. */
export interface Look {
  readonly vantage: Vantage;
  readonly addresses: readonly string[];
  readonly noRecord: readonly Family[];
  readonly errors: readonly LookupError[];
  readonly askedFamilies: readonly Family[];
}

/**
 * How a vantage found each target of its snapshots, the latest first. What an earlier snapshot of another time says of a target
 * that a later one has, too, is over: a name may have moved. Addresses that belong to no target are targets of their own, so
 * that they do not escape judgement.
 */
export function mergeLooks(vantage: Vantage, snapshots: readonly Snapshot[]): Map<string, Look> {
  const found = new Map<string, { target: SnapshotTarget; snapshot: Snapshot }[]>();
  for (const snapshot of snapshots) {
    for (const target of [...snapshot.targets, ...strays(snapshot)]) {
      const earlier = getOrInsert(found, target.target, () => []);
      const isOver = earlier.some(
        (later) => maySupersede(snapshot) && startOf(later.snapshot) - Date.parse(snapshot.finishedAt) > timeWindowMs,
      );
      if (!isOver) earlier.push({ target, snapshot });
    }
  }
  return new Map([...found].map(([target, parts]) => [target, mergeParts(vantage, parts)]));
}

function mergeParts(vantage: Vantage, parts: readonly { target: SnapshotTarget; snapshot: Snapshot }[]): Look {
  const addresses = [...new Set(parts.flatMap(({ target }) => target.addresses))];
  const noRecord = [...new Set(parts.flatMap(({ target }) => target.noRecord))];
  const families = new Set<Family>([...addresses.map(familyOf), ...noRecord]);
  // What failed in one scan and was found out by another of the same time and place was found out.
  const isOpen = ({ family }: LookupError) => (family === undefined ? addresses.length === 0 : !families.has(family));
  const errors = parts.flatMap(({ target }) =>
    parts.length === 1
      ? target.errors
      : target.errors.filter((error) => isOpen(error) || error.code === 'ERR_EXCLUDED'),
  );
  return {
    vantage,
    addresses,
    noRecord,
    errors: [...new Map(errors.map((error) => [`${error.family} ${error.code} ${error.message}`, error])).values()],
    askedFamilies: [...new Set(parts.flatMap(({ snapshot }) => snapshot.asked.families))].sort(),
  };
}

function strays({ targets, open, notOpen, unknown }: Snapshot): SnapshotTarget[] {
  const reached = new Set(targets.flatMap(({ addresses }) => addresses));
  const seen = new Set([...open, ...notOpen, ...unknown].map(({ address }) => address));
  return [...seen]
    .filter((address) => !reached.has(address))
    .map((address) => ({ target: address, addresses: [address], noRecord: [], errors: [] }));
}
