import { isMap, isNode, isScalar } from 'yaml';
import { childCursor, mismatch, report, rootCursor, type Cursor } from './cursor.js';
import { keysOf, policyDocument } from './policy-document.js';
import { problemsError, type Problem } from './problems.js';
import { readMap, valueOf, type MapReader } from './read-map.js';
import { oneOrMore, words } from './read-values.js';
import { parseYaml } from './yaml-document.js';

const policyKeys = keysOf(policyDocument);

/** One file named under `include`, and the place to complain about it. */
export interface Include {
  readonly path: string;
  readonly cursor: Cursor;
}

/** One policy file, parsed as YAML; its keys are known, their values are not read yet. */
export interface SourceFile {
  readonly file: string;
  readonly map: MapReader;
  readonly includes: readonly Include[];
}

/** A policy file with the files that it includes. A file that is included twice stands in the tree twice. */
export interface SourceTree {
  readonly source: SourceFile;
  readonly included: readonly SourceTree[];
}

/**
 * Parses one policy file; `file` stands in messages and findings. Pure. What is wrong with its keys goes to `problems`.
 * Throws `ERR_POLICY_SYNTAX` where the text is not YAML of a bounded size, `ERR_POLICY_INVALID` where it is no mapping.
 */
export function readSource(text: string, file: string, problems: Problem[]): SourceFile {
  const document = parseYaml(text, file);
  if (document.root === undefined) {
    const message = 'the file is empty. The shortest policy is version: 1, a name, and hosts: [{ host: example.org }].';
    throw problemsError('ERR_POLICY_INVALID', file, [{ file, line: 1, column: 1, path: '', message }]);
  }
  const cursor = rootCursor(document, document.root, problems);
  const map = readMap(cursor, 'a policy', policyKeys);
  if (map === null) throw problemsError('ERR_POLICY_INVALID', file, problems);
  return { file, map, includes: readIncludes(map) };
}

function readIncludes(map: MapReader): readonly Include[] {
  const readPath = (cursor: Cursor): Include | null => {
    const path = words('the path of a policy file', 1000)(cursor);
    return path === null ? null : { path, cursor };
  };
  const includes = map.optional('include', oneOrMore('policy files', readPath)) ?? [];
  const seen = new Set<string>();
  return includes.filter(({ path, cursor }) => {
    if (seen.has(path)) report(cursor, 'this file is included already.');
    return !seen.has(path) && seen.add(path);
  });
}

/** The pairs of a mapping whose keys its author chose, as under `variables`. */
export function namedValues(cursor: Cursor): { readonly name: string; readonly cursor: Cursor }[] {
  const { node } = cursor;
  if (!isMap(node)) return [];
  return node.items.flatMap((pair) => {
    const { key } = pair;
    if (isScalar(key)) {
      const name = String(key.value);
      return [{ name, cursor: childCursor(cursor, valueOf(pair, key), name) }];
    }
    mismatch(isNode(key) ? childCursor(cursor, key, '?') : cursor, 'a name before the colon');
    return [];
  });
}
