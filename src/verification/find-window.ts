import { z } from 'zod';
import { ExposcanError } from '../model/errors.js';
import { withoutRoot } from '../model/host-name.js';
import { recordedTarget } from '../model/parse-target.js';
import { shorten, terminalSafe } from '../model/printable.js';
import { changeWindowSchema, type ChangeWindow } from '../model/verification.js';
import type { Decision, History } from '../history/history.js';

/** A change window in the history. */
export interface FoundWindow {
  /** Number of its record in the evidence log. */
  readonly record: number;
  readonly window: ChangeWindow;
}

/** So many windows back it is looked; each `begin` makes one. */
const mostWindows = 1000;
const shownWindows = 10;

const verdictSchema = z.object({ record: z.int().optional(), verdict: z.string() });

/**
 * The change window that is meant: the latest that speaks of all these targets; without any, the one that has not been proved yet, and
 * where all have been, the latest. Throws `ERR_NOT_IN_HISTORY` where there is none, `ERR_USAGE` where several are open and none is
 * named, `ERR_HISTORY` where it cannot be read.
 */
export async function findWindow(history: History, targets: readonly string[]): Promise<FoundWindow> {
  const decisions = await history.decisions('window', { limit: mostWindows });
  const latest = latestOfEach(decisions.map(readWindow));
  const meant = targets.map(keyOf);
  const matching = latest.filter(({ keys }) => meant.every((key) => keys.includes(key)));
  const [first] = matching;
  if (first === undefined) throw noWindow(targets, latest.length);
  if (targets.length > 0) return found(first);
  const proven = await provenRecords(history);
  const open = matching.filter(({ record }) => !proven.has(record));
  if (open.length > 1) throw severalOpen(open);
  return found(open[0] ?? first);
}

interface ReadWindow {
  readonly record: number;
  readonly keys: readonly string[];
  readonly window: ChangeWindow | undefined;
}

/** Targets are read loosely, so that a window of another version is in nobody's way who asks for another host. */
const targetsSchema = z.object({ targets: z.array(z.string()) });

function readWindow({ seq, body }: Decision): ReadWindow {
  const window = changeWindowSchema.safeParse(body).data;
  const targets = targetsSchema.safeParse(body).data?.targets ?? [];
  return { record: seq, keys: targets.map(keyOf), window };
}

/** `begin` closes what it has opened before for the same targets. */
function latestOfEach(windows: readonly ReadWindow[]): ReadWindow[] {
  const seen = new Set<string>();
  return windows.filter(({ keys }) => {
    const key = keys.toSorted().join('\n');
    return !seen.has(key) && seen.add(key);
  });
}

function keyOf(target: string): string {
  const spec = recordedTarget(target);
  if (spec?.kind === 'name') return withoutRoot(spec.name);
  return spec?.kind === 'address' ? spec.address.text : target;
}

async function provenRecords(history: History): Promise<Set<number>> {
  const decisions = await history.decisions('verification', { limit: mostWindows });
  return new Set(
    decisions.flatMap(({ body }) => {
      const read = verdictSchema.safeParse(body).data;
      return read?.verdict === 'proven' && read.record !== undefined ? [read.record] : [];
    }),
  );
}

function found({ record, window }: ReadWindow): FoundWindow {
  if (window !== undefined) return { record, window };
  throw new ExposcanError(
    'ERR_HISTORY',
    `The change window in record ${record} of the evidence log cannot be read: another version of exposcan wrote it, or it is ` +
      'damaged (exposcan history verify-log). Open it again: exposcan verify begin.',
  );
}

const beginExample = "exposcan verify begin offsite7.example.org --expect 'mysql: public -> local-only'";

function noWindow(targets: readonly string[], others: number): ExposcanError {
  const whose = targets.length === 0 ? '' : ` of ${shown(targets)}`;
  const advice =
    others === 0 || targets.length === 0
      ? `Open one before the change: ${beginExample}`
      : `${others === 1 ? 'There is one' : `There are ${others}`} of other targets. Name the targets as verify begin had them.`;
  return new ExposcanError('ERR_NOT_IN_HISTORY', `No change window${whose} is open in this history. ${advice}`);
}

function severalOpen(open: readonly ReadWindow[]): ExposcanError {
  const lines = open.slice(0, shownWindows).map(({ window, keys }) => {
    const when = window === undefined ? '' : ` (opened ${window.openedAt} by ${terminalSafe(window.openedBy)})`;
    return `  exposcan verify end ${shown(window?.targets ?? keys)}${when}`;
  });
  const more = open.length - lines.length;
  return new ExposcanError('ERR_USAGE', [
    `${open.length} change windows are open. Say which is meant:`,
    ...lines,
    ...(more > 0 ? [`  … and ${more} more`] : []),
  ]);
}

function shown(targets: readonly string[]): string {
  return shorten(terminalSafe(targets.join(' ')), 200);
}
