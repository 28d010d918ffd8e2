import { dayMs } from '../../model/duration.js';
import { alertBy, runs } from './alert.js';
import type { Conclusion, Concluding } from './conclude.js';
import type { WatchState } from './watch-state.js';

/** Runs that should have been and were not. */
export interface Missed {
  readonly count: number;
  readonly first: Date;
  /** Why, and what is done about it, in words. */
  readonly why: string;
}

/** Missed runs are told once in this time, the later ones with a count. */
const quietMs = dayMs;

/** `missed`: new ones, if any. Each is told at some time: at once, or with the next that may be. Pure. */
export function concludeMissed(state: WatchState, missed: Missed | undefined, concluding: Concluding): Conclusion {
  const { teller, at } = concluding;
  const earlier = state.missed;
  const count = (earlier?.count ?? 0) + (missed?.count ?? 0);
  if (count === 0) return { state, alerts: [] };
  const first = earlier?.first ?? missed?.first.toISOString() ?? at.toISOString();
  const isQuiet = earlier !== undefined && Math.abs(at.getTime() - Date.parse(earlier.toldAt)) < quietMs;
  if (isQuiet) return { state: { ...state, missed: { toldAt: earlier.toldAt, count, first } }, alerts: [] };
  const why = missed?.why ?? 'It is told now because it was told before less than a day earlier.';
  return {
    state: { ...state, missed: { toldAt: at.toISOString(), count: 0 } },
    alerts: [
      alertBy(teller, at, first, {
        kind: 'missed-runs',
        severity: 'medium',
        summary: `The watch ${teller.watch} missed ${runs(count)} since ${first}`,
        detail: why,
        since: first,
      }),
    ],
  };
}

/** A reload that failed is told once, until it fails of something else or succeeds. Pure. */
export function concludeReload(
  state: WatchState,
  trouble: string | undefined,
  { teller, at }: Pick<Concluding, 'teller' | 'at'>,
): Conclusion {
  const { reloadTrouble, ...rest } = state;
  if (trouble === undefined) return { state: rest, alerts: [] };
  if (trouble === reloadTrouble) return { state, alerts: [] };
  return {
    state: { ...rest, reloadTrouble: trouble },
    alerts: [
      alertBy(teller, at, trouble, {
        kind: 'reload-failed',
        severity: 'medium',
        summary: `The watch ${teller.watch} keeps its old settings: the new ones are broken`,
        detail: trouble,
      }),
    ],
  };
}
