import { exitCodes } from './exit-code.js';
import { readSnapshotFile } from './snapshot-file.js';
import { wantsColour, widthOf } from './terminal.js';

/** Compares two snapshot files. Gives the exit code. Throws `ExposcanError`. */
export async function runDiff(beforeFile: string, afterFile: string, flags: { json?: true }): Promise<number> {
  const { diffSnapshots } = await import('../history/diff/diff-snapshots.js');
  const { diffOutcome } = await import('../model/diff.js');
  const { formatDiff, formatDiffJson } = await import('../report/diff-table.js');
  const diff = diffSnapshots(await readSnapshotFile(beforeFile), await readSnapshotFile(afterFile));
  process.stdout.write(
    flags.json === true
      ? formatDiffJson(diff)
      : formatDiff(diff, { colour: wantsColour(process.stdout.isTTY, process.env), width: widthOf(process.stdout) }),
  );
  switch (diffOutcome(diff)) {
    case 'same':
      return exitCodes.conforms;
    case 'different':
      return exitCodes.deviates;
    case 'coverage-lost':
      return exitCodes.indeterminate;
  }
}
