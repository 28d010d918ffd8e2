import { recordedTarget } from '../../model/parse-target.js';
import { hostKey } from '../host-key.js';
import type { Database } from '../store/transaction.js';

/** The vantages that a target or an address was scanned from, by name. */
export async function hostVantages(db: Database, host: string): Promise<string[]> {
  const spec = recordedTarget(host);
  const named = db
    .selectFrom('scan_target')
    .innerJoin('scan', 'scan.id', 'scan_target.scan')
    .select('scan.vantage')
    .where('scan_target.host', '=', hostKey(host));
  const rows = await named
    .union(
      db
        .selectFrom('series')
        .select('vantage')
        .where('address', '=', spec?.kind === 'address' ? spec.address.text : host),
    )
    .execute();
  return rows.map(({ vantage }) => vantage).sort();
}
