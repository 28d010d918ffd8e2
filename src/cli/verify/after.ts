import { setTimeout as sleep } from 'node:timers/promises';
import type { History } from '../../history/history.js';
import { ExposcanError } from '../../model/errors.js';
import type { EvidenceHead } from '../../model/evidence.js';
import type { Snapshot } from '../../model/snapshot.js';
import type { ChangeRun, ChangeWindow, Verification } from '../../model/verification.js';
import { systemClock } from '../../net/clock.js';
import { thisTool } from '../../net/package-version.js';
import type { LastLook } from '../../verification/look-again.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import { observe } from '../live-scan.js';
import type { ProbeFlags } from '../scan-options.js';
import { signedBy } from './signed-by.js';
import { printVerification, type WriteVerification } from './report.js';
import { afterOptions, partOptions } from './scan.js';

/** A change that is to be proved, and how. */
export interface ChangeToProve {
  readonly window: ChangeWindow;
  readonly before: Snapshot;
  /** Number of the window's record in the evidence log; undefined without a history. */
  readonly record: number | undefined;
  readonly run?: ChangeRun | undefined;
  readonly history: History | undefined;
  readonly within: number;
  readonly settle: number;
  readonly flags: { readonly json?: true; readonly quiet?: true };
  readonly write: WriteVerification;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

const exitCodeOfVerdict: Readonly<Record<Verification['verdict'], ExitCode>> = {
  proven: exitCodes.conforms,
  'not-proven': exitCodes.deviates,
  indeterminate: exitCodes.indeterminate,
};

/** Scans until it is proved or the time is over, keeps what came of it, and reports. Gives the exit code. */
export async function proveChange(change: ChangeToProve): Promise<ExitCode> {
  const { window, before, history, within, settle, flags, write, signal, say } = change;
  const { lookWithin } = await import('../../verification/look-again.js');
  const { verify } = await import('../../verification/verify.js');
  const { snapshotDigest } = await import('../../verification/snapshot-digest.js');
  const options = { ...(await afterOptions(window, before)), signal };
  const { withoutSpareTargets } = await import('../../verification/open-window.js');
  const ids = new Map<Snapshot, number>();
  const { keeping, trouble } = keeper();
  let count = 0;
  const looked = await lookWithin(
    {
      async whole() {
        if (count++ > 0) say('something changed; looking at everything again');
        const snapshot = await observe(options, probing(flags));
        const kept = await keeping(() => history?.record(withoutSpareTargets(window, snapshot)));
        if (kept !== undefined) ids.set(snapshot, kept.id);
        return snapshot;
      },
      async part(addresses, ports) {
        const snapshot = await observe(partOptions(options, addresses, ports), { ...probing(flags), quiet: true });
        await keeping(() => history?.record({ ...snapshot, look: 'second' }));
        return snapshot;
      },
      judge: (snapshot) => verify(window, before, snapshot, { now: systemClock.date() }),
    },
    {
      within,
      settle,
      now: () => systemClock.now(),
      pause: (milliseconds) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
      isOver: () => signal.aborted,
    },
  );
  const verification = documentOf(change, looked, {
    digest: snapshotDigest(withoutSpareTargets(window, looked.after)),
    id: ids.get(looked.after),
    head: await keeping(() => history?.head()),
  });
  const noted = await keeping(() => history?.note('verification', verification));
  await printVerification(verification, flags);
  await write(verification);
  if (noted !== undefined) say(`kept as record ${noted.seq} of the evidence log, digest ${noted.digest}`);
  const lost = trouble();
  if (lost !== undefined) throw lost;
  return signal.aborted ? exitCodes.interrupted : exitCodeOfVerdict[verification.verdict];
}

/** What is told of a change: what was looked for, and what the last whole scan proves of it. */
function documentOf(
  { window, record, run }: ChangeToProve,
  { after, proof, looks, confirmedAt }: LastLook,
  { digest, id, head }: { digest: string; id: number | undefined; head: EvidenceHead | undefined },
): Verification {
  return {
    format: 'exposcan-verification',
    version: 1,
    tool: thisTool(),
    verdict: proof.verdict,
    verifiedAt: systemClock.date().toISOString(),
    verifiedBy: signedBy(process.env),
    window,
    ...(record === undefined ? {} : { record }),
    ...(run === undefined ? {} : { run }),
    after: {
      ...(id === undefined ? {} : { id }),
      digest,
      startedAt: after.startedAt,
      finishedAt: after.finishedAt,
      complete: after.complete,
      vantage: after.vantage,
      asked: after.asked,
      addresses: [...new Set(after.targets.flatMap(({ addresses }) => addresses))],
    },
    looks,
    ...(confirmedAt === undefined ? {} : { confirmedAt }),
    expectations: [...proof.expectations],
    keeps: [...proof.keeps],
    rest: proof.rest,
    changes: [...proof.changes],
    warnings: [...proof.warnings],
    notes: [...proof.notes],
    ...(head === undefined ? {} : { head }),
  };
}

/** What the history refuses to take must not keep the answer from whoever waits for it: it is thrown when that has been given. */
function keeper() {
  let trouble: ExposcanError | undefined;
  return {
    keeping: async <T>(work: () => Promise<T> | undefined): Promise<T | undefined> => {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof ExposcanError)) throw error;
        trouble ??= error;
        return undefined;
      }
    },
    trouble: () => trouble,
  };
}

function probing({ quiet }: { readonly quiet?: true }): ProbeFlags {
  return { method: 'auto', control: [], exclude: [], ...(quiet === undefined ? {} : { quiet }) };
}
