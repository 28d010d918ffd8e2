import { assemblePolicy } from './assemble-policy.js';
import { report } from './cursor.js';
import type { Policy } from '../policy.js';
import type { Problem } from './problems.js';
import { readSource } from './source-file.js';

/**
 * Reads a policy from its YAML text alone; `fileName` stands in messages and findings. Pure; a policy that includes other
 * files is read by `loadPolicy`.
 *
 * Throws one `ERR_POLICY_SYNTAX` where the text is not YAML of a bounded size, else one `ERR_POLICY_INVALID` with all that
 * is wrong, a line each: file, line, column, the path (`hosts[0].services[2].exposure`), what was found, and what would
 * be right.
 */
export function parsePolicy(text: string, fileName: string): Policy {
  const problems: Problem[] = [];
  const source = readSource(text, fileName, problems);
  for (const { cursor } of source.includes) report(cursor, 'a policy that is given as text cannot include files.');
  return assemblePolicy({ source, included: [] }, problems);
}
