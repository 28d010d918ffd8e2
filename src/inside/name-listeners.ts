import { groupBy } from '../model/groups.js';
import type { Listing } from '../model/listener.js';
import type { ReconciliationEntry } from '../model/reconciliation.js';
import type { Finding } from '../model/snapshot.js';
import { whereBound, whoListens } from './words.js';

/** The same findings, with what the listing adds to their evidence: who listens there, or that nothing does. */
export function nameListeners(
  findings: readonly Finding[],
  entries: readonly ReconciliationEntry[],
  { partial, unread }: Listing,
): Finding[] {
  const byEndpoint = groupBy(
    entries.flatMap((entry) => entry.outside.map(({ address }) => ({ key: `${address} ${entry.port}`, entry }))),
    ({ key }) => key,
  );
  const listening = new Set(entries.filter(({ listener }) => listener !== undefined).map(({ port }) => port));
  const isWhole = !partial && unread.length === 0;
  return findings.map((finding) => {
    const { address, port, expected } = finding;
    if (address === undefined || port === undefined) return finding;
    const about = (byEndpoint.get(`${address} ${port}`) ?? []).map(({ entry }) => entry);
    const listeners = new Set(about.flatMap(({ listener }) => listener ?? []));
    const told = [...listeners].map((one) => `${whoListens(one)} listens on ${whereBound(one)}`);
    if (expected === 'local-only' && isWhole && !listening.has(port)) told.push('nothing on the host listens on it');
    const remedy = finding.remedy === undefined ? undefined : about.find((entry) => entry.remedy !== undefined)?.remedy;
    return {
      ...finding,
      evidence: [...told, finding.evidence].join('; '),
      ...(remedy === undefined ? {} : { remedy }),
    };
  });
}
