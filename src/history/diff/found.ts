import type { Found } from '../../model/diff-change.js';
import { getOrInsert } from '../../model/groups.js';
import { formatRanges, mergeRanges, parseRanges, type PortRange } from '../../model/ports.js';
import type { Run } from './runs.js';
import { openSighting, type Sighting } from './view.js';

/** Runs of one address in the form of the document. */
export function foundOf(runs: readonly Run<Sighting>[]): Found {
  const found: Found = { open: [], notOpen: [], unknown: [] };
  const piles = new Map<string, { readonly ranges: PortRange[]; readonly finish: (ports: string) => void }>();
  for (const { first, last, says } of runs) {
    if (says.state === 'open') {
      const { reason, service, tls } = says;
      found.open.push({ port: first, reason, service, ...(tls === undefined ? {} : { tls }) });
      continue;
    }
    const key = says.state === 'unknown' ? says.code : `${says.state} ${says.reason}`;
    const pile = getOrInsert(piles, key, () => ({
      ranges: [],
      finish: (ports: string) => {
        if (says.state === 'unknown') found.unknown.push({ code: says.code, ports });
        else found.notOpen.push({ state: says.state, reason: says.reason, ports });
      },
    }));
    pile.ranges.push({ first, last });
  }
  for (const { ranges, finish } of piles.values()) finish(formatRanges(mergeRanges(ranges)));
  return found;
}

/** The runs that `foundOf` was made of, in order of their ports. Throws `ERR_BAD_PORTS`. */
export function runsOfFound({ open, notOpen, unknown }: Found): Run<Sighting>[] {
  const runs: Run<Sighting>[] = open.map(({ port, reason, service, tls }) => ({
    first: port,
    last: port,
    says: openSighting(reason, service, tls),
  }));
  for (const { state, reason, ports } of notOpen) {
    for (const range of parseRanges(ports)) runs.push({ ...range, says: { state, reason } });
  }
  for (const { code, ports } of unknown) {
    for (const range of parseRanges(ports)) runs.push({ ...range, says: { state: 'unknown', code } });
  }
  return runs.sort((a, b) => a.first - b.first);
}
