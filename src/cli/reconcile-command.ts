import { terminalSafe } from '../model/printable.js';
import type { Reconciliation } from '../model/reconciliation.js';
import type { Snapshot } from '../model/snapshot.js';
import { packageVersion } from '../net/package-version.js';
import { choosePolicy, type ChosenPolicy } from './choose-policy.js';
import { exitCodes, type ExitCode } from './exit-code.js';
import { readListing } from './read-listing.js';
import { checkWritable, writeReport } from './report-file.js';
import type { ReconcileFlags } from './reconcile-arguments.js';
import { readSnapshotFile } from './snapshot-file.js';
import { wantsColour, widthOf } from './terminal.js';

const fileWidth = 100;

/** Lays a host's own listing beside a snapshot. Gives the exit code. Throws `ExposcanError`. */
export async function runReconcile(flags: ReconcileFlags): Promise<ExitCode> {
  const say = (line: string) => {
    if (flags.quiet !== true) process.stderr.write(`exposcan: ${terminalSafe(line)}\n`);
  };
  const writers = await documentWriters(flags.output);
  const snapshot = await readHost(flags);
  const listing = await readListing(flags.inside, process.stdin);
  const targets = snapshot.targets.map(({ target }) => target);
  const chosen = await choosePolicy(flags.policy, targets, say);
  const { concludeReconciliation } = await import('../inside/conclude.js');
  const { remedyFor, remedyInContext } = await import('../policy/remedies/remedies.js');
  const madeAt = new Date();
  const document = concludeReconciliation(listing, snapshot, {
    tool: { name: 'exposcan', version: packageVersion() },
    madeAt,
    policy: chosen === undefined ? null : { name: chosen.policy.name, file: chosen.policy.file },
    ...(chosen === undefined ? { findings: [], absences: [] } : await judgeOutside(chosen, snapshot, madeAt)),
    remedyFor(service, port, listener) {
      const process = listener?.processes[0]?.name;
      const container = listener?.container;
      return process === undefined && container === undefined
        ? remedyFor(service, port)
        : remedyInContext(service, port, {
            ...(process === undefined ? {} : { process }),
            ...(container === undefined ? {} : { container }),
          });
    },
  });
  await print(document, flags);
  for (const { path, format } of writers) await writeReport(path, format(document));
  return exitCodeOf(document);
}

/** What the policy makes of the scan alone, and what of it the listing is to judge. */
async function judgeOutside({ policy, explicit }: ChosenPolicy, snapshot: Snapshot, now: Date) {
  const { declaredAbsences } = await import('../policy/resolution/declared-absences.js');
  const { evaluate } = await import('../policy/evaluation/evaluate.js');
  const { findings, warnings } = evaluate(policy, snapshot, { explicit, now });
  return { findings, warnings, absences: declaredAbsences(policy, snapshot, now) };
}

function exitCodeOf({ outcome }: Reconciliation): ExitCode {
  switch (outcome) {
    case 'pass':
      return exitCodes.conforms;
    case 'fail':
      return exitCodes.deviates;
    case 'indeterminate':
      return exitCodes.indeterminate;
  }
}

async function readHost({ snapshot: path, host }: ReconcileFlags): Promise<Snapshot> {
  const { selectHost } = await import('../inside/select-host.js');
  return selectHost(await readSnapshotFile(path), host);
}

async function documentWriters(paths: readonly string[]) {
  if (paths.length === 0) return [];
  const { writerFor } = await import('../report/kind.js');
  const { formatReconciliation, formatReconciliationJson } = await import('../report/reconcile-table.js');
  const kinds = {
    json: formatReconciliationJson,
    txt: (document: Reconciliation) => formatReconciliation(document, { colour: false, width: fileWidth }),
  };
  const writers = paths.map((path) => ({ path, format: writerFor(path, kinds) }));
  for (const { path } of writers) await checkWritable(path);
  return writers;
}

async function print(document: Reconciliation, flags: ReconcileFlags): Promise<void> {
  const { formatReconciliation, formatReconciliationJson } = await import('../report/reconcile-table.js');
  process.stdout.write(
    flags.json === true
      ? formatReconciliationJson(document)
      : formatReconciliation(document, {
          colour: wantsColour(process.stdout.isTTY, process.env),
          width: widthOf(process.stdout),
          verbosity: flags.verbose === true ? 1 : 0,
        }),
  );
}
