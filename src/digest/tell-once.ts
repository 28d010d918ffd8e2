import { getOrInsert } from '../model/groups.js';
import { recordedTarget } from '../model/parse-target.js';
import type { HostWeek } from './week-input.js';

/**
 * Without the addresses that a name among the hosts has, and was looked at under no earlier than they were by themselves, from the same
 * place: a proof of a change, for one, scans a name and each of its addresses, and nobody wants to read everything twice.
 */
export function tellOnce(hosts: readonly HostWeek[]): HostWeek[] {
  const looks = new Map<string, number>();
  for (const { host, vantage, latest, newer } of hosts) {
    if (isAddress(host)) continue;
    for (const { targets, finishedAt } of [latest, ...newer]) {
      for (const address of targets.flatMap(({ addresses }) => addresses)) {
        const key = JSON.stringify([address, vantage]);
        looks.set(
          key,
          Math.max(
            getOrInsert(looks, key, () => 0),
            Date.parse(finishedAt),
          ),
        );
      }
    }
  }
  return hosts.filter(({ host, vantage, latest, newer }) => {
    if (!isAddress(host)) return true;
    const ofName = looks.get(JSON.stringify([host, vantage])) ?? 0;
    return [latest, ...newer].some(({ finishedAt }) => Date.parse(finishedAt) > ofName);
  });
}

function isAddress(host: string): boolean {
  return recordedTarget(host)?.kind === 'address';
}
