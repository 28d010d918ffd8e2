import { ExposcanError, formatPosition } from '../model/errors.js';
import { shorten, terminalSafe } from '../model/printable.js';
import type { SourcePosition } from './policy.js';

/** One thing that is wrong with a policy file. */
export interface Problem extends SourcePosition {
  /** `hosts[0].services[2].exposure`; empty for the file as a whole. */
  readonly path: string;
  /** What was found and what would be right. */
  readonly message: string;
}

/** As many as a person mends in one go. */
const shownProblems = 20;

/** What a person wrote, quoted, short and harmless. */
export function quote(text: string): string {
  return `"${shorten(terminalSafe(text), 60)}"`;
}

function lineOf(file: string, { line, column, path, message }: Problem): string {
  return `${formatPosition({ file, line, column })}: ${path === '' ? '' : `${path}: `}${message}`;
}

/** One error that carries them all, a line each, in the order of the file; its position is that of the first. */
export function problemsError(
  code: 'ERR_POLICY_SYNTAX' | 'ERR_POLICY_INVALID',
  file: string,
  problems: readonly Problem[],
): ExposcanError {
  const sorted = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
  const lines = sorted.slice(0, shownProblems).map((problem) => lineOf(file, problem));
  if (sorted.length > lines.length) lines.push(`… and ${sorted.length - lines.length} more.`);
  if (sorted.length > 1) lines.unshift(`${file} has ${sorted.length} problems:`);
  const { line = 1, column = 1 } = sorted[0] ?? {};
  return new ExposcanError(code, lines.map(terminalSafe), { position: { file, line, column } });
}
