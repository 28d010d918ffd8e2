import type { DiffFlags } from './arguments.js';
import { readSides } from './sides.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import { printResult } from '../print-result.js';

/** Compares two scans: files, or references into the history. Gives the exit code. Throws `ExposcanError`. */
export async function runDiff(
  before: string,
  after: string,
  { json, markdown, ...flags }: DiffFlags,
): Promise<ExitCode> {
  const { diffSnapshots } = await import('../../history/diff/diff-snapshots.js');
  const diff = diffSnapshots(...(await readSides(before, after, flags)));
  await printResult(diff, { json }, async (_, page) => {
    if (markdown === true) return (await import('../../report/diff/markdown.js')).formatDiffMarkdown(diff);
    return (await import('../../report/diff/table.js')).formatDiff(diff, page);
  });
  switch (diff.outcome) {
    case 'same':
      return exitCodes.conforms;
    case 'different':
      return exitCodes.deviates;
    case 'coverage-lost':
      return exitCodes.indeterminate;
  }
}
