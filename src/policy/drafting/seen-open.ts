import { familyOf, type Family } from '../../model/address.js';
import { groupBy } from '../../model/groups.js';
import { eachPort, parseRanges } from '../../model/ports.js';
import type { NotOpenEntry, OpenEntry, Snapshot, UnknownEntry } from '../../model/snapshot.js';

/** What a snapshot says of one address. */
export interface SeenAddress {
  readonly address: string;
  readonly family: Family;
  /** By port. */
  readonly open: ReadonlyMap<number, OpenEntry>;
  readonly notOpen: readonly NotOpenEntry[];
  readonly unknown: readonly UnknownEntry[];
  readonly stateOf: (port: number) => SeenState;
}

export type SeenState = 'open' | 'closed' | 'filtered' | 'unknown';

/** Finds what a snapshot says of an address, also of one that it says nothing of. */
export function addressFinder(snapshot: Snapshot): (address: string) => SeenAddress {
  const open = groupBy(snapshot.open, ({ address }) => address);
  const notOpen = groupBy(snapshot.notOpen, ({ address }) => address);
  const unknown = groupBy(snapshot.unknown, ({ address }) => address);
  return (address) => {
    const entries = new Map((open.get(address) ?? []).map((entry) => [entry.port, entry]));
    const refused = notOpen.get(address) ?? [];
    let states: ReadonlyMap<number, SeenState> | undefined;
    return {
      address,
      family: familyOf(address),
      open: entries,
      notOpen: refused,
      unknown: unknown.get(address) ?? [],
      stateOf(port) {
        states ??= new Map(
          refused.flatMap(({ ports, state }) =>
            [...eachPort(parseRanges(ports))].map((each) => [each, state] as const),
          ),
        );
        return entries.has(port) ? 'open' : (states.get(port) ?? 'unknown');
      },
    };
  };
}
