import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { messageOf } from '../../model/errors.js';
import { printableText } from '../../model/printable.js';
import { readTextFile } from '../../net/read-text-file.js';

/** Where a secret is. The secret itself is read when it is used, and kept nowhere. */
export interface SecretPlace {
  readonly env?: string | undefined;
  readonly file?: string | undefined;
}

/** Reads a secret. Rejects with an error that says which one is missing. */
export type ReadSecret = () => Promise<string>;

export interface SecretSource {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What a relative file is relative to. */
  readonly directory: string;
}

const maxBytes = 64 * 1024;

/** `what`: the noun for messages, such as `the password`. */
export function secretReader(place: SecretPlace, what: string, { env, directory }: SecretSource): ReadSecret {
  const { env: variable, file } = place;
  if (variable !== undefined) {
    return () => {
      const value = env[variable] ?? '';
      return value === ''
        ? Promise.reject(new Error(`${what} is missing: ${variable} is not set`))
        : Promise.resolve(value);
    };
  }
  const path = resolve(directory, file ?? '');
  return async () => {
    // Editors and `echo` end a file with a line feed that is not part of the secret.
    const text = (await readTextFile(path, what, maxBytes)).replace(/\r?\n$/, '');
    if (text === '') throw new Error(`${what} is missing: ${printableText(path)} is empty`);
    return text;
  };
}

/**
 * What is to be said of the rights of a file that holds a secret. Read by everybody: a warning, since container platforms mount secrets so. Written by
 * everybody: `refused`, since then it is anybody's.
 */
export async function judgeRights(path: string): Promise<{ readonly refused?: string; readonly warning?: string }> {
  if (process.platform === 'win32') return {};
  try {
    const { mode } = await stat(path);
    const shown = printableText(path);
    if ((mode & 0o002) !== 0) return { refused: `everybody may write to ${shown}. Run chmod 600 ${shown}` };
    if ((mode & 0o004) !== 0)
      return { warning: `${shown} holds a secret, and everybody may read it. Run chmod 600 ${shown}` };
    return {};
  } catch (error) {
    return { refused: messageOf(error) };
  }
}
