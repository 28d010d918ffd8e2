import { rangeOf, type AddressRange } from '../../model/address.js';
import { patternKey } from '../resolution/match-host.js';
import { matchesPattern } from '../resolution/name-pattern.js';
import type { HostPattern, Policy, PolicyEntry, Settings } from '../policy.js';

/** An entry that states nothing; with the one that speaks of the same hosts already, where there is such a one. */
export interface SilentEntry {
  readonly entry: PolicyEntry;
  readonly spokenOfBy: PolicyEntry | undefined;
}

/**
 * Entries that state nothing although nothing but the built-in defaults would speak for them, and those whose every host has another
 * entry that does. One that leaves its hosts to the policy's defaults, or to a broader entry, names them, and that is its use.
 */
export function silentEntries({ entries, defaults }: Policy): SilentEntry[] {
  const speaking = entries.filter((entry) => !isSilent(entry));
  const byKey = new Map(speaking.flatMap((entry) => entry.members.map(({ pattern }) => [patternKey(pattern), entry])));
  const hasDefaults = !defaults.every(isSilent);
  return entries.filter(isSilent).flatMap((entry): SilentEntry[] => {
    const others = entry.members.map(({ pattern }) => byKey.get(patternKey(pattern)));
    if (others.every((other) => other !== undefined)) return [{ entry, spokenOfBy: others[0] }];
    const isLeftToOthers =
      hasDefaults ||
      speaking.some((other) =>
        other.members.some((theirs) => entry.members.some((own) => mayShareHosts(own.pattern, theirs.pattern))),
      );
    return isLeftToOthers ? [] : [{ entry, spokenOfBy: undefined }];
  });
}

function isSilent({ ports, families, unlisted, maxAge, tls, services, exceptions }: Settings): boolean {
  const states = [ports, families, unlisted, maxAge, tls].some((each) => each !== undefined);
  return !states && services.length === 0 && exceptions.length === 0;
}

/** False only where it is certain: a name can have any address, and two patterns may fit one name. */
function mayShareHosts(a: HostPattern, b: HostPattern): boolean {
  if (a.kind === 'name' && b.kind === 'name') return a.name === b.name;
  if (a.kind === 'name' && b.kind === 'pattern') return matchesPattern(b.labels, a.name);
  if (a.kind === 'pattern' && b.kind === 'name') return matchesPattern(a.labels, b.name);
  const [own, theirs] = [literalOf(a), literalOf(b)];
  if (own === undefined || theirs === undefined) return true;
  return own.family === theirs.family && own.first <= theirs.last && theirs.first <= own.last;
}

function literalOf(pattern: HostPattern): AddressRange | undefined {
  if (pattern.kind === 'address') return rangeOf(pattern.address);
  return pattern.kind === 'block' ? pattern.range : undefined;
}
