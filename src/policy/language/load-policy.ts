import { dirname, isAbsolute, join, resolve } from 'node:path';
import { ExposcanError } from '../../model/errors.js';
import { assemblePolicy } from './assemble-policy.js';
import { report } from './cursor.js';
import type { Policy } from '../policy.js';
import type { Problem } from './problems.js';
import { readPolicyText } from './policy-text.js';
import { shippedPolicy } from './shipped-policies.js';
import { readSource, type Include, type SourceTree } from './source-file.js';

/** A policy that includes more than these, or deeper, was made to exhaust the reader. */
const limits = { files: 100, depth: 16 };

/** A file that is being read, by its real path and by the name that messages use. */
interface Place {
  readonly path: string;
  readonly shownAs: string;
}

/** What all files of one policy share while they are read. */
interface Reading {
  readonly problems: Problem[];
  files: number;
}

/**
 * Reads a policy from a YAML file of at most 8 MiB of UTF-8 text, and the files that it includes, which are named relative to
 * the including file, or by the bare name of a policy that comes with exposcan. At most 100 files, 16 deep.
 *
 * Throws `ERR_FILE` where there is no such text to be read, else what `parsePolicy` throws. `shownAs` stands in its place in
 * messages and findings.
 */
export async function loadPolicy(file: string, shownAs: string = file): Promise<Policy> {
  return loadPolicyText(await readPolicyText(file), file, shownAs);
}

/** Likewise for a file whose text has been read. */
export async function loadPolicyText(text: string, file: string, shownAs: string = file): Promise<Policy> {
  const reading: Reading = { problems: [], files: 1 };
  const tree = await readTree(text, { path: resolve(file), shownAs }, [], reading);
  return assemblePolicy(tree, reading.problems);
}

async function readTree(text: string, place: Place, chain: readonly Place[], reading: Reading): Promise<SourceTree> {
  const source = readSource(text, place.shownAs, reading.problems);
  const included: SourceTree[] = [];
  for (const include of source.includes) {
    const tree = await readInclude(include, [...chain, place], reading);
    if (tree !== null) included.push(tree);
  }
  return { source, included };
}

/** Reports at the place that names the file whatever keeps it from being read. */
async function readInclude(include: Include, chain: readonly Place[], reading: Reading): Promise<SourceTree | null> {
  const { cursor } = include;
  const place = await placeOf(include, chain.at(-1));
  const loop = chain.findIndex(({ path }) => path === place.path);
  if (loop >= 0) {
    const names = [...chain.slice(loop), place].map(({ shownAs }) => shownAs);
    return report(cursor, `this goes in a circle: ${names.join(' includes ')}. Remove one of these.`);
  }
  reading.files += 1;
  if (reading.files > limits.files)
    return report(cursor, `a policy includes at most ${limits.files} files. Join some of them.`);
  if (chain.length >= limits.depth)
    return report(cursor, `policy files include each other at most ${limits.depth} deep.`);
  let text: string;
  try {
    text = await readPolicyText(place.path, place.shownAs);
  } catch (error) {
    if (!(error instanceof ExposcanError)) throw error;
    return report(cursor, `${error.message} A path is relative to the file that includes it.`);
  }
  return readTree(text, place, chain, reading);
}

async function placeOf({ path }: Include, from: Place | undefined): Promise<Place> {
  const shipped = await shippedPolicy(path);
  if (shipped !== undefined) return { path: shipped.path, shownAs: shipped.file };
  if (isAbsolute(path) || from === undefined) return { path: resolve(path), shownAs: path };
  return { path: resolve(dirname(from.path), path), shownAs: join(dirname(from.shownAs), path) };
}
