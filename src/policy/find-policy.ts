import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ExposcanError, systemCode } from '../model/errors.js';
import { loadPolicy, readPolicyText } from './load-policy.js';
import { shareOfTarget } from './match-host.js';
import { didYouMean } from '../model/nearest.js';
import { recordedTarget, type TargetSpec } from '../model/parse-target.js';
import { parsePolicy } from './parse-policy.js';
import type { Policy } from './policy.js';

/** Beside `dist/` and `src/` alike. */
const shippedDirectory = fileURLToPath(new URL('../../policies/', import.meta.url));

/** A directory that is searched for policies holds no more files than this. */
const searchedFiles = 200;

/** The names of the policies that come with exposcan, in alphabetical order. */
export async function shippedPolicies(): Promise<readonly string[]> {
  const files = await yamlFiles(shippedDirectory);
  return files.map((file) => file.replace(/\.ya?ml$/, ''));
}

/**
 * Loads a policy: one that comes with exposcan by its bare name (`baseline`), any other by its path.
 * A path that looks like a bare name is written `./name`. Throws what `loadPolicy` throws.
 */
export async function findPolicy(nameOrPath: string): Promise<Policy> {
  if (!/^[a-z0-9-]+$/.test(nameOrPath)) return loadPolicy(nameOrPath);
  const shipped = await shippedPolicies();
  if (shipped.includes(nameOrPath)) {
    const file = `${nameOrPath}.yaml`;
    return loadPolicy(join(shippedDirectory, file), file);
  }
  try {
    return await loadPolicy(nameOrPath);
  } catch (error) {
    if (!(error instanceof ExposcanError) || error.code !== 'ERR_FILE') throw error;
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
  const found: Policy[] = [];
  const files = await yamlFiles(directory);
  if (files.length > searchedFiles) {
    const message = `${directory} holds more than ${searchedFiles} YAML files. Name the one to judge by with --policy.`;
    throw new ExposcanError('ERR_FILE', message, { position: { file: directory } });
  }
  for (const file of files) {
    const path = join(directory, file);
    const text = await readSearched(path);
    if (!looksLikePolicy(text)) continue;
    const policy = parsePolicy(text, path);
    if (specs.some((target) => speaksOf(policy, target))) found.push(policy);
  }
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

function speaksOf(policy: Policy, target: TargetSpec | undefined): boolean {
  return policy.hosts.some((host) => shareOfTarget(host, target) !== 'none');
}

/** A directory named policies may hold those of other programs. */
function looksLikePolicy(text: string): boolean {
  return /^version\s*:/m.test(text) && /^hosts\s*:/m.test(text);
}

async function yamlFiles(directory: string): Promise<string[]> {
  try {
    const names = await readdir(directory);
    return names.filter((name) => /\.ya?ml$/.test(name)).sort();
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw new ExposcanError(
      'ERR_FILE',
      `The directory ${directory} cannot be searched for policies (${code ?? 'unknown error'}).`,
      {
        cause: error,
      },
    );
  }
}
