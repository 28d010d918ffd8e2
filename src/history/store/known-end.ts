import * as z from 'zod';
import { evidenceHeadSchema } from '../../model/evidence.js';
import { emptyEnd, type KnownEnd } from '../evidence/known-end.js';
import type { Database } from './transaction.js';

const name = 'evidence';
const endSchema = z.strictObject({
  head: evidenceHeadSchema,
  segment: z.int().min(1),
  size: z.int().min(0),
});

/** How far this history has taken up its evidence log. */
export async function knownEnd(db: Database): Promise<KnownEnd> {
  const row = await db.selectFrom('setting').select('value').where('name', '=', name).executeTakeFirst();
  return row === undefined ? emptyEnd : endSchema.parse(JSON.parse(row.value));
}

export async function setKnownEnd(db: Database, { head, segment, size }: KnownEnd): Promise<void> {
  const value = JSON.stringify({ head, segment, size });
  await db
    .insertInto('setting')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}
