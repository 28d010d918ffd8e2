import { createReadStream } from 'node:fs';
import { ExposcanError, formatPosition, messageOf, type FilePosition } from '../model/errors.js';
import { printableText } from '../model/printable.js';
import { parseTarget } from '../model/parse-target.js';

/** The largest list that is read, in bytes: room for a hundred thousand names. */
export const maxListBytes = 4 * 1024 * 1024;

/**
 * The targets of a list: one or several a line, apart by white space or commas; `#` starts a comment.
 * Throws `ERR_BAD_TARGET` for any that `parseTarget` would not read, with the position, `file:line:column`.
 */
export function parseTargetList(text: string, file: string): string[] {
  const targets: string[] = [];
  text.split(/\r\n|\n|\r/).forEach((content, index) => {
    for (const { 0: word, index: offset } of (content.split('#', 1)[0] ?? '').matchAll(/[^\s,]+/g)) {
      checkListed(word, { file, line: index + 1, column: offset + 1 });
      targets.push(word);
    }
  });
  return targets;
}

function checkListed(word: string, position: FilePosition): void {
  if (word === '-' || word.startsWith('@')) {
    throw new ExposcanError(
      'ERR_BAD_TARGET',
      `${formatPosition(position)}: a list cannot name another list: expected names, addresses and blocks.`,
      { position },
    );
  }
  try {
    parseTarget(word);
  } catch (error) {
    if (!(error instanceof ExposcanError)) throw error;
    throw new ExposcanError(error.code, `${formatPosition(position)}: ${error.message}`, { position, cause: error });
  }
}

/**
 * The targets that a command line names: each word a target by itself, `@FILE` for a list, or `-` for a list on `input`.
 * Only lists are checked here. Throws `ERR_BAD_TARGET`, `ERR_FILE`, and `ERR_NO_TARGETS` where nothing remains.
 */
export async function readTargets(
  texts: readonly string[],
  input: AsyncIterable<string | Uint8Array>,
): Promise<string[]> {
  const lists = [...new Set(texts)].map(async (text) => {
    if (text === '-') return parseTargetList(await readText(input, 'standard input'), '-');
    return text.startsWith('@') ? readListFile(text.slice(1)) : [text];
  });
  const targets = (await Promise.all(lists)).flat();
  if (targets.length > 0) return targets;
  throw new ExposcanError(
    'ERR_NO_TARGETS',
    texts.length === 0
      ? 'No target was given: expected a name, an address or a block, like offsite7.example.org.'
      : `No target was given: ${texts.map(printableText).join(' and ')} named none.`,
  );
}

async function readListFile(path: string): Promise<string[]> {
  const shown = printableText(path);
  if (path === '') throw new ExposcanError('ERR_FILE', 'Expected a file name after "@", like @hosts.txt.');
  return parseTargetList(await readText(createReadStream(path), shown), shown);
}

async function readText(source: AsyncIterable<string | Uint8Array>, name: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const refuse = (why: string, cause?: unknown) =>
    new ExposcanError('ERR_FILE', `Cannot read the targets from ${name}: ${why}`, { cause, position: { file: name } });
  try {
    for await (const chunk of source) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      size += bytes.length;
      if (size > maxListBytes) throw refuse(`it is longer than ${maxListBytes} bytes. Split it into several scans.`);
      chunks.push(bytes);
    }
  } catch (error) {
    throw error instanceof ExposcanError ? error : refuse(messageOf(error), error);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    throw refuse('it is not text in UTF-8.', error);
  }
}
