import { isMap } from 'yaml';
import { mismatch, report, scalarOf, spellingOf, type Reader } from './cursor.js';
import { checkEntries } from './check-entries.js';
import type { Policy, PolicyEntry, Settings } from '../policy.js';
import { problemsError, quote, type Problem } from './problems.js';
import { defaultSettings, policyEntry } from './read-host.js';
import { noSourceLists, sourceList, type SourceLists } from './read-sources.js';
import { listOf, words } from './read-values.js';
import { namedValues, type SourceFile, type SourceTree } from './source-file.js';

const defaultWarnDays = 14;

/** A file's own words, before they are joined with those of the files that it includes. */
interface FilePart {
  readonly entries: readonly PolicyEntry[];
  readonly defaults: Settings | undefined;
  readonly warnDays: number | undefined;
}

/**
 * Joins a policy file with those that it includes. Pure. `problems`: what parsing the files has found; throws one
 * `ERR_POLICY_INVALID` with these and all that is wrong besides, a line each: file, line, column, the path
 * (`hosts[0].services[2].exposure`), what was found, and what would be right.
 */
export function assemblePolicy(tree: SourceTree, problems: Problem[]): Policy {
  const { source } = tree;
  const files = inOrder(tree);
  const lists = noSourceLists();
  for (const { source: each } of files) defineVariables(each, lists);
  const parts = files.map(({ source: each, depth }) => readPart(each, lists, depth));
  const name = source.map.required(
    'name',
    words('the name of the policy', 100),
    'findings and reports call the policy by it',
  );
  const entries = parts.flatMap((part) => part.entries);
  const defaults = parts.flatMap((part) => part.defaults ?? []);
  if (problems.length === 0) checkEntries(source, entries, defaults);
  if (name === undefined || problems.length > 0) throw problemsError('ERR_POLICY_INVALID', source.file, problems);
  const unused = [...lists.variables].filter(([, list]) => !list.used);
  return {
    version: 1,
    name,
    file: source.file,
    files: files.map(({ source: { file } }) => file),
    entries,
    defaults,
    warnDays: parts.find(({ warnDays }) => warnDays !== undefined)?.warnDays ?? defaultWarnDays,
    unusedVariables: unused.map(([variable, { position }]) => ({ name: variable, position })),
  };
}

/** Every file once, the including one before the included, with the least number of steps to it. */
function inOrder(tree: SourceTree): readonly { readonly source: SourceFile; readonly depth: number }[] {
  const found = new Map<string, { source: SourceFile; depth: number }>();
  let level: readonly SourceTree[] = [tree];
  for (let depth = 0; level.length > 0; depth++) {
    for (const { source } of level) if (!found.has(source.file)) found.set(source.file, { source, depth });
    level = level.flatMap(({ included }) => included).filter(({ source }) => !found.has(source.file));
  }
  return [...found.values()];
}

function defineVariables({ map }: SourceFile, { variables }: SourceLists): void {
  if (!map.has('variables')) return;
  const at = map.at('variables');
  if (!isMap(at.node)) {
    mismatch(at, 'variables: a mapping of names to lists of sources, like office: [192.0.2.0/24]');
    return;
  }
  for (const { name, cursor } of namedValues(at)) {
    if (!/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(name)) {
      report(
        cursor,
        `${quote(name)} is no name of a variable. Write letters, digits, - and _, beginning with a letter.`,
      );
      continue;
    }
    const earlier = variables.get(name);
    if (earlier !== undefined) {
      const { file, line } = earlier.position;
      report(cursor, `the variable ${name} is defined already, in ${file} on line ${line}. Keep one of them.`);
    }
    // One that cannot be read is defined all the same: that it is broken is said once, here.
    variables.set(name, { sources: sourceList(cursor) ?? [], position: cursor.position, used: false });
  }
}

function readPart({ map }: SourceFile, lists: SourceLists, depth: number): FilePart {
  map.required('version', languageVersion, 'write version: 1');
  // An included file may hold no more than variables or defaults, and an including one no more than its includes.
  const isBare = !map.has('hosts') && (depth > 0 || map.has('include'));
  const hosts = isBare
    ? []
    : map.required('hosts', hostList(lists, depth), 'a list of hosts, each with host and services');
  return {
    entries: hosts ?? [],
    defaults: map.optional('defaults', defaultSettings(lists)),
    warnDays: map.optional('warnDays', warnDays),
  };
}

const languageVersion: Reader<1> = (cursor) => {
  const value = scalarOf(cursor.node);
  if (value === 1) return 1;
  if (typeof value !== 'number') return mismatch(cursor, 'version: 1, a number');
  return report(
    cursor,
    `this exposcan reads policies of version 1, and this one is of version ${spellingOf(cursor.node)}.`,
  );
};

const warnDays: Reader<number> = (cursor) => {
  const value = scalarOf(cursor.node);
  const isDays = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 366;
  return isDays ? value : mismatch(cursor, 'a number of days from 0 to 366');
};

function hostList(lists: SourceLists, depth: number): Reader<readonly PolicyEntry[]> {
  const read = listOf('hosts', policyEntry(lists, depth));
  return (cursor) => {
    const before = cursor.problems.length;
    const entries = read(cursor);
    if (entries?.length !== 0 || cursor.problems.length > before) return entries;
    return mismatch(cursor, 'a list of hosts that is not empty');
  };
}
