import { getOrInsert, groupBy } from '../model/groups.js';
import type { Listing } from '../model/listener.js';
import type { JoinedEntry } from '../model/reconciliation.js';
import type { Snapshot } from '../model/snapshot.js';
import { coverageOf, type Coverage } from './coverage.js';
import { joinLoopback } from './join-loopback.js';
import { joinUnlistened } from './join-unlistened.js';
import { joinWide } from './join-wide.js';
import { groupListeners } from './listener-groups.js';
import { viewOutside } from './outside-view.js';
import type { Scene } from './scene.js';

/**
 * Joins what a host says it listens on with what the outside saw of it: every listener, and every open port that has none, explained
 * in one line each. Pure. `snapshot`: of this host alone, see `selectHost`. Entries are in order of port.
 *
 * Nothing is judged here. A listener that is bound to loopback is `local-proven` only where every address was refused and no family is
 * left out; what the outside could not observe is `unknown`, whatever the listing says.
 */
export function reconcile(listing: Listing, snapshot: Snapshot): JoinedEntry[] {
  const outside = viewOutside(snapshot);
  const groups = groupListeners(listing.listeners);
  const isWhole = !listing.partial && listing.unread.length === 0;
  const byPort = groupBy(groups, ({ port }) => port);
  const coverages = new Map<number, Coverage>();
  const coverage = (port: number) => getOrInsert(coverages, port, () => coverageOf(outside, byPort.get(port) ?? []));
  const scene: Scene = { outside, isWhole, coverage };
  const entries = groups.flatMap((group) =>
    group.bound.kind === 'loopback' ? joinLoopback(scene, group) : joinWide(scene, group),
  );
  return [...entries, ...joinUnlistened(scene)].sort((a, b) => a.port - b.port);
}
