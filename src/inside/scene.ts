import { bothFamilies, familyOf, type Family } from '../model/address.js';
import type { JoinedEntry, ReconciliationKind } from '../model/reconciliation.js';
import type { Coverage } from './coverage.js';
import type { ListenerGroup } from './listener-groups.js';
import type { OutsideView, Sight } from './outside-view.js';

/** What every join looks at. */
export interface Scene {
  readonly outside: OutsideView;
  /** True where what is not in the listing does not listen. */
  readonly isWhole: boolean;
  /** Which listeners account for the endpoints with this port. */
  coverage(port: number): Coverage;
}

/** One entry, out of what it is about. `families`: where it is about addresses that nobody scanned. */
export function entryOf(
  kind: ReconciliationKind,
  about: { readonly port: number; readonly group?: ListenerGroup | undefined; readonly certain: boolean },
  sights: readonly Sight[],
  text: string,
  families: readonly Family[] = bothFamilies.filter((family) =>
    sights.some(({ address }) => familyOf(address) === family),
  ),
): JoinedEntry {
  return {
    kind,
    certain: about.certain,
    port: about.port,
    families: [...families],
    ...(about.group === undefined ? {} : { listener: about.group.shown }),
    outside: sights.map(({ address, state, why, observedAt, service }) => ({
      address,
      state,
      ...(why === undefined ? {} : { why }),
      ...(observedAt === undefined ? {} : { observedAt }),
      ...(service === undefined ? {} : { service }),
    })),
    text,
  };
}
