import { ExposcanError } from '../../model/errors.js';
import { terminalSafe } from '../../model/printable.js';
import { counted } from '../../model/quantity.js';
import type { Policy } from '../../policy/policy.js';
import type { Problem } from '../../policy/language/problems.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import { say } from '../say.js';

/** What came of one file. `error`: it could not be read at all. */
interface Linted {
  readonly file: string;
  readonly policy?: Policy;
  readonly problems: readonly Problem[];
  readonly error?: ExposcanError;
}

/** Points at everything that is wrong with policy files, and at what is left to do in them. Gives the exit code. */
export async function runPolicyLint(files: readonly string[], flags: { json?: true }): Promise<ExitCode> {
  const now = new Date();
  const linted: Linted[] = [];
  for (const file of files) linted.push(await lintFile(file, now));
  for (const { error } of linted) {
    error?.lines.forEach(say);
  }
  const text = flags.json === true ? await jsonOf(linted) : await linesOf(linted);
  process.stdout.write(text);
  return linted.every(isFine) ? exitCodes.conforms : exitCodes.usage;
}

async function lintFile(file: string, now: Date): Promise<Linted> {
  const { findPolicy } = await import('../../policy/language/find-policy.js');
  const { lintPolicy } = await import('../../policy/language/lint-policy.js');
  const { PolicyProblems } = await import('../../policy/language/problems.js');
  try {
    const policy = await findPolicy(file);
    return { file, policy, problems: lintPolicy(policy, now) };
  } catch (error) {
    if (error instanceof PolicyProblems) return { file, problems: error.problems };
    if (error instanceof ExposcanError) return { file, problems: [], error };
    throw error;
  }
}

function isFine({ problems, error }: Linted): boolean {
  return problems.length === 0 && error === undefined;
}

/** A problem of a file that several of the policies include is told once. */
function distinctProblems(linted: readonly Linted[]): Problem[] {
  const problems = linted.flatMap((each) => each.problems);
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

async function linesOf(linted: readonly Linted[]): Promise<string> {
  const { problemLine } = await import('../../policy/language/problems.js');
  const lines = [
    ...distinctProblems(linted).map(problemLine),
    ...linted.flatMap((each) => (isFine(each) && each.policy !== undefined ? [praise(each.file, each.policy)] : [])),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function praise(file: string, { entries, defaults }: Policy): string {
  const rules = new Set([...entries, ...defaults].flatMap(({ services }) => services)).size;
  const spoken = counted(entries.length, 'host or group', 'hosts and groups');
  return `${terminalSafe(file)}: no problems (${spoken}, ${counted(rules, 'rule')})`;
}

async function jsonOf(linted: readonly Linted[]): Promise<string> {
  const { jsonText } = await import('../../report/json.js');
  return jsonText({
    format: 'exposcan-lint',
    version: 1,
    files: linted.map((each) => ({
      file: each.file,
      ok: isFine(each),
      ...(each.error === undefined ? {} : { error: { code: each.error.code, message: each.error.message } }),
    })),
    problems: distinctProblems(linted).map(({ file, line, column, path, message }) => ({
      file,
      line,
      column,
      path,
      message,
    })),
  });
}
