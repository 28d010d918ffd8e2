import { join } from 'node:path';
import { shippedDirectory } from '../shipped-directory.js';
import { yamlFiles } from './yaml-files.js';

/** The names of the policies that come with exposcan, in alphabetical order. */
export async function shippedPolicies(): Promise<readonly string[]> {
  const files = await yamlFiles(shippedDirectory);
  return files.map((file) => file.replace(/\.ya?ml$/, ''));
}

/** `baseline`: it may be the name of a policy that comes with exposcan. A path that looks like one is written `./name`. */
export function isBareName(text: string): boolean {
  return /^[a-z0-9-]+$/.test(text);
}

/** Where the policy of this bare name is, and what messages call it; undefined where none comes with exposcan. */
export async function shippedPolicy(
  name: string,
): Promise<{ readonly path: string; readonly file: string } | undefined> {
  if (!isBareName(name) || !(await shippedPolicies()).includes(name)) return undefined;
  const file = `${name}.yaml`;
  return { path: join(shippedDirectory, file), file };
}
