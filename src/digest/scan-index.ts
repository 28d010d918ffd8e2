import { hostKey } from '../history/host-key.js';
import type { History, ScanSummary } from '../history/history.js';
import { getOrInsert } from '../model/groups.js';
import { recordedTarget } from '../model/parse-target.js';

const firstPage = 256;

export interface ScansOfHost {
  /** Those of the period, the latest first. */
  readonly scans: readonly ScanSummary[];
  /** The last ones before it; none only where there is none. */
  readonly older: readonly ScanSummary[];
}

interface Place {
  readonly host: string;
  readonly vantage: string;
}

/** Finds the scans of a host from a vantage. `ofAll`: of every host that there is, so that one list had better serve all of them. */
export function scanIndex(history: History, since: Date, ofAll: boolean): (place: Place) => Promise<ScansOfHost> {
  const isWithin = ({ finishedAt }: ScanSummary) => Date.parse(finishedAt) > since.getTime();
  const backTo = async ({ host, vantage }: Partial<Place> & Pick<Place, 'vantage'>): Promise<ScanSummary[]> => {
    for (let limit = firstPage; ; limit *= 4) {
      const scans = await history.scans({ ...(host === undefined ? {} : { host }), vantage, limit });
      if (scans.length < limit || !scans.every(isWithin)) return scans;
    }
  };
  const indexes = new Map<string, Promise<Map<string, ScanSummary[]>>>();
  const sharedOf = async ({ host, vantage }: Place) => {
    if (!ofAll) return [];
    const index = await getOrInsert(indexes, vantage, async () => byTarget(await backTo({ vantage })));
    return index.get(hostKey(host)) ?? [];
  };
  return async (place) => {
    const shared = await sharedOf(place);
    // Also as an address of a name it may have been looked at, and before the list begins.
    const isAddress = recordedTarget(place.host)?.kind === 'address';
    const isTold = shared.some((scan) => !isWithin(scan)) && (!isAddress || shared.some(isWithin));
    const all = isTold ? shared : await backTo(place);
    return { scans: all.filter(isWithin), older: all.filter((scan) => !isWithin(scan)) };
  };
}

function byTarget(scans: readonly ScanSummary[]): Map<string, ScanSummary[]> {
  const index = new Map<string, ScanSummary[]>();
  const keys = new Map<string, string>();
  for (const scan of scans) {
    const hosts = new Set(scan.targets.map((target) => getOrInsert(keys, target, () => hostKey(target))));
    for (const host of hosts) getOrInsert(index, host, (): ScanSummary[] => []).push(scan);
  }
  return index;
}
