import type { Family } from '../model/address.js';
import type { Snapshot } from '../model/snapshot.js';
import { compareAddressTexts } from '../model/text-order.js';
import type { Exposure } from '../model/weekly-report.js';
import type { HostWeek } from './week-input.js';

/** What is exposed by the latest look at each port, and what was when it was last seen and could not be told since. */
export function exposuresOf({ latest, newer, timeline }: HostWeek, since: Date): Exposure[] {
  const isOfHost = belonging([latest, ...newer]);
  return timeline.endpoints
    .flatMap((endpoint): Exposure[] => {
      const { address, family, port, openSince, lastOpen } = endpoint;
      if (openSince === undefined || lastOpen === undefined || !isOfHost(address, family)) return [];
      const open = endpoint.stretches.findLast(({ state }) => state === 'open');
      const isOpen = endpoint.stretches.at(-1)?.state === 'open' && Date.parse(lastOpen) > since.getTime();
      const { first, notBefore } = openSince;
      return [
        {
          address,
          family,
          port,
          now: isOpen ? 'open' : 'unknown',
          lastOpen,
          since: { ...(notBefore === undefined ? {} : { after: notBefore }), by: first },
          service: open?.service ?? { name: 'unknown', method: 'table' },
          ...(open?.certificate === undefined ? {} : { certificate: open.certificate }),
        },
      ];
    })
    .sort((a, b) => compareAddressTexts(a.address, b.address) || a.port - b.port);
}

/** An address that the host's name no longer leads to is another's now; one whose name could not be looked up may be its still. */
function belonging(snapshots: readonly Snapshot[]): (address: string, family: Family) => boolean {
  const targets = snapshots.flatMap((snapshot) => snapshot.targets);
  const addresses = new Set(targets.flatMap((target) => target.addresses));
  const errors = targets.flatMap((target) => target.errors);
  const asked = new Set(snapshots.flatMap((snapshot) => snapshot.asked.families));
  return (address, family) =>
    addresses.has(address) ||
    !asked.has(family) ||
    errors.some((error) => error.family === undefined || error.family === family);
}
