import { readdir } from 'node:fs/promises';
import { ExposcanError, systemCode } from '../../model/errors.js';

/** The YAML files of a directory, in alphabetical order; none where there is no such directory. Throws `ERR_FILE`. */
export async function yamlFiles(directory: string): Promise<string[]> {
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
