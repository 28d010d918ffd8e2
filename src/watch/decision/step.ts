import { formatRanges, mergeRanges, parseRanges } from '../../model/ports.js';
import type { AlertKind } from '../../model/alert.js';
import type { Finding } from '../../model/snapshot.js';
import { compareGravity, type Sighting } from './sighting.js';
import { differs, type Vote } from './vote.js';
import type { Problem } from './watch-state.js';

/** What is to be told of one thing. */
export interface Told {
  readonly kind: AlertKind;
  readonly problem: Problem;
  /** The finding before it, where it changed. */
  readonly before?: Finding;
  /** Whether it stands, where it comes and goes. */
  readonly isOpen: boolean;
}

/** What a thing comes to: what is held of it from here on, and what is told. */
export interface Step {
  readonly problem: Problem | undefined;
  readonly told: Told | undefined;
}

/** When something comes and goes too often to be told each time. Milliseconds. */
export interface Damping {
  /** More than `mostChanges` within this are flapping. */
  readonly windowMs: number;
  /** It has settled once it has not changed for so long, nor in so many runs. */
  readonly settleMs: number;
}

const mostChanges = 3;
/** What one look saw and the next did not so often comes and goes, though it was never confirmed. */
const mostDoubts = 3;
const settledRuns = 2;

/** One run further. `at`: now; `since`: when the first look saw what it saw. Pure. */
export function stepProblem(
  problem: Problem | undefined,
  vote: Vote,
  when: { readonly at: number; readonly since: string },
  damping: Damping,
): Step {
  const { at } = when;
  const kept = problem === undefined ? undefined : recentOnly(problem, at, damping.windowMs);
  switch (vote.kind) {
    case 'seen':
      if (kept?.open !== true) return appeared(kept, vote.sighting, when);
      return differs(kept, vote.sighting)
        ? changed(kept, vote.sighting, at)
        : refreshed(kept, vote.sighting, at, damping);
    case 'doubted':
      return doubted(kept, vote.sighting, when);
    case 'clear':
      return kept === undefined ? nothing : kept.open ? gone(kept, 'recovered', at) : quiet(kept, at, damping);
    case 'ended':
      if (kept === undefined) return nothing;
      if (vote.isRemoved)
        return { problem: undefined, told: tellIf(kept.open || kept.flapping !== undefined, 'ended', kept) };
      return kept.open ? gone(kept, 'ended', at) : quiet(kept, at, damping);
    case 'undecided':
      return { problem: kept, told: undefined };
  }
}

const nothing: Step = { problem: undefined, told: undefined };

function tell(kind: AlertKind, problem: Problem, before?: Finding): Told {
  return { kind, problem, isOpen: problem.open, ...(before === undefined ? {} : { before }) };
}

function tellIf(isTold: boolean, kind: AlertKind, problem: Problem): Told | undefined {
  return isTold ? tell(kind, problem) : undefined;
}

/** Times that are further ahead than the window were told by a clock that was wrong. */
function recentOnly(problem: Problem, at: number, windowMs: number): Problem {
  const isRecent = (time: number) => Math.abs(at - time) < windowMs;
  return { ...problem, changes: problem.changes.filter(isRecent), doubts: problem.doubts.filter(isRecent) };
}

function appeared(
  past: Problem | undefined,
  { key, finding, alike, ports }: Sighting,
  when: { at: number; since: string },
) {
  const problem: Problem = {
    key,
    finding,
    alike,
    ...(ports === undefined ? {} : { ports: formatRanges(ports) }),
    since: when.since,
    open: true,
    changes: past?.changes ?? [],
    doubts: [],
    ...(past?.flapping === undefined ? {} : { flapping: past.flapping }),
  };
  return transition('raised', problem, when.at);
}

function changed(problem: Problem, sighting: Sighting, at: number): Step {
  const { finding, alike } = sighting;
  return transition('changed', { ...problem, finding, alike, ...widened(problem, sighting) }, at, problem.finding);
}

/** What was told as unseen stays told, so that ports that come and go are told once. */
function widened(problem: Problem, { ports }: Sighting): { ports?: string } {
  if (problem.ports === undefined || ports === undefined) return {};
  return { ports: formatRanges(mergeRanges([...parseRanges(problem.ports), ...ports])) };
}

function gone(problem: Problem, kind: 'recovered' | 'ended', at: number): Step {
  return transition(kind, { ...problem, open: false }, at);
}

/** Told, unless it happens too often; but something graver than all that was told is told at any time. */
function transition(kind: AlertKind, problem: Problem, at: number, before?: Finding): Step {
  const { finding, flapping } = problem;
  const changes = [...problem.changes, at];
  if (flapping !== undefined) {
    const isGraver = problem.open && compareGravity(finding, flapping.gravest) > 0;
    const gravest = isGraver ? gravityOf(finding) : flapping.gravest;
    // Once it flaps, only how long it has been quiet counts.
    const next: Problem = { ...problem, changes: [at], flapping: { changedAt: at, runs: 0, gravest } };
    return { problem: next, told: isGraver ? tell('changed', next, before) : undefined };
  }
  if (changes.length > mostChanges) return startedFlapping({ ...problem, changes: [at] }, at);
  const next = { ...problem, changes };
  return { problem: next, told: tell(kind, next, before) };
}

function startedFlapping(problem: Problem, at: number): Step {
  const next: Problem = { ...problem, flapping: { changedAt: at, runs: 0, gravest: gravityOf(problem.finding) } };
  return { problem: next, told: tell('flapping', next) };
}

function gravityOf({ outcome, severity }: Finding) {
  return { outcome, severity };
}

function doubted(past: Problem | undefined, sighting: Sighting, when: { at: number; since: string }): Step {
  const { key, finding, alike, ports } = sighting;
  const doubts = [...(past?.doubts ?? []), when.at];
  const problem: Problem = {
    key,
    finding,
    alike,
    ...(ports === undefined ? {} : { ports: formatRanges(ports) }),
    since: past?.since ?? when.since,
    open: false,
    changes: past?.changes ?? [],
    doubts,
    ...(past?.flapping === undefined ? {} : { flapping: { ...past.flapping, changedAt: when.at, runs: 0 } }),
  };
  if (problem.flapping !== undefined || doubts.length < mostDoubts) return { problem, told: undefined };
  return startedFlapping(problem, when.at);
}

function refreshed(problem: Problem, { finding, alike }: Sighting, at: number, damping: Damping): Step {
  return quiet({ ...problem, finding, alike }, at, damping);
}

/** Nothing changed. What is not open is forgotten when nothing of its past matters any more. */
function quiet(problem: Problem, at: number, { settleMs }: Damping): Step {
  const { flapping, ...rest } = problem;
  if (flapping === undefined) {
    const isForgotten = !problem.open && problem.changes.length === 0 && problem.doubts.length === 0;
    return { problem: isForgotten ? undefined : problem, told: undefined };
  }
  const runs = flapping.runs + 1;
  if (Math.abs(at - flapping.changedAt) < settleMs || runs < settledRuns) {
    return { problem: { ...rest, flapping: { ...flapping, runs } }, told: undefined };
  }
  const settled: Problem = { ...rest, changes: [], doubts: [] };
  return { problem: settled.open ? settled : undefined, told: tell('settled', settled) };
}
