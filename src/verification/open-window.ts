import { recordedTarget } from '../model/parse-target.js';
import type { Snapshot } from '../model/snapshot.js';
import type { ChangeWindow, Expectation, Keep, RepeatedFlags } from '../model/verification.js';
import { snapshotDigest } from './snapshot-digest.js';

/** What the scan before does not say of a change window. */
export interface WindowTerms {
  readonly tool: ChangeWindow['tool'];
  /** `user@host` */
  readonly openedBy: string;
  readonly targets: readonly string[];
  readonly expectations: readonly Expectation[];
  readonly keeps: readonly Keep[];
  readonly scan: RepeatedFlags;
  /** Number of the scan before in the history, where one is kept. */
  readonly id?: number;
}

/** Opens a change window on a scan. */
export function openWindow(terms: WindowTerms, before: Snapshot, now: Date): ChangeWindow {
  const { tool, openedBy, targets, expectations, keeps, scan, id } = terms;
  return {
    format: 'exposcan-window',
    version: 1,
    tool,
    openedAt: now.toISOString(),
    openedBy,
    targets: [...targets],
    expectations: [...expectations],
    keeps: [...keeps],
    scan,
    before: {
      ...(id === undefined ? {} : { id }),
      digest: snapshotDigest(before),
      startedAt: before.startedAt,
      finishedAt: before.finishedAt,
      vantage: before.vantage,
      asked: before.asked,
      addresses: [...new Set(before.targets.flatMap(({ addresses }) => addresses))],
    },
  };
}

/**
 * A scan after, as it is to be kept: without the addresses that were looked at only in case the name had lost them, where it has not. They
 * were nobody's targets, and would stand in the history as hosts of their own.
 */
export function withoutSpareTargets({ targets }: Pick<ChangeWindow, 'targets'>, after: Snapshot): Snapshot {
  const isAsked = ({ target }: Snapshot['targets'][number]) => targets.includes(target);
  const led = new Set(after.targets.filter(isAsked).flatMap(({ addresses }) => addresses));
  return {
    ...after,
    targets: after.targets.filter((each) => isAsked(each) || !each.addresses.every((address) => led.has(address))),
  };
}

/**
 * What the scan after must look at: the same targets, and every address that a name led to, since it may lead elsewhere now and the
 * old address is still to be proved.
 */
export function targetsAfter({ targets }: ChangeWindow, before: Snapshot): string[] {
  const isName = (target: string) => recordedTarget(target)?.kind === 'name';
  const named = before.targets.flatMap(({ target, addresses }) => (isName(target) ? addresses : []));
  return [...new Set([...targets, ...named])];
}
