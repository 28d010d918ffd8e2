import * as z from 'zod';
import { ExposcanError, formatPosition, messageOf, type FilePosition } from './errors.js';
import { listIssues } from './list-issues.js';
import { printableText, shorten, terminalSafe } from './printable.js';
import { accountProblem } from './snapshot-account.js';
import { snapshotSchema, type Snapshot } from './snapshot.js';

/** The largest snapshot file that is read, in bytes. */
export const maxSnapshotBytes = 64 * 1024 * 1024;

const readableVersion = 1;
const shownIssues = 3;

/** Only what tells which document this is; the rest is judged once that is known. */
const headSchema = z.object({ format: z.literal('exposcan-snapshot'), version: z.int().min(1) });

/**
 * Reads a snapshot document: its text, and the name of the file it came from for messages.
 *
 * The result is built anew from the known fields, so a key such as `__proto__` reaches nothing. Beyond the shape, the
 * document's own invariant is held: for every address that it names, `open`, `notOpen` and `unknown` are disjoint and
 * add up to exactly the ports asked for. Throws `ERR_SNAPSHOT_INVALID`.
 */
export function parseSnapshot(text: string, fileName: string): Snapshot {
  const size = Buffer.byteLength(text);
  if (size > maxSnapshotBytes) {
    throw invalid(fileName, `it is ${size} bytes long, and ${maxSnapshotBytes} is the most that is read`);
  }
  return checkSnapshot(parseJson(text, fileName), fileName);
}

/**
 * Reads what JSON gave as a snapshot document, like `parseSnapshot`, whatever its size: for what was bounded before it was parsed.
 * Throws `ERR_SNAPSHOT_INVALID`.
 */
export function checkSnapshot(document: unknown, fileName: string): Snapshot {
  const head = headSchema.safeParse(document);
  if (!head.success)
    throw invalid(fileName, `expected a document written by exposcan --json, ${issuesOf(head.error.issues)}`);
  if (head.data.version > readableVersion) {
    throw invalid(
      fileName,
      `it is of version ${head.data.version}, and this exposcan reads version ${readableVersion}. Update exposcan`,
    );
  }
  const misfits = listIssues(snapshotSchema, document);
  if (misfits.length > 0) throw invalid(fileName, issuesOf(misfits));
  const parsed = snapshotSchema.safeParse(document);
  if (!parsed.success) throw invalid(fileName, issuesOf(parsed.error.issues));
  const problem = accountProblem(parsed.data);
  if (problem !== undefined) throw invalid(fileName, problem);
  return parsed.data;
}

function invalid(
  file: string,
  problem: string,
  position: Omit<FilePosition, 'file'> = {},
  cause?: unknown,
): ExposcanError {
  const where = formatPosition({ file, ...position });
  const sentence = `${where} is not a usable snapshot: ${problem.replace(/\.$/, '')}.`;
  return new ExposcanError('ERR_SNAPSHOT_INVALID', terminalSafe(sentence), {
    position: { file, ...position },
    cause,
  });
}

function parseJson(text: string, fileName: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = shorten(printableText(messageOf(error)), 200);
    const at = /at position (\d+)/.exec(reason)?.[1];
    throw invalid(fileName, `expected JSON: ${reason}`, at === undefined ? {} : positionAt(text, Number(at)), error);
  }
}

function positionAt(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0 && end < offset; end = text.indexOf('\n', start)) {
    line += 1;
    start = end + 1;
  }
  return { line, column: offset - start + 1 };
}

function issuesOf(issues: readonly z.core.$ZodIssue[]): string {
  const shown = issues.slice(0, shownIssues).map(({ path, message }) => {
    const where = path.length === 0 ? 'the document' : pathText(path);
    return `${where}: ${shorten(printableText(message.slice(0, 300)), 200)}`;
  });
  const more = issues.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

function pathText(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return shorten(printableText(text.replace(/^\./, '')), 100);
}
