import type { Snapshot } from '../../model/snapshot.js';
import { choosePolicy, type ChosenPolicy } from '../choose-policy.js';
import { exitCodeOf, exitCodes } from '../exit-code.js';
import { onInterrupt } from '../interrupt.js';
import { openKeeper } from '../keep-scan.js';
import { observe, sayMethod } from '../live-scan.js';
import { printResult } from '../print-result.js';
import { filePage, reportWriter, type ReportKinds } from '../report-file.js';
import { sayUnlessQuiet } from '../say.js';
import { type ScanFlags, scanOptions } from '../scan-options.js';

const kinds: ReportKinds<Snapshot> = {
  json: async (snapshot) => (await import('../../report/json.js')).jsonText(snapshot),
  txt: async (snapshot) => (await import('../../report/table.js')).formatReport(snapshot, filePage),
};

/** Scans, judges, reports. Gives the exit code. Throws `ExposcanError`. */
export async function runScan(words: readonly string[], flags: ScanFlags): Promise<number> {
  const say = sayUnlessQuiet(flags);
  const write = await reportWriter(flags.output, kinds);
  const { readTargets } = await import('../../targets/target-list.js');
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
    await write(snapshot);
    return isKept || !snapshot.complete ? exitCodeOf(snapshot) : exitCodes.usage;
  } finally {
    interrupt.release();
    await keeper.close();
  }
}

async function judged(snapshot: Snapshot, chosen: ChosenPolicy | undefined): Promise<Snapshot> {
  if (chosen === undefined) return snapshot;
  const { evaluate } = await import('../../policy/evaluation/evaluate.js');
  const { policy, explicit } = chosen;
  const judgement = evaluate(policy, snapshot, { explicit });
  return { ...snapshot, ...judgement, policy: { name: policy.name, file: policy.file } };
}

async function printSnapshot(snapshot: Snapshot, flags: ScanFlags): Promise<void> {
  await printResult(snapshot, flags, async (document, page) => {
    const { formatReport } = await import('../../report/table.js');
    return formatReport(document, page);
  });
}
