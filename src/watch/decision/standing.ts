import { intersectRanges, type PortRange } from '../../model/ports.js';
import type { Finding } from '../../model/snapshot.js';
import { hides, type Look } from './look.js';
import { isUnseen } from './sighting.js';

/**
 * How something that did not conform stands in a look.
 * `stands`: it does not conform. `hidden`: it could not be seen. `clear`: it was seen, and conforms. `ended`: there is nothing left to
 * look at: the host, the address or the rule is gone. `unasked`: this look was not about it.
 */
export type Standing = 'stands' | 'hidden' | 'clear' | 'ended' | 'unasked';

/** `ports`: those that it is about, where it says that they were not seen; undefined: all. Pure. */
export function standingOf(
  { key, finding, ports }: { key: string; finding: Finding; ports: readonly PortRange[] | undefined },
  look: Look,
): Standing {
  const { host = '', address } = finding;
  const addresses = look.hosts.get(host);
  if (host !== '' && addresses === undefined) {
    // A host that was to be looked at and is not in the scan has a finding that says so.
    if (look.sightings.has(key)) return 'stands';
    return look.isNarrow ? 'unasked' : 'ended';
  }
  if (isUnseen(finding)) return standingOfUnseen(key, finding, ports, look);
  if (look.sightings.has(key)) return 'stands';
  if (look.veilsOf(host).some((veil) => hides(veil, finding))) return 'hidden';
  if (address !== undefined && addresses?.includes(address) === false) return 'ended';
  if (address === undefined || finding.port === undefined) return 'clear';
  if (look.seen(address, finding.port) !== undefined) return 'clear';
  return look.isNarrow ? 'unasked' : 'ended';
}

function standingOfUnseen(
  key: string,
  { host = '', address }: Finding,
  ports: readonly PortRange[] | undefined,
  look: Look,
): Standing {
  if (address === undefined) return look.sightings.has(key) ? 'stands' : 'clear';
  const isThere = look.hosts.get(host)?.includes(address) ?? false;
  // Whether the address is gone cannot be told where its family could not be looked up.
  if (!isThere) {
    return look.veilsOf(host).some((veil) => veil.address === undefined) ? 'hidden' : 'ended';
  }
  const sighting = look.sightings.get(key);
  if (!look.isNarrow) return sighting === undefined ? 'clear' : 'stands';
  const looked = intersectRanges(ports ?? look.asked, look.asked);
  if (looked.length === 0) return 'unasked';
  const unseen = sighting === undefined ? [] : intersectRanges(sighting.ports ?? looked, looked);
  return unseen.length > 0 ? 'stands' : 'clear';
}
