import { randomBytes } from 'node:crypto';
import { access, constants, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ExposcanError, messageOf } from '../model/errors.js';
import type { PageOptions } from '../report/page.js';

/** The page of a report in a text file. */
export const filePage: PageOptions = { colour: false, width: 100 };

/** What writes each kind of report, by the ending of its file. */
export type ReportKinds<Document> = Readonly<Record<string, (document: Document) => string | Promise<string>>>;

/**
 * Makes sure, before long work, that all of these reports can be written; what it gives writes them. Throws `ERR_REPORT_KIND` for an
 * ending that is none of the kinds, `ERR_FILE`; so does what it gives.
 */
export async function reportWriter<Document>(
  paths: readonly string[],
  kinds: ReportKinds<Document>,
): Promise<(document: Document) => Promise<void>> {
  if (paths.length === 0) return () => Promise.resolve();
  const { writerFor } = await import('../report/kind.js');
  const writers = paths.map((path) => ({ path, format: writerFor(path, kinds) }));
  for (const { path } of writers) await checkWritable(path);
  return async (document) => {
    for (const { path, format } of writers) await writeReport(path, await format(document));
  };
}

/** Makes sure, before a long scan, that the report can be written after it. Throws `ERR_FILE`. */
export async function checkWritable(path: string): Promise<void> {
  try {
    await access(dirname(path), constants.W_OK);
    const existing = await stat(path).catch(() => undefined);
    if (existing?.isDirectory() === true) throw new Error('it is a directory');
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** Writes a report whole or not at all: a report that is there already stays until the new one is complete. Throws `ERR_FILE`. */
export async function writeReport(path: string, text: string): Promise<void> {
  const existing = await stat(path).catch(() => undefined);
  try {
    // A device or a pipe has no new version to be put in its place.
    if (existing !== undefined && !existing.isFile()) {
      await writeFile(path, text);
      return;
    }
    const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      await writeFile(draft, text, { flag: 'wx' });
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

function cannotWrite(path: string, error: unknown): ExposcanError {
  return new ExposcanError('ERR_FILE', `Cannot write the report ${path}: ${messageOf(error)}`, {
    cause: error,
    position: { file: path },
  });
}
