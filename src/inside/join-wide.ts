import type { Address, Family } from '../model/address.js';
import { groupBy } from '../model/groups.js';
import type { JoinedEntry, ReconciliationKind } from '../model/reconciliation.js';
import { isNameOfHost, reachOf, type Reach } from './coverage.js';
import type { ListenerGroup } from './listener-groups.js';
import type { FamilyGap, Sight } from './outside-view.js';
import { entryOf, type Scene } from './scene.js';
import { gapText, unplacedText, wideText } from './explain.js';

interface Cell {
  readonly sight: Sight;
  readonly reach: Exclude<Reach, 'none'>;
}

/** Explains a listener that is not bound to loopback, by what the outside saw on the addresses that it accepts on. */
export function joinWide(scene: Scene, group: ListenerGroup): JoinedEntry[] {
  const { port, bound } = group;
  const cells = cellsOf(scene, group);
  // A device whose addresses all refuse was not among what was scanned: other devices refuse for want of a listener.
  const isElsewhere = bound.kind === 'interface' && cells.every(({ sight }) => sight.state === 'closed');
  const entries = isElsewhere ? [] : joinCells(scene, group, cells);
  const missing = bound.kind === 'any' ? joinGaps(scene, group) : [];
  if (entries.length + missing.length > 0) return [...entries, ...missing];
  const isUnreadName = bound.kind === 'name' && !isNameOfHost(scene.outside, bound);
  const kind = isUnreadName ? 'unknown' : 'not-scanned';
  const families = [...group.families, ...group.maybeFamilies];
  return [entryOf(kind, { port, group, certain: !isUnreadName }, [], unplacedText(kind, group), families)];
}

/** What is only possible gives way to what is surely another's, unless nothing else is left to say of this listener. */
function cellsOf(scene: Scene, group: ListenerGroup): Cell[] {
  const { outside } = scene;
  const cells = outside.addresses.flatMap((address): (Cell & { readonly address: Address })[] => {
    const reach = reachOf(outside, group, address);
    return reach === 'none' ? [] : [{ address, sight: outside.sightOf(address, group.port), reach }];
  });
  const { reachOf: anyReach } = scene.coverage(group.port);
  const own = cells.filter(({ address, reach }) => reach === 'sure' || anyReach(address) !== 'sure');
  const shown = own.length > 0 ? own : cells;
  // It accepts in one family at least, so where all refused, the two views do not fit together.
  const isRefused = shown.length === cells.length && shown.every(({ sight }) => sight.state === 'closed');
  const isNowhere = group.bound.kind === 'any' && group.families.length === 0 && isRefused && outside.gaps.length === 0;
  return isNowhere ? shown.map((cell) => ({ ...cell, reach: 'sure' })) : shown;
}

function joinCells(scene: Scene, group: ListenerGroup, cells: readonly Cell[]): JoinedEntry[] {
  const { port } = group;
  const alike = groupBy(cells, ({ sight, reach }) => `${kindOf(sight)} ${reach}`);
  return [...alike.values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const kind = kindOf(first.sight);
    const seen = members.map(({ sight }) => sight);
    const certain = first.reach === 'sure';
    return [entryOf(kind, { port, group, certain }, seen, wideText(scene, kind, group, seen, certain))];
  });
}

function kindOf({ state, self }: Sight): ReconciliationKind {
  if (self) return 'seen-from-itself';
  switch (state) {
    case 'open':
      return 'exposed';
    case 'closed':
      return 'wide-refused';
    case 'filtered':
      return 'wide-filtered';
    case 'unknown':
    case 'not-scanned':
      return state;
  }
}

/** Reasons for a gap that are nobody's failure: it was not asked for. */
const choices: readonly FamilyGap['why'][] = ['no-record', 'not-asked', 'ERR_FAMILY_NOT_SCANNED', 'ERR_EXCLUDED'];

/** The families on which it listens and of which addresses were left out. */
function joinGaps({ outside }: Scene, group: ListenerGroup): JoinedEntry[] {
  const { port } = group;
  const isOn = (family: Family) => group.families.includes(family) || group.maybeFamilies.includes(family);
  return outside.gaps
    .filter(({ family }) => isOn(family))
    .map((gap) => {
      const certain = group.families.includes(gap.family);
      const kind = choices.includes(gap.why) ? 'not-scanned' : 'unknown';
      return entryOf(kind, { port, group, certain }, [], gapText(group, gap, certain), [gap.family]);
    });
}
