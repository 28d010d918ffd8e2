import type { Assessment } from '../../model/assessment.js';
import { ExposcanError } from '../../model/errors.js';
import type { Snapshot } from '../../model/snapshot.js';
import { thisTool } from '../../net/package-version.js';
import type { Selection } from '../../policy/resolution/only.js';
import type { Policy } from '../../policy/policy.js';
import type { CheckFlags } from './arguments.js';
import { exitCodeOfOutcome, exitCodes, type ExitCode } from '../exit-code.js';
import { onInterrupt } from '../interrupt.js';
import { openKeeper, type Keeper } from '../keep-scan.js';
import { observe, sayMethod } from '../live-scan.js';
import { printResult } from '../print-result.js';
import { checkWritable, filePage, reportWriter, writeReport, type ReportKinds } from '../report-file.js';
import { scanOptions } from '../scan-options.js';
import { sayUnlessQuiet } from '../say.js';
import { readSnapshotFile } from '../snapshot-file.js';

/** A snapshot that is to be judged, and the file that it was read from, if any. */
interface Given {
  readonly file?: string;
  readonly snapshot: Snapshot;
}

/** What was made of snapshots, and these. */
interface Judged {
  readonly assessment: Assessment;
  readonly snapshots: readonly Snapshot[];
}

const kinds: ReportKinds<Judged> = {
  json: async ({ assessment }) => (await import('../../report/json.js')).jsonText(assessment),
  txt: async ({ assessment, snapshots }) =>
    (await import('../../report/assessment-table.js')).formatAssessment(assessment, snapshots, filePage),
};

/** Judges the hosts of a policy by a fresh scan or by snapshots. Gives the exit code. Throws `ExposcanError`. */
export async function runCheck(flags: CheckFlags): Promise<ExitCode> {
  const say = sayUnlessQuiet(flags);
  const write = await reportWriter(flags.output, kinds);
  if (flags.save !== undefined) await checkWritable(flags.save);
  const { findPolicy } = await import('../../policy/language/find-policy.js');
  const policy = await findPolicy(flags.policy);
  const selection = await select(policy, flags.only);
  const isScanned = flags.snapshot.length === 0;
  const keeper = isScanned ? await openKeeper(flags) : undefined;
  const interrupt = isScanned ? onInterrupt(say) : undefined;
  try {
    const given =
      interrupt === undefined
        ? await readAll(flags.snapshot)
        : [{ snapshot: await scanAll(policy, selection, flags, interrupt.signal, say) }];
    const judged = given.map(({ file, snapshot }) => ({
      ...(file === undefined ? {} : { file }),
      snapshot: flags.only.length === 0 ? snapshot : selection.narrow(snapshot),
    }));
    const assessment = await assess(policy, selection, judged, flags);
    const snapshots = judged.map(({ snapshot }) => snapshot);
    const isKept = await keep(keeper, assessment, snapshots);
    await print({ assessment, snapshots }, flags);
    await write({ assessment, snapshots });
    const code = exitCodeOf(assessment, isScanned);
    return isKept || code === exitCodes.interrupted ? code : exitCodes.usage;
  } finally {
    interrupt?.release();
    await keeper?.close();
  }
}

/** A scan is kept with what was made of it. */
async function keep(
  keeper: Keeper | undefined,
  { policy, verdict, findings, warnings, disagreements }: Assessment,
  snapshots: readonly Snapshot[],
): Promise<boolean> {
  if (keeper === undefined) return true;
  const kept: boolean[] = [];
  for (const snapshot of snapshots) {
    kept.push(await keeper.keep({ ...snapshot, policy, verdict, findings, warnings, disagreements }));
  }
  return kept.every(Boolean);
}

async function select(policy: Policy, only: readonly string[]): Promise<Selection> {
  const { declaredTargets, selectHosts } = await import('../../policy/resolution/only.js');
  if (only.length > 0) return selectHosts(policy, only);
  return { targets: declaredTargets(policy), narrow: (snapshot) => snapshot };
}

async function readAll(files: readonly string[]): Promise<Given[]> {
  const given: Given[] = [];
  for (const file of files) given.push({ file, snapshot: await readSnapshotFile(file) });
  return given;
}

async function scanAll(
  policy: Policy,
  { targets }: Selection,
  flags: CheckFlags,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<Snapshot> {
  if (targets.length === 0) {
    throw new ExposcanError(
      'ERR_NO_TARGETS',
      `The policy ${policy.name} names no host that could be scanned, only patterns or "*". Name hosts with --only, give ` +
        'snapshots with --snapshot, or scan with: exposcan TARGET --policy FILE',
    );
  }
  await sayMethod(flags, say);
  const options = await scanOptions(targets, flags, { policy, explicit: true });
  const snapshot = await observe({ ...options, signal }, flags);
  if (flags.save !== undefined) {
    const { jsonText } = await import('../../report/json.js');
    await writeReport(flags.save, jsonText(snapshot));
  }
  return snapshot;
}

async function assess(
  policy: Policy,
  { targets }: Selection,
  given: readonly Given[],
  { only, severity }: CheckFlags,
): Promise<Assessment> {
  const { evaluate } = await import('../../policy/evaluation/evaluate.js');
  const now = new Date();
  const { verdict, findings, warnings, disagreements } = evaluate(
    policy,
    given.map(({ snapshot }) => snapshot),
    { now, expected: targets, ...(severity === undefined ? {} : { severity }) },
  );
  return {
    format: 'exposcan-assessment',
    version: 1,
    tool: thisTool(),
    judgedAt: now.toISOString(),
    policy: { name: policy.name, file: policy.file },
    ...(only.length === 0 ? {} : { only: [...only] }),
    ...(severity === undefined ? {} : { severity }),
    snapshots: given.map(({ file, snapshot }) => ({
      ...(file === undefined ? {} : { file }),
      vantage: snapshot.vantage,
      startedAt: snapshot.startedAt,
      finishedAt: snapshot.finishedAt,
      complete: snapshot.complete,
      asked: snapshot.asked,
      targets: snapshot.targets.map(({ target }) => target),
    })),
    warnings,
    disagreements,
    findings,
    // Whoever names a policy gets a verdict.
    verdict: verdict === 'none' ? 'indeterminate' : verdict,
  };
}

async function print({ assessment, snapshots }: Judged, flags: CheckFlags): Promise<void> {
  await printResult(assessment, flags, async (document, page) => {
    const { formatAssessment } = await import('../../report/assessment-table.js');
    return formatAssessment(document, snapshots, page);
  });
}

/** A scan that was stopped now ends as any other; one that was stopped before it was given is merely incomplete. */
function exitCodeOf({ snapshots, verdict }: Assessment, isScanned: boolean): ExitCode {
  if (isScanned && snapshots.some(({ complete }) => !complete)) return exitCodes.interrupted;
  return exitCodeOfOutcome[verdict];
}
