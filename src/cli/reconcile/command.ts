import type { Reconciliation } from '../../model/reconciliation.js';
import type { Snapshot } from '../../model/snapshot.js';
import { thisTool } from '../../net/package-version.js';
import { choosePolicy, type ChosenPolicy } from '../choose-policy.js';
import { exitCodeOfOutcome, type ExitCode } from '../exit-code.js';
import { readListing } from './read-listing.js';
import { printResult } from '../print-result.js';
import { filePage, reportWriter, type ReportKinds } from '../report-file.js';
import type { ReconcileFlags } from './arguments.js';
import { sayUnlessQuiet } from '../say.js';
import { readSnapshotFile } from '../snapshot-file.js';

const kinds: ReportKinds<Reconciliation> = {
  json: async (document) => (await import('../../report/json.js')).jsonText(document),
  txt: async (document) => (await import('../../report/reconcile-table.js')).formatReconciliation(document, filePage),
};

/** Lays a host's own listing beside a snapshot. Gives the exit code. Throws `ExposcanError`. */
export async function runReconcile(flags: ReconcileFlags): Promise<ExitCode> {
  const say = sayUnlessQuiet(flags);
  const write = await reportWriter(flags.output, kinds);
  const snapshot = await readHost(flags);
  const listing = await readListing(flags.inside, process.stdin);
  const targets = snapshot.targets.map(({ target }) => target);
  const chosen = await choosePolicy(flags.policy, targets, say);
  const { concludeReconciliation } = await import('../../inside/conclude.js');
  const { remedyFor, remedyInContext } = await import('../../policy/remedies/remedies.js');
  const madeAt = new Date();
  const document = concludeReconciliation(listing, snapshot, {
    tool: thisTool(),
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
  await write(document);
  return exitCodeOfOutcome[document.outcome];
}

/** What the policy makes of the scan alone, and what of it the listing is to judge. */
async function judgeOutside({ policy, explicit }: ChosenPolicy, snapshot: Snapshot, now: Date) {
  const { declaredAbsences } = await import('../../policy/resolution/declared-absences.js');
  const { evaluate } = await import('../../policy/evaluation/evaluate.js');
  const { findings, warnings } = evaluate(policy, snapshot, { explicit, now });
  return { findings, warnings, absences: declaredAbsences(policy, snapshot, now) };
}

async function readHost({ snapshot: path, host }: ReconcileFlags): Promise<Snapshot> {
  const { selectHost } = await import('../../inside/select-host.js');
  return selectHost(await readSnapshotFile(path), host);
}

async function print(reconciliation: Reconciliation, flags: ReconcileFlags): Promise<void> {
  await printResult(reconciliation, flags, async (document, page) => {
    const { formatReconciliation } = await import('../../report/reconcile-table.js');
    return formatReconciliation(document, page);
  });
}
