import { familyOf } from '../../model/address.js';
import type { SnapshotTarget } from '../../model/snapshot.js';

/** What one scan found of a host. `begun` in milliseconds since 1970. */
export interface HostScan {
  readonly begun: number;
  readonly target: SnapshotTarget;
}

/** True for the times at which an address was the host's. */
export type Tenure = (time: number) => boolean;

export const always: Tenure = () => true;

/**
 * When an address was a host's, by the scans of that host from one vantage, the earliest first: at any time, what the scan before
 * found holds, and before the first scan, what that one found. A name may be given another address, and the old one another owner:
 * what is open there is then not this host's.
 */
export function tenureOf(address: string, scans: readonly HostScan[]): Tenure {
  const turns: { readonly from: number; readonly isHeld: boolean }[] = [];
  let last: SnapshotTarget | undefined;
  for (const { begun, target } of scans) {
    if (target === last) continue;
    last = target;
    const isHeld = target.addresses.includes(address);
    if (!isHeld && !tellsAll(target, address)) continue;
    if (turns.at(-1)?.isHeld !== isHeld) turns.push({ from: turns.length === 0 ? -Infinity : begun, isHeld });
  }
  return (time) => turns.findLast(({ from }) => from <= time)?.isHeld ?? false;
}

/** Whether a scan that did not find an address shows that it was not there: not if its family was left out, or not looked up. */
function tellsAll({ errors }: SnapshotTarget, address: string): boolean {
  return errors.every(
    ({ family, code }) => code === 'ERR_NAME_NOT_FOUND' || (family !== undefined && family !== familyOf(address)),
  );
}
