import { groupBy } from '../model/groups.js';
import type { JoinedEntry } from '../model/reconciliation.js';
import { entryOf, type Scene } from './scene.js';
import { unlistenedText } from './explain.js';

/** Explains every port that is open from outside and that no listener accounts for. */
export function joinUnlistened(scene: Scene): JoinedEntry[] {
  const { outside, isWhole } = scene;
  const bare = outside.open.filter(({ address, port }) => {
    const { groups, reachOf } = scene.coverage(port);
    // A listener on loopback has said already that something else answers.
    return reachOf(address) === 'none' && groups.every(({ bound }) => bound.kind !== 'loopback');
  });
  const sights = bare.map(({ address, port }) => ({ port, sight: outside.sightOf(address, port) }));
  return [...groupBy(sights, ({ port, sight }) => `${port} ${sight.self}`).values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const { port } = first;
    const kind = first.sight.self ? 'seen-from-itself' : 'no-listener';
    const seen = members.map(({ sight }) => sight);
    const text = unlistenedText(scene, kind, port, seen);
    return [entryOf(kind, { port, certain: isWhole }, seen, text)];
  });
}
