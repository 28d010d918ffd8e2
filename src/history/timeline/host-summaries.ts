import type { HostSummary } from '../../model/timeline.js';
import type { Database } from '../store/transaction.js';
import { timeText } from '../store/time-text.js';
import { readLastLooks } from './last-looks.js';

/** Every target that is in the history, from every vantage: by name, then by vantage. Throws `DamagedHistory`. */
export async function hostSummaries(db: Database): Promise<HostSummary[]> {
  const rows = await db
    .selectFrom('scan_target')
    .innerJoin('scan', 'scan.id', 'scan_target.scan')
    // A second look's targets are whatever was in doubt, not what anybody asked for.
    .where('scan.second', '=', 0)
    .select(({ fn }) => [
      'scan_target.host',
      'scan.vantage',
      fn.count<number>('scan.id').distinct().as('scans'),
      fn.min('scan.started_at').as('first'),
      fn.max('scan.started_at').as('last'),
      fn.max('scan.id').as('latest'),
    ])
    .groupBy(['scan_target.host', 'scan.vantage'])
    .orderBy('scan_target.host')
    .orderBy('scan.vantage')
    .execute();
  const looks = await readLastLooks(db, new Set(rows.map(({ latest }) => latest)));
  return rows.map(({ host, vantage, scans, first, last, latest }) => ({
    host,
    vantage,
    scans,
    first: timeText(first),
    last: timeText(last),
    ...looks.of(latest, host),
  }));
}
