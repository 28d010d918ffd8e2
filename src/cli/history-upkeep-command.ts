import { printableText } from '../model/printable.js';
import { counted } from '../model/quantity.js';
import { exitCodes, type ExitCode } from './exit-code.js';
import type { PruneFlags, RebuildFlags } from './history-arguments.js';
import { complain, inHistory } from './open-history-file.js';
import { historyFile } from './state-directory.js';

/** Makes the history anew from the evidence log. Gives the exit code. Throws `ExposcanError`. */
export async function runRebuild({ history: flag, force, json }: RebuildFlags): Promise<ExitCode> {
  Error.stackTraceLimit = 0;
  const file = historyFile(flag, process.env);
  const { rebuildHistory } = await import('../history/store/rebuild-history.js');
  const rebuilt = await rebuildHistory(file, { force: force === true });
  const { records, scans, unread, passedOver, kept, carriedOver } = rebuilt;
  for (const { seq, problem } of unread) complain(`record ${seq} is not understood: ${problem}`);
  if (passedOver > 0)
    complain(`${counted(passedOver, 'line')} of the log could not be read or stood in the wrong place`);
  if (kept !== undefined && !carriedOver) {
    complain('what waited to be delivered, and what watches remembered, could not be taken over from the old history');
  }
  await tell(json, { format: 'exposcan-rebuild', version: 1, file, ...rebuilt }, [
    `Made ${printableText(file)} anew from ${counted(records, 'record')}; it holds ${counted(scans, 'scan')}.`,
    ...(kept === undefined ? [] : [`The old one is kept as ${printableText(kept)}.`]),
  ]);
  return unread.length > 0 || passedOver > 0 ? exitCodes.indeterminate : exitCodes.conforms;
}

/** Takes old scans out of the history. Gives the exit code. Throws `ExposcanError`. */
export async function runPrune({ history: flag, olderThan, keep, json }: PruneFlags): Promise<ExitCode> {
  Error.stackTraceLimit = 0;
  const before = olderThan === undefined ? undefined : new Date(Date.now() - olderThan);
  const scans = await inHistory(
    flag,
    (history) =>
      history.prune({ ...(before === undefined ? {} : { before }), ...(keep === undefined ? {} : { keep }) }),
    () => 0,
  );
  await tell(json, { format: 'exposcan-prune', version: 1, scans }, [
    `Took ${counted(scans, 'scan')} out of the history. The evidence log keeps ${scans === 1 ? 'it' : 'them'}.`,
  ]);
  return exitCodes.conforms;
}

async function tell(json: true | undefined, document: unknown, lines: readonly string[]): Promise<void> {
  if (json !== true) {
    process.stdout.write(lines.map((line) => `${line}\n`).join(''));
    return;
  }
  const { jsonText } = await import('../report/json.js');
  process.stdout.write(jsonText(document));
}
