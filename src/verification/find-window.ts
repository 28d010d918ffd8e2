import * as z from 'zod';
import { ExposcanError } from '../model/errors.js';
import { shorten, terminalSafe } from '../model/printable.js';
import { changeWindowSchema, type ChangeWindow } from '../model/verification.js';
import { hostKey } from '../history/host-key.js';
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
  const meant = targets.map(hostKey);
  const matching = latest.filter(({ keys }) => meant.every((key) => keys.includes(key)));
  const [first] = matching;
  if (first === undefined) throw noWindow(targets, latest.length);
  if (targets.length > 0 || first.isBrokenOff) return found(first);
  const proven = await provenRecords(history);
  const open = matching.filter(({ record, isBrokenOff }) => !isBrokenOff && !proven.has(record));
  if (open.length > 1) throw severalOpen(open);
  return found(open[0] ?? first);
}

/** The window that opening one on these targets closes, though it has not been proved; undefined where there is none. */
export async function windowToReplace(history: History, targets: readonly string[]): Promise<ChangeWindow | undefined> {
  const windows = latestOfEach((await history.decisions('window', { limit: mostWindows })).map(readWindow));
  const [key, proven] = [keyOfAll(targets.map(hostKey)), await provenRecords(history)];
  return windows.find(({ record, keys }) => keyOfAll(keys) === key && !proven.has(record))?.window;
}

interface ReadWindow {
  readonly record: number;
  readonly keys: readonly string[];
  readonly window: ChangeWindow | undefined;
  readonly isBrokenOff: boolean;
}

/** Targets are read loosely, so that a window of another version is in nobody's way who asks for another host. */
const targetsSchema = z.object({ targets: z.array(z.string()) });

/** What is kept in the place of a window when `begin` is broken off, so that `end` does not take an older one for it. */
const brokenOffSchema = z.strictObject({ targets: z.array(z.string()), brokenOff: z.literal(true) });
export type BrokenOffWindow = z.infer<typeof brokenOffSchema>;

function readWindow({ seq, body }: Decision): ReadWindow {
  const window = changeWindowSchema.safeParse(body).data;
  const targets = targetsSchema.safeParse(body).data?.targets ?? [];
  const isBrokenOff = brokenOffSchema.safeParse(body).success;
  return { record: seq, keys: targets.map(hostKey), window, isBrokenOff };
}

/** `begin` closes what it has opened before for the same targets. */
function latestOfEach(windows: readonly ReadWindow[]): ReadWindow[] {
  const seen = new Set<string>();
  return windows.filter(({ keys }) => {
    const key = keyOfAll(keys);
    return !seen.has(key) && seen.add(key);
  });
}

function keyOfAll(keys: readonly string[]): string {
  return [...new Set(keys)].sort().join('\n');
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

function found({ record, keys, window, isBrokenOff }: ReadWindow): FoundWindow {
  if (window !== undefined) return { record, window };
  if (isBrokenOff) {
    throw new ExposcanError(
      'ERR_NOT_IN_HISTORY',
      `The last exposcan verify begin of ${shown(keys)} was broken off, so that no change window is open. Begin again, before the change.`,
    );
  }
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
