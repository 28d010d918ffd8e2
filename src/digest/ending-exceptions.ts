import { parseAddress } from '../model/address.js';
import { dayMs } from '../model/duration.js';
import { getOrInsert } from '../model/groups.js';
import { recordedTarget } from '../model/parse-target.js';
import type { Snapshot } from '../model/snapshot.js';
import type { ExceptionReport } from '../model/weekly-report.js';
import type { Policy, PolicyEntry } from '../policy/policy.js';
import { endOf } from '../policy/resolution/exception-end.js';
import { hostResolver } from '../policy/resolution/resolved-host.js';
import { formatPlace } from '../policy/resolution/rule-words.js';

const monthMs = 30 * dayMs;

/** Exceptions that have lapsed, or will within 30 days, the first to end first. `all`: also those of hosts that are not in the snapshots. */
export function endingExceptions(
  policy: Policy,
  snapshots: readonly Snapshot[],
  { now, all }: { readonly now: Date; readonly all: boolean },
): ExceptionReport[] {
  const open = openByEntry(policy, snapshots);
  const entries = all ? policy.entries : [...open.keys()];
  return entries
    .flatMap((entry) => entry.exceptions.map((exception) => ({ entry, exception, end: endOf(exception) })))
    .filter(({ end }) => end - now.getTime() <= monthMs)
    .sort((a, b) => a.end - b.end)
    .map(({ entry, exception, end }) => {
      const { port, expires, owner, reason, ticket, position } = exception;
      return {
        state: end <= now.getTime() ? 'lapsed' : 'lapsing',
        host: entry.name,
        port,
        expires,
        owner,
        reason,
        ...(ticket === undefined ? {} : { ticket }),
        place: formatPlace(position),
        used: open.get(entry)?.has(port) === true,
      };
    });
}

/** Every entry that speaks of what was scanned, with the ports that were open there. */
function openByEntry(policy: Policy, snapshots: readonly Snapshot[]): Map<PolicyEntry, Set<number>> {
  const resolver = hostResolver(policy);
  const found = new Map<PolicyEntry, Set<number>>();
  for (const { targets, open } of snapshots) {
    for (const { target, addresses } of targets) {
      const spec = recordedTarget(target);
      for (const text of [undefined, ...addresses]) {
        const entries = resolver.resolve(spec, text === undefined ? undefined : parseAddress(text))?.entries ?? [];
        const ports = open.filter(({ address }) => address === text).map(({ port }) => port);
        for (const entry of entries) {
          const known = getOrInsert(found, entry, () => new Set<number>());
          for (const port of ports) known.add(port);
        }
      }
    }
  }
  return found;
}
