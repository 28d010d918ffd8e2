import type * as z from 'zod';
import { didYouMean } from '../../model/nearest.js';
import { shorten } from '../../model/printable.js';
import type { Path, Problem } from './yaml-source.js';

/** What a schema has to say of a value, as problems of the place where it stands. Values are never repeated: they may be secrets. */
export function documentProblems(error: z.ZodError, at: Path, known: readonly string[]): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    const path = [...at, ...issue.path];
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
    return issue.keys.map((key) => {
      const names = issue.path.length === 0 ? known : [];
      const others = names.length === 0 ? '' : `${didYouMean(key, names)} Known: ${names.join(', ')}.`;
      return { path: [...path, key], of: 'key', message: `"${shorten(key, 40)}" is no key here.${others}` };
    });
  });
}
