import type { Diff } from '../model/diff.js';
import type { DiffFlags } from './diff-arguments.js';
import { readSides } from './diff-sides.js';
import { exitCodes, type ExitCode } from './exit-code.js';
import { wantsColour, widthOf } from './terminal.js';

/** Compares two scans: files, or references into the history. Gives the exit code. Throws `ExposcanError`. */
export async function runDiff(
  before: string,
  after: string,
  { json, markdown, ...flags }: DiffFlags,
): Promise<ExitCode> {
  Error.stackTraceLimit = 0;
  const { diffSnapshots } = await import('../history/diff/diff-snapshots.js');
  const diff = diffSnapshots(...(await readSides(before, after, flags)));
  process.stdout.write(await format(diff, { json, markdown }));
  switch (diff.outcome) {
    case 'same':
      return exitCodes.conforms;
    case 'different':
      return exitCodes.deviates;
    case 'coverage-lost':
      return exitCodes.indeterminate;
  }
}

async function format(
  diff: Diff,
  { json, markdown }: { json?: true | undefined; markdown?: true | undefined },
): Promise<string> {
  if (markdown === true) return (await import('../report/diff-markdown.js')).formatDiffMarkdown(diff);
  const { formatDiff, formatDiffJson } = await import('../report/diff-table.js');
  if (json === true) return formatDiffJson(diff);
  return formatDiff(diff, { colour: wantsColour(process.stdout.isTTY, process.env), width: widthOf(process.stdout) });
}
