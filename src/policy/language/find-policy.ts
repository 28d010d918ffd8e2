import { join } from 'node:path';
import { ExposcanError } from '../../model/errors.js';
import { loadPolicy, loadPolicyText } from './load-policy.js';
import { shareOfTarget } from '../resolution/match-host.js';
import { didYouMean } from '../../model/nearest.js';
import { recordedTarget, type TargetSpec } from '../../model/parse-target.js';
import type { Policy } from '../policy.js';
import { readPolicyText } from './policy-text.js';
import { isBareName, shippedPolicies, shippedPolicy } from './shipped-policies.js';
import { yamlFiles } from './yaml-files.js';

/** A directory that is searched for policies holds no more files than this. */
const searchedFiles = 200;

/**
 * Loads a policy: one that comes with exposcan by its bare name (`baseline`), any other by its path.
 * A path that looks like a bare name is written `./name`. Throws what `loadPolicy` throws.
 */
export async function findPolicy(nameOrPath: string): Promise<Policy> {
  const found = await shippedPolicy(nameOrPath);
  if (found !== undefined) return loadPolicy(found.path, found.file);
  if (!isBareName(nameOrPath)) return loadPolicy(nameOrPath);
  try {
    return await loadPolicy(nameOrPath);
  } catch (error) {
    if (!(error instanceof ExposcanError) || error.code !== 'ERR_FILE') throw error;
    const shipped = await shippedPolicies();
    const known = `${didYouMean(nameOrPath, shipped)} With exposcan come: ${shipped.join(', ')}.`;
    throw new ExposcanError('ERR_FILE', `${error.message}${known}`, { cause: error, position: { file: nameOrPath } });
  }
}

/**
 * The one policy in a directory whose hosts speak, by name or number, of at least one of the targets; `*` speaks of nothing
 * in particular. Where several do, the one that speaks of every target. Undefined where none does.
 *
 * Throws `ERR_POLICY_INVALID` where it cannot be told which is meant, and what `loadPolicy` throws for a policy there that
 * does not load: a declared intent that cannot be read must not be passed over in silence. Other YAML files are.
 */
export async function policyForTargets(directory: string, targets: readonly string[]): Promise<Policy | undefined> {
  const specs = targets.map(recordedTarget);
  const files = await yamlFiles(directory);
  if (files.length > searchedFiles) {
    const message = `${directory} holds more than ${searchedFiles} YAML files. Name the one to judge by with --policy.`;
    throw new ExposcanError('ERR_FILE', message, { position: { file: directory } });
  }
  const policies: Policy[] = [];
  const nameless: string[] = [];
  for (const file of files) {
    const path = join(directory, file);
    const text = await readSearched(path);
    if (!looksLikePolicy(text)) continue;
    if (/^name\s*:/m.test(text)) policies.push(await loadPolicyText(text, path));
    else nameless.push(path);
  }
  const included = new Set(policies.flatMap((policy) => policy.files.filter((file) => file !== policy.file)));
  // A file without a name is a part of others. One that is part of none is a policy that lacks its name, which loading says.
  for (const path of nameless) if (!included.has(path)) policies.push(await loadPolicy(path));
  const found = policies.filter(
    (policy) => !included.has(policy.file) && specs.some((target) => speaksOf(policy, target)),
  );
  if (found.length <= 1) return found[0];
  const whole = found.filter((policy) => specs.every((target) => speaksOf(policy, target)));
  if (whole.length === 1) return whole[0];
  const names = found.map(({ file }) => file).join(', ');
  throw new ExposcanError(
    'ERR_POLICY_INVALID',
    `Several policies speak of these targets: ${names}. Name the one to judge by with --policy.`,
  );
}

/** What cannot be read may be a policy or another program's file, which only the user can tell. */
async function readSearched(path: string): Promise<string> {
  try {
    return await readPolicyText(path);
  } catch (error) {
    if (!(error instanceof ExposcanError)) throw error;
    throw new ExposcanError(
      error.code,
      `${error.message} If it is no policy of exposcan's, name the one to judge by with --policy, or move this file elsewhere.`,
      { cause: error, position: { file: path } },
    );
  }
}

function speaksOf({ entries }: Policy, target: TargetSpec | undefined): boolean {
  return entries.some(({ members }) => members.some(({ pattern }) => shareOfTarget(pattern, target) !== 'none'));
}

/** A directory named policies may hold those of other programs. */
function looksLikePolicy(text: string): boolean {
  return /^version\s*:/m.test(text) && /^(?:hosts|include)\s*:/m.test(text);
}
