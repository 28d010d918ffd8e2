import { createHash } from 'node:crypto';
import { DamagedHistory } from './history-error.js';
import { chunksOf, nextId } from './rows.js';
import type { Database } from './transaction.js';

/** Sees to it that these documents are kept, and gives the number of each. */
export async function keepDocuments(db: Database, bodies: Iterable<string>): Promise<(body: string) => number> {
  const digests = new Map<string, string>();
  for (const body of bodies) if (!digests.has(body)) digests.set(body, digestOf(body));
  const ids = new Map<string, number>();
  const wanted = [...digests].map(([body, digest]) => ({ body, digest }));
  for (const chunk of chunksOf(wanted)) {
    const digestsOf = chunk.map(({ digest }) => digest);
    const rows = await db.selectFrom('document').select(['id', 'digest']).where('digest', 'in', digestsOf).execute();
    for (const { id, digest } of rows) ids.set(digest, id);
  }
  let id = await nextId(db, 'document');
  const missing = wanted.filter(({ digest }) => !ids.has(digest)).map((content) => ({ id: id++, ...content }));
  for (const chunk of chunksOf(missing)) await db.insertInto('document').values(chunk).execute();
  for (const content of missing) ids.set(content.digest, content.id);
  return (body) => known(ids, digests.get(body) ?? '');
}

/** Sees to it that these banners are kept, and gives the number of each. */
export async function keepBanners(
  db: Database,
  banners: readonly Uint8Array[],
): Promise<(banner: Uint8Array) => number> {
  const wanted = new Map(banners.map((bytes) => [digestOf(bytes), bytes]));
  const ids = new Map<string, number>();
  for (const chunk of chunksOf([...wanted.keys()])) {
    const rows = await db.selectFrom('banner').select(['id', 'digest']).where('digest', 'in', chunk).execute();
    for (const { id, digest } of rows) ids.set(digest, id);
  }
  let id = await nextId(db, 'banner');
  const missing = [...wanted]
    .filter(([digest]) => !ids.has(digest))
    .map(([digest, bytes]) => ({ id: id++, digest, bytes }));
  for (const chunk of chunksOf(missing)) await db.insertInto('banner').values(chunk).execute();
  for (const content of missing) ids.set(content.digest, content.id);
  return (banner) => known(ids, digestOf(banner));
}

/** Documents by their numbers. Throws where one is not what it was. */
export async function loadDocuments(db: Database, ids: Iterable<number>): Promise<(id: number) => string> {
  const found = new Map<number, string>();
  for (const chunk of chunksOf([...new Set(ids)])) {
    const rows = await db.selectFrom('document').selectAll().where('id', 'in', chunk).execute();
    for (const { id, digest, body } of rows) if (digestOf(body) === digest) found.set(id, body);
  }
  return (id) => known(found, id);
}

/** Banners by their numbers. Throws where one is not what it was. */
export async function loadBanners(db: Database, ids: Iterable<number>): Promise<(id: number) => Uint8Array> {
  const found = new Map<number, Uint8Array>();
  for (const chunk of chunksOf([...new Set(ids)])) {
    const rows = await db.selectFrom('banner').selectAll().where('id', 'in', chunk).execute();
    for (const { id, digest, bytes } of rows) if (digestOf(bytes) === digest) found.set(id, bytes);
  }
  return (id) => known(found, id);
}

function known<K, V>(found: ReadonlyMap<K, V>, key: K): V {
  const value = found.get(key);
  if (value === undefined) throw new DamagedHistory(`a document or banner (${String(key)}) is missing or was changed`);
  return value;
}

function digestOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
