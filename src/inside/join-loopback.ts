import { groupBy } from '../model/groups.js';
import type { JoinedEntry, ReconciliationKind } from '../model/reconciliation.js';
import type { ListenerGroup } from './listener-groups.js';
import type { Sight } from './outside-view.js';
import { entryOf, type Scene } from './scene.js';
import { loopbackText } from './explain.js';

/** Explains a listener that is bound to loopback: whatever answers outside is not it. */
export function joinLoopback(scene: Scene, group: ListenerGroup): JoinedEntry[] {
  const { outside } = scene;
  const { port } = group;
  const coverage = scene.coverage(port);
  const sights = outside.addresses.map((address) => {
    const sight = outside.sightOf(address, port);
    const reach = coverage.reachOf(address);
    // What may listen there as well was refused, so it does not matter here.
    const isCovered = reach === 'sure' || (reach === 'may' && sight.state !== 'closed');
    return { sight, kind: isCovered ? ('local-beside-wide' as const) : kindOf(sight) };
  });
  const isLookedAt = outside.gaps.every(({ why }) => why === 'no-record');
  const isProven = sights.length > 0 && sights.every(({ kind }) => kind === 'local-refused') && isLookedAt;
  const kinds = groupBy(sights, ({ kind }): ReconciliationKind => (isProven ? 'local-proven' : kind));
  const entries = [...kinds].map(([kind, members]) => {
    const seen = members.map(({ sight }) => sight);
    // Only where a wide listener could be missing from the listing is it open what answers.
    const certain = kind !== 'local-but-open' || scene.isWhole;
    return entryOf(kind, { port, group, certain }, seen, loopbackText(scene, kind, group, seen));
  });
  if (entries.length > 0) return entries;
  const text = loopbackText(scene, 'not-scanned', group, []);
  return [entryOf('not-scanned', { port, group, certain: true }, [], text, group.families)];
}

function kindOf({ state, self }: Sight): ReconciliationKind {
  if (self) return 'seen-from-itself';
  switch (state) {
    case 'open':
      return 'local-but-open';
    case 'closed':
      return 'local-refused';
    case 'filtered':
      return 'local-filtered';
    case 'unknown':
    case 'not-scanned':
      return state;
  }
}
