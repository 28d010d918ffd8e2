import { addressFromValue } from '../model/address.js';
import { mismatch, report, rootCursor, scalarOf, spellingOf, type Cursor, type Reader } from './cursor.js';
import type { HostPattern, HostPolicy, Policy } from './policy.js';
import { problemsError, type Problem } from './problems.js';
import { hostPolicy } from './read-host.js';
import { readMap } from './read-map.js';
import { itemsOf, words } from './read-values.js';
import { parseYaml } from './yaml-document.js';

const policyKeys = ['version', 'name', 'hosts'];

/**
 * Reads a policy from its YAML text; `fileName` stands in messages and findings. Pure.
 *
 * Throws one `ERR_POLICY_SYNTAX` where the text is not YAML of a bounded size, else one `ERR_POLICY_INVALID` with all that
 * is wrong, a line each: file, line, column, the path (`hosts[0].services[2].exposure`), what was found, and what would
 * be right.
 */
export function parsePolicy(text: string, fileName: string): Policy {
  const problems: Problem[] = [];
  const document = parseYaml(text, fileName);
  if (document.root === undefined) {
    const message = 'the file is empty. The shortest policy is version: 1, a name, and hosts: [{ host: example.org }].';
    throw problemsError('ERR_POLICY_INVALID', fileName, [{ line: 1, column: 1, path: '', message }]);
  }
  const policy = readPolicy(rootCursor(document, document.root, problems), fileName);
  if (policy === null || problems.length > 0) throw problemsError('ERR_POLICY_INVALID', fileName, problems);
  return policy;
}

function readPolicy(cursor: Cursor, file: string): Policy | null {
  const map = readMap(cursor, 'a policy', policyKeys);
  if (map === null) return null;
  const version = map.required('version', languageVersion, 'write version: 1');
  const name = map.required('name', words('the name of the policy', 100), 'findings and reports call the policy by it');
  const hosts = map.required('hosts', hostList, 'a list of hosts, each with host and services');
  if (version === undefined || name === undefined || hosts === undefined) return null;
  return { version, name, file, hosts };
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

const hostList: Reader<readonly HostPolicy[]> = (cursor) => {
  const items = itemsOf(cursor);
  if (items.length === 0) return mismatch(cursor, 'a list of hosts that is not empty');
  const seen = new Map<string, HostPolicy>();
  return items.flatMap((item) => {
    const host = hostPolicy(item);
    if (host === null) return [];
    const key = keyOf(host.pattern);
    const earlier = seen.get(key);
    if (earlier !== undefined)
      report(item, `${host.host} has an entry already, on line ${earlier.position.line}. Merge them.`);
    seen.set(key, host);
    return [host];
  });
};

function keyOf(pattern: HostPattern): string {
  switch (pattern.kind) {
    case 'any':
      return '*';
    case 'name':
      return pattern.name;
    case 'address':
      return pattern.address.text;
    case 'block':
      return `${addressFromValue(pattern.range.family, pattern.range.first).text}-${pattern.range.last}`;
  }
}
