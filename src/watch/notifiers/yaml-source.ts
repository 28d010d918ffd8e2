import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import { ExposcanError, formatPosition, messageOf, type FilePosition } from '../../model/errors.js';
import { terminalSafe } from '../../model/printable.js';

/** Keys and list numbers that lead to a value. */
export type Path = readonly PropertyKey[];

/** One thing that is wrong with the file. `key`: it is the key that is wrong, not what stands under it. */
export interface Problem {
  readonly path: Path;
  readonly message: string;
  readonly of?: 'key';
}

/** A YAML file as plain values, which still knows where each of them stands. */
export interface YamlSource {
  readonly value: unknown;
  /** One `ERR_NOTIFIERS` that tells them all, a line each, with file, line and column. */
  error(problems: readonly Problem[]): ExposcanError;
}

const shownProblems = 20;

/** Parses YAML 1.2. Throws `ERR_NOTIFIERS`. `file` stands in messages. */
export function parseYamlSource(source: string, file: string): YamlSource {
  const lines = new LineCounter();
  const at = (offset: number): FilePosition => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  try {
    const document = parseDocument(source, {
      lineCounter: lines,
      prettyErrors: false,
      schema: 'core',
      logLevel: 'error',
    });
    const [broken] = [...document.errors, ...document.warnings];
    if (broken !== undefined)
      throw problemsError([{ position: at(broken.pos[0]), message: firstLine(broken.message) }]);
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    return {
      value,
      error: (problems) =>
        problemsError(
          problems.map(({ path, message, of }) => ({
            position: at(offsetOf(document, path, of === 'key')),
            message: path.length === 0 ? message : `${showPath(path)}: ${message}`,
          })),
        ),
    };
  } catch (error) {
    if (error instanceof ExposcanError) throw error;
    throw problemsError([{ position: at(0), message: `this cannot be read as YAML (${firstLine(messageOf(error))})` }]);
  }
}

const firstLine = (text: string) => text.split('\n')[0] ?? '';

/** `notifiers[0].secret`. */
function showPath(path: Path): string {
  return path.reduce<string>((shown, step) => {
    if (typeof step === 'number') return `${shown}[${step}]`;
    return shown === '' ? String(step) : `${shown}.${String(step)}`;
  }, '');
}

/** Where a value stands; what is missing is told at the place where it should be. */
function offsetOf(document: Document, path: Path, ofKey: boolean): number {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const [index, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    const isLast = index === path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (pair === undefined) return offset;
      offset = ofKey && isLast ? startOf(pair.key) : startOf(pair.value, startOf(pair.key));
      node = pair.value;
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(step)];
      if (item === undefined) return offset;
      offset = startOf(item, offset);
      node = item;
    } else {
      return offset;
    }
  }
  return offset;
}

function startOf(node: unknown, otherwise = 0): number {
  const isNode = isMap(node) || isSeq(node) || isScalar(node) || isAlias(node);
  return isNode ? (node.range?.[0] ?? otherwise) : otherwise;
}

function problemsError(
  problems: readonly { readonly position: FilePosition; readonly message: string }[],
): ExposcanError {
  const shown = problems.slice(0, shownProblems).map(({ position, message }) => {
    const end = /[.!?]$/.test(message) ? '' : '.';
    return terminalSafe(`${formatPosition(position)}: ${message}${end}`);
  });
  if (problems.length > shown.length) shown.push(`… and ${problems.length - shown.length} more.`);
  const position = problems[0]?.position;
  return new ExposcanError('ERR_NOTIFIERS', shown, position === undefined ? {} : { position });
}
