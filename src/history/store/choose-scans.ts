import type { Retention } from '../history.js';
import type { Database } from './transaction.js';

/** The scans that retention takes out, the oldest first. */
export async function chooseScans(db: Database, { before, keep }: Retention): Promise<number[]> {
  const scans = await db
    .selectFrom('scan')
    .select(['id', 'vantage', 'finished_at'])
    .orderBy('finished_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  const kept = new Map<string, number>();
  const chosen = scans.filter(({ vantage, finished_at }) => {
    const rank = kept.get(vantage) ?? 0;
    kept.set(vantage, rank + 1);
    return (before !== undefined && finished_at < before.getTime()) || (keep !== undefined && rank >= keep);
  });
  return chosen.map(({ id }) => id).sort((a, b) => a - b);
}
