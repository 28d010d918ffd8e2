import { printableText } from '../../model/printable.js';
import { counted } from '../../model/quantity.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import type { PruneFlags, RebuildFlags } from './arguments.js';
import { thisTool } from '../../net/package-version.js';
import { inHistory } from '../open-history-file.js';
import { printResult } from '../print-result.js';
import { say } from '../say.js';
import { historyFile } from '../state-directory.js';

/** Makes the history anew from the evidence log. Gives the exit code. Throws `ExposcanError`. */
export async function runRebuild({ history: flag, force, json }: RebuildFlags): Promise<ExitCode> {
  const file = historyFile(flag, process.env);
  const { rebuildHistory } = await import('../../history/store/rebuild-history.js');
  const rebuilt = await rebuildHistory(file, { force: force === true });
  const { records, scans, unread, passedOver, kept, carriedOver } = rebuilt;
  for (const { seq, problem } of unread) say(`record ${seq} is not understood: ${problem}`);
  if (passedOver > 0) say(`${counted(passedOver, 'line')} of the log could not be read or stood in the wrong place`);
  if (kept !== undefined && !carriedOver) {
    say('what waited to be delivered, and what watches remembered, could not be taken over from the old history');
  }
  await printResult({ format: 'exposcan-rebuild', version: 1, tool: thisTool(), file, ...rebuilt }, { json }, () =>
    linesOf([
      `Made ${printableText(file)} anew from ${counted(records, 'record')}; it holds ${counted(scans, 'scan')}.`,
      ...(kept === undefined ? [] : [`The old one is kept as ${printableText(kept)}.`]),
    ]),
  );
  return unread.length > 0 || passedOver > 0 ? exitCodes.indeterminate : exitCodes.conforms;
}

/** Takes old scans out of the history. Gives the exit code. Throws `ExposcanError`. */
export async function runPrune({ history: flag, olderThan, keep, json }: PruneFlags): Promise<ExitCode> {
  const before = olderThan === undefined ? undefined : new Date(Date.now() - olderThan);
  const scans = await inHistory(
    flag,
    (history) =>
      history.prune({ ...(before === undefined ? {} : { before }), ...(keep === undefined ? {} : { keep }) }),
    () => 0,
  );
  await printResult({ format: 'exposcan-prune', version: 1, tool: thisTool(), scans }, { json }, () =>
    linesOf([
      `Took ${counted(scans, 'scan')} out of the history. The evidence log keeps ${scans === 1 ? 'it' : 'them'}.`,
    ]),
  );
  return exitCodes.conforms;
}

function linesOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
