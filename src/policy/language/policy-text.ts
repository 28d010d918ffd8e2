import { open, type FileHandle } from 'node:fs/promises';
import { ExposcanError, messageOf, systemCode } from '../../model/errors.js';

/** The largest policy file that is read, in bytes. */
export const maxPolicyBytes = 8 * 1024 * 1024;

/** The text of a policy file, bounded and proved to be text. `shownAs` stands in its place in messages. Throws `ERR_FILE`. */
export async function readPolicyText(path: string, shownAs: string = path): Promise<string> {
  const file = shownAs;
  const bytes = await readBounded(path, file);
  if (bytes.length > maxPolicyBytes) {
    throw fileError(file, `it is larger than ${maxPolicyBytes} bytes, and a policy never is. Split it by hosts`);
  }
  const text = decode(file, bytes);
  const control = /[\0-\x08\x0e-\x1f\x7f]/.exec(text);
  if (control !== null) {
    throw fileError(
      file,
      `it holds the byte 0x${control[0].charCodeAt(0).toString(16).padStart(2, '0')}, so it is no text`,
    );
  }
  return text;
}

function decode(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    const found = utf16 ? 'it is UTF-16 text. Save it as UTF-8' : 'it is not UTF-8 text';
    throw fileError(file, found, cause);
  }
}

/** Reads at most one byte more than is allowed, whatever the file says of its own size: it may be a pipe or a device. */
async function readBounded(path: string, file: string): Promise<Uint8Array> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    const bytes = Buffer.alloc(maxPolicyBytes + 1);
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await handle.read(bytes, length, bytes.length - length, null);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } catch (cause) {
    throw fileError(file, describeFailure(cause), cause);
  } finally {
    await handle?.close();
  }
}

function describeFailure(error: unknown): string {
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

function fileError(file: string, problem: string, cause?: unknown): ExposcanError {
  return new ExposcanError('ERR_FILE', `The policy ${file} cannot be used: ${problem}.`, { cause, position: { file } });
}
