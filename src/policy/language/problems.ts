import { ExposcanError, formatPosition } from '../../model/errors.js';
import { shorten, terminalSafe } from '../../model/printable.js';
import type { SourcePosition } from '../policy.js';

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

/** `offsite7.yaml:12:9: hosts[0].services[2].exposure: expected …`. Printable. */
export function problemLine({ file, line, column, path, message }: Problem): string {
  return terminalSafe(`${formatPosition({ file, line, column })}: ${path === '' ? '' : `${path}: `}${message}`);
}

/** In the order of the files as they first come, and of the lines in them. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const files = [...new Set(problems.map(({ file }) => file))];
  const rank = new Map(files.map((file, index) => [file, index]));
  const rankOf = ({ file }: Problem) => rank.get(file) ?? 0;
  return problems.toSorted((a, b) => rankOf(a) - rankOf(b) || a.line - b.line || a.column - b.column);
}

/** One error that carries them all, a line each; its position is that of the first. `file`: the one that was to be read. */
export function problemsError(
  code: 'ERR_POLICY_SYNTAX' | 'ERR_POLICY_INVALID',
  file: string,
  problems: readonly Problem[],
): ExposcanError {
  const sorted = sortProblems(problems);
  const lines = sorted.slice(0, shownProblems).map(problemLine);
  if (sorted.length > lines.length) lines.push(`… and ${sorted.length - lines.length} more.`);
  if (sorted.length > 1) lines.unshift(terminalSafe(`${file} has ${sorted.length} problems:`));
  return new PolicyProblems(code, lines, sorted);
}

/** What is wrong with a policy, one by one, for those who show it in their own way. */
export class PolicyProblems extends ExposcanError {
  readonly problems: readonly Problem[];

  constructor(
    code: 'ERR_POLICY_SYNTAX' | 'ERR_POLICY_INVALID',
    lines: readonly string[],
    problems: readonly Problem[],
  ) {
    const [first] = problems;
    super(
      code,
      lines,
      first === undefined ? {} : { position: { file: first.file, line: first.line, column: first.column } },
    );
    this.problems = problems;
  }
}
