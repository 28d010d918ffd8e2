import { hostKey } from '../history/host-key.js';
import { getOrInsert, groupBy } from '../model/groups.js';
import { recordedTarget } from '../model/parse-target.js';
import type { Snapshot, SnapshotTarget } from '../model/snapshot.js';

/**
 * Gives what of a snapshot is about one host: a name, an address whatever target it belongs to, or a block as a whole. Asked for each of
 * thousands of hosts, it does not look through all of the snapshot each time. Its findings and verdict are left out.
 */
export function splitSnapshot(snapshot: Snapshot): (host: string) => Snapshot {
  const targetsOf = groupBy(snapshot.targets, ({ target }) => hostKey(target));
  const holdersOf = new Map<string, SnapshotTarget[]>();
  for (const target of snapshot.targets) {
    for (const address of target.addresses) getOrInsert(holdersOf, address, (): SnapshotTarget[] => []).push(target);
  }
  const open = groupBy(snapshot.open, ({ address }) => address);
  const notOpen = groupBy(snapshot.notOpen, ({ address }) => address);
  const unknown = groupBy(snapshot.unknown, ({ address }) => address);
  return (host) => {
    const named = targetsOf.get(hostKey(host)) ?? [];
    const spec = recordedTarget(host);
    const address = spec?.kind === 'address' ? spec.address.text : undefined;
    const holders = address === undefined ? [] : (holdersOf.get(address) ?? []);
    const held = holders.filter((target) => !named.includes(target));
    const targets = [
      ...named,
      ...held.map((target) => ({ ...target, addresses: target.addresses.filter((each) => each === address) })),
    ];
    const addresses = [...new Set(targets.flatMap((target) => target.addresses))];
    return {
      ...snapshot,
      targets,
      open: addresses.flatMap((each) => open.get(each) ?? []),
      notOpen: addresses.flatMap((each) => notOpen.get(each) ?? []),
      unknown: addresses.flatMap((each) => unknown.get(each) ?? []),
      notes: snapshot.notes.filter((note) => note.address === undefined || addresses.includes(note.address)),
      findings: [],
      policy: null,
      verdict: 'none',
    };
  };
}
