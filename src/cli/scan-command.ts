import { terminalSafe } from '../model/printable.js';
import type { Snapshot } from '../model/snapshot.js';
import { wantsColour, widthOf } from './terminal.js';
import { choosePolicy, type ChosenPolicy } from './choose-policy.js';
import { exitCodeOf, exitCodes } from './exit-code.js';
import { onInterrupt } from './interrupt.js';
import { openKeeper } from './keep-scan.js';
import { observe, sayMethod } from './live-scan.js';
import { checkWritable, writeReport } from './report-file.js';
import { type ScanFlags, scanOptions } from './scan-options.js';

/** Scans, judges, reports. Gives the exit code. Throws `ExposcanError`. */
export async function runScan(words: readonly string[], flags: ScanFlags): Promise<number> {
  // A refused connection is this program's daily bread; a stack trace for each costs a fifth of the scan.
  Error.stackTraceLimit = 0;
  const say = (line: string) => {
    if (flags.quiet !== true) process.stderr.write(`exposcan: ${terminalSafe(line)}\n`);
  };
  const writers = await reportWriters(flags.output);
  const { readTargets } = await import('../targets/target-list.js');
  const targets = await readTargets(words, process.stdin);
  const chosen = await choosePolicy(flags.policy, targets, say);
  const keeper = await openKeeper(flags);
  // Only from here on is there something to write; until then a signal ends the program as it ends any other.
  const interrupt = onInterrupt(say);
  try {
    await sayMethod(flags, say);
    const options = await scanOptions(targets, flags, chosen);
    const snapshot = await judged(await observe({ ...options, signal: interrupt.signal }, flags), chosen);
    const isKept = await keeper.keep(snapshot);
    await printSnapshot(snapshot, flags);
    for (const { path, format } of writers) await writeReport(path, format(snapshot));
    return isKept || !snapshot.complete ? exitCodeOf(snapshot) : exitCodes.usage;
  } finally {
    interrupt.release();
    await keeper.close();
  }
}

async function reportWriters(paths: readonly string[]) {
  if (paths.length === 0) return [];
  const { reportFor } = await import('../report/kind.js');
  const writers = paths.map((path) => ({ path, format: reportFor(path) }));
  for (const { path } of writers) await checkWritable(path);
  return writers;
}

async function judged(snapshot: Snapshot, chosen: ChosenPolicy | undefined): Promise<Snapshot> {
  if (chosen === undefined) return snapshot;
  const { evaluate } = await import('../policy/evaluation/evaluate.js');
  const { policy, explicit } = chosen;
  const judgement = evaluate(policy, snapshot, { explicit });
  return { ...snapshot, ...judgement, policy: { name: policy.name, file: policy.file } };
}

async function printSnapshot(snapshot: Snapshot, flags: ScanFlags): Promise<void> {
  if (flags.json === true) {
    const { formatJson } = await import('../report/json.js');
    process.stdout.write(formatJson(snapshot));
    return;
  }
  const { formatReport } = await import('../report/table.js');
  process.stdout.write(
    formatReport(snapshot, {
      colour: wantsColour(process.stdout.isTTY, process.env),
      width: widthOf(process.stdout),
      verbosity: flags.verbose === true ? 1 : 0,
    }),
  );
}
