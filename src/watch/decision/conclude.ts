import type { Alert } from '../../model/alert.js';
import { counted } from '../../model/quantity.js';
import { alertOf, alertOfSight, type Teller } from './alert.js';
import type { Look } from './look.js';
import { blindness, mostHostsTold } from './sight.js';
import { isUnseen, placeOf } from './sighting.js';
import { stepProblem, type Damping, type Told } from './step.js';
import { voteOn, type Vote } from './vote.js';
import type { Problem, WatchState } from './watch-state.js';

/** What a run, or whatever else happened, leads to. */
export interface Conclusion {
  readonly state: WatchState;
  readonly alerts: readonly Alert[];
}

export interface Concluding {
  readonly teller: Teller;
  /** Now. */
  readonly at: Date;
  readonly damping: Damping;
}

/**
 * What two looks at the hosts come to. `second`: of those in doubt; absent where nothing differed from what was told. Pure: the same
 * state and looks always give the same alerts, with the same ids.
 */
export function concludeRun(
  state: WatchState,
  first: Look,
  second: Look | undefined,
  { teller, at, damping }: Concluding,
): Conclusion {
  const when = { at: at.getTime(), since: first.at.toISOString() };
  const known = new Map(state.problems.map((problem) => [problem.key, problem]));
  const problems = new Map<string, Problem>();
  const told: Told[] = [];
  for (const key of new Set([...known.keys(), ...first.sightings.keys()])) {
    const problem = known.get(key);
    const step = stepProblem(problem, voteOn(key, problem, first, second), when, damping);
    // What was told as one is over as one; whether it comes and goes is counted there as well.
    const isOverAsOne = problem?.grouped === true && step.problem?.open !== true;
    if (isOverAsOne) continue;
    if (step.problem !== undefined) problems.set(key, step.problem);
    if (step.told !== undefined) told.push(step.told);
  }
  const lost = told.filter(({ kind, problem }) => kind === 'raised' && isUnseen(problem.finding));
  const isStorm = hostsOf(lost.map(({ problem }) => problem)).length > mostHostsTold;
  if (isStorm) for (const { problem } of lost) problems.set(problem.key, { ...problem, changes: [], grouped: true });
  const single = isStorm ? told.filter((each) => !lost.includes(each)) : told;
  const sight = stepSight(state, problems, isStorm ? lost : [], when, { teller, at, damping });
  return {
    state: { ...withoutSight(state), ...sight.state, problems: [...problems.values()] },
    alerts: [
      ...sight.alerts,
      ...single.map((each) =>
        alertOf(teller, at, each, second?.hosts.has(each.problem.finding.host ?? '') === true ? second : first),
      ),
    ],
  };
}

/** The watch's own sight after a run that saw something. Ungroups what is left of many hosts once they are few. */
function stepSight(
  state: WatchState,
  problems: Map<string, Problem>,
  lost: readonly Told[],
  when: { at: number; since: string },
  { teller, at, damping }: Concluding,
): { state: Pick<WatchState, 'blind' | 'partly'>; alerts: Alert[] } {
  const alerts: Alert[] = [];
  const blind = stepProblem(state.blind, { kind: 'clear' }, when, damping);
  if (blind.told !== undefined) alerts.push(alertOfSight(teller, at, blind.told, ''));
  const grouped = [...problems.values()].filter(({ grouped, open }) => grouped === true && open);
  const hosts = hostsOf(grouped);
  let vote: Vote = { kind: 'undecided' };
  let still = '';
  if (lost.length > 0) {
    const names = hostsOf(lost.map(({ problem }) => problem));
    const why = `${counted(names.length, 'host')} could not be observed any more, the first of them ${names.slice(0, 5).join(', ')}: ${lost[0]?.problem.finding.evidence ?? ''}`;
    // Many more are news, though many are lost already.
    if (state.partly?.open === true) alerts.push(...again(teller, at, why, names.length, when.since));
    vote = { kind: 'seen', sighting: blindness('partly', why, names.length) };
  } else if (hosts.length <= mostHostsTold) {
    vote = { kind: 'clear' };
    still = hosts.length === 0 ? '' : `, but still not ${grouped.map(({ finding }) => placeOf(finding)).join(', ')}`;
    for (const problem of grouped) problems.set(problem.key, ungrouped(problem));
  }
  const partly = stepProblem(state.partly, vote, when, damping);
  if (partly.told !== undefined) alerts.push(alertOfSight(teller, at, partly.told, still));
  return {
    state: {
      ...(blind.problem === undefined ? {} : { blind: blind.problem }),
      ...(partly.problem === undefined ? {} : { partly: partly.problem }),
    },
    alerts,
  };
}

function again(teller: Teller, at: Date, why: string, count: number, since: string): Alert[] {
  const { key, finding } = blindness('partly', why, count);
  const problem: Problem = { key, finding, alike: 1, since, open: true, changes: [], doubts: [] };
  return [alertOfSight(teller, at, { kind: 'raised', problem, isOpen: true }, '')];
}

function withoutSight(state: WatchState): WatchState {
  const rest = { ...state };
  delete rest.blind;
  delete rest.partly;
  return rest;
}

function ungrouped(problem: Problem): Problem {
  const single = { ...problem };
  delete single.grouped;
  return single;
}

function hostsOf(problems: readonly Problem[]): string[] {
  return [...new Set(problems.map(({ finding }) => finding.host ?? ''))];
}

/**
 * What it comes to that nothing could be seen, twice in a row where that is new. What was open stays open: nothing recovers out of
 * sight. Pure.
 */
export function concludeBlind(
  state: WatchState,
  { why, since, hosts }: { readonly why: string; readonly since: Date; readonly hosts: number },
  { teller, at, damping }: Concluding,
): Conclusion {
  const when = { at: at.getTime(), since: since.toISOString() };
  const { problem, told } = stepProblem(
    state.blind,
    { kind: 'seen', sighting: blindness('blind', why, hosts) },
    when,
    damping,
  );
  return {
    state: {
      ...withoutSight(state),
      ...(state.partly === undefined ? {} : { partly: state.partly }),
      ...(problem === undefined ? {} : { blind: problem }),
    },
    alerts: told === undefined ? [] : [alertOfSight(teller, at, told, '')],
  };
}

/** What the open problems amount to. What one look of the last run saw, and the other did not, is not decided. */
export function verdictOfState({ problems, blind }: WatchState, at: Date): 'pass' | 'fail' | 'indeterminate' {
  if (problems.some(({ open, finding }) => open && finding.outcome === 'fail')) return 'fail';
  const isUndecided = problems.some(({ open, doubts }) => open || doubts.includes(at.getTime()));
  return isUndecided || blind?.open === true ? 'indeterminate' : 'pass';
}
