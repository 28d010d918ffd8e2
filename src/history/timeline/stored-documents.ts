import type * as z from 'zod';
import { messageOf } from '../../model/errors.js';
import { loadDocuments } from '../store/contents.js';
import { DamagedHistory } from '../store/history-error.js';
import type { Database } from '../store/transaction.js';

/** Gives documents by their number, as far as the schema knows them. Throws `DamagedHistory` for one that is missing or does not fit. */
export async function readDocuments<Schema extends z.ZodType>(
  db: Database,
  ids: Iterable<number>,
  schema: Schema,
): Promise<(id: number) => z.output<Schema>> {
  const distinct = new Set(ids);
  const bodyOf = await loadDocuments(db, distinct);
  const documents = new Map<number, z.output<Schema>>();
  for (const id of distinct) documents.set(id, readDocument(id, bodyOf(id), schema));
  return (id) => {
    const document = documents.get(id);
    if (document === undefined) throw new DamagedHistory(`document ${id} was not read`);
    return document;
  };
}

function readDocument<Schema extends z.ZodType>(id: number, body: string, schema: Schema): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(body));
  } catch (error) {
    throw new DamagedHistory(`document ${id} cannot be read: ${messageOf(error)}`);
  }
}
