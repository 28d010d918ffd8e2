import { createReadStream } from 'node:fs';
import { ExposcanError, messageOf, systemCode } from '../model/errors.js';
import { printableText } from '../model/printable.js';

/**
 * Reads a file of UTF-8 text, at most `limit` bytes of it, whatever the file says of its own size: it may be a pipe or a
 * device. `what` is the noun for messages: `the snapshot`. Throws `ERR_FILE`.
 */
export function readTextFile(path: string, what: string, limit: number): Promise<string> {
  return readText(createReadStream(path), { what: `${what} ${printableText(path)}`, file: path }, limit);
}

/** Likewise of a stream, such as standard input. */
export function readTextStream(
  source: AsyncIterable<string | Uint8Array>,
  what: string,
  limit: number,
): Promise<string> {
  return readText(source, { what: `${what} from standard input`, file: '-' }, limit);
}

async function readText(
  source: AsyncIterable<string | Uint8Array>,
  { what, file }: { readonly what: string; readonly file: string },
  limit: number,
): Promise<string> {
  const refuse = (why: string, cause?: unknown) =>
    new ExposcanError('ERR_FILE', `Cannot read ${what}: ${why}.`, { cause, position: { file } });
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of source) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      size += bytes.length;
      // Leaving the loop closes the file.
      if (size > limit) throw refuse(`it is larger than ${limit} bytes`);
      chunks.push(bytes);
    }
  } catch (error) {
    throw error instanceof ExposcanError ? error : refuse(reasonOf(error), error);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    throw refuse(isUtf16(chunks[0]) ? 'it is UTF-16 text. Save it as UTF-8' : 'it is not UTF-8 text', error);
  }
}

/** By its byte order mark; what a Windows shell writes when output is redirected. */
function isUtf16(start: Uint8Array | undefined): boolean {
  const [first, second] = start ?? [];
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

function reasonOf(error: unknown): string {
  switch (systemCode(error)) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EISDIR':
      return 'it is a directory. Name a file in it';
    case 'EACCES':
      return 'you may not read it';
    default:
      return messageOf(error);
  }
}
