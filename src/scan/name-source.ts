import { parseHostsFile } from '../net/hosts-file.js';
import type { SnapshotTarget } from '../model/snapshot.js';
import type { ResolvedTarget } from '../targets/resolve-targets.js';

/** Where a target's addresses come from, as the snapshot says it. */
export type NameSource = Pick<SnapshotTarget, 'lookup' | 'fromHostsFile'>;

/**
 * Tells targets that the hosts file gives from those that were looked up. A name counts as the hosts file's where that holds at least
 * one of the addresses that were found: most systems ask it first, each family apart, so the other family may yet come from DNS.
 *
 * `hostsFile`: its text; undefined where it could not be read, so that nothing is claimed of a name.
 */
export function nameSources(
  targets: readonly ResolvedTarget[],
  hostsFile: string | undefined,
): (target: ResolvedTarget) => NameSource {
  const names = targets.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const entries = parseHostsFile(hostsFile ?? '', names);
  return ({ name, addresses }) => {
    if (name === undefined) return { lookup: 'literal' };
    if (hostsFile === undefined) return {};
    const given = entries.get(name) ?? [];
    // A zone makes it no other address: the resolver gives back none.
    const shared = Array.from(addresses).filter(({ family, value }) =>
      given.some((entry) => entry.family === family && entry.value === value),
    );
    if (shared.length === 0) return { lookup: 'resolver' };
    return { lookup: 'hosts-file', fromHostsFile: shared.map(({ text }) => text) };
  };
}
