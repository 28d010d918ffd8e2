import { ExposcanError, messageOf } from '../../model/errors.js';
import type { EvidenceRecord } from '../../model/evidence.js';
import { printableText, shorten } from '../../model/printable.js';
import { checkSnapshot } from '../../model/read-snapshot.js';
import type { Snapshot } from '../../model/snapshot.js';
import { applyScan } from './apply-scan.js';
import { removalSchema, removeScans } from './remove-scans.js';
import type { Database } from './transaction.js';

/**
 * Takes a record of the evidence log in. `known`: its body, where that is known to be a valid snapshot. The same records in the same order make the same history, whether they are taken in as they
 * are written, after a crash, or all of them anew.
 *
 * What the log holds and this exposcan cannot read (a later one wrote it, or a person) must not keep it from recording for ever: it is
 * noted as unread, and stays in the log.
 */
export async function applyRecord(db: Database, record: EvidenceRecord, known?: Snapshot): Promise<void> {
  const { seq, kind, body } = record;
  switch (kind) {
    case 'scan': {
      const snapshot = known ?? readBody(() => checkSnapshot(body, `record ${seq}`));
      if (typeof snapshot === 'string') await noteUnread(db, record, snapshot);
      else await applyScan(db, seq, snapshot);
      break;
    }
    case 'retention': {
      const removal = removalSchema.safeParse(body);
      if (removal.success) await removeScans(db, removal.data.scans);
      else await noteUnread(db, record, removal.error.issues[0]?.message ?? '');
      break;
    }
    case 'mended':
      break;
    default:
      await db
        .insertInto('decision')
        .values({ seq, time: Date.parse(record.time), kind, body: JSON.stringify(body) })
        .execute();
  }
}

function readBody(read: () => Snapshot): Snapshot | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof ExposcanError) return messageOf(error);
    throw error;
  }
}

export async function noteUnread(db: Database, { seq, kind }: EvidenceRecord, problem: string): Promise<void> {
  await db
    .insertInto('unread_record')
    .values({ seq, kind, problem: shorten(printableText(problem), 500) })
    .execute();
}
