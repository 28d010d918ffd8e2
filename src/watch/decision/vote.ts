import { parseRanges, subtractRanges, type PortRange } from '../../model/ports.js';
import type { Look } from './look.js';
import { compareGravity, isUnseen, type Sighting } from './sighting.js';
import { standingOf } from './standing.js';
import type { Problem } from './watch-state.js';

/**
 * What the looks of a run come to for one thing. Nothing changes unless both looks say so, with one exception: what does not conform
 * in the first and could not be seen in the second is taken to stand, since nothing speaks against it.
 */
export type Vote =
  | { readonly kind: 'seen'; readonly sighting: Sighting }
  /** The second look saw it conform. */
  | { readonly kind: 'doubted'; readonly sighting: Sighting }
  | { readonly kind: 'clear' }
  /** `isRemoved`: the policy does not speak of the host any more. */
  | { readonly kind: 'ended'; readonly isRemoved: boolean }
  | { readonly kind: 'undecided' };

const undecided: Vote = { kind: 'undecided' };

/** `problem`: what is held of the key; `second`: absent where none was needed. Pure. */
export function voteOn(key: string, problem: Problem | undefined, first: Look, second: Look | undefined): Vote {
  const sighting = first.sightings.get(key);
  if (sighting !== undefined) {
    return problem?.open === true ? voteOnKnown(problem, sighting, second) : voteOnNew(sighting, second);
  }
  if (problem === undefined) return undecided;
  const standing = standingOf(asked(problem), first);
  if (standing === 'ended' && !first.hosts.has(problem.finding.host ?? '')) return { kind: 'ended', isRemoved: true };
  if (standing !== 'clear' && standing !== 'ended') return undecided;
  if (!problem.open) return { kind: 'clear' };
  const again = second === undefined ? 'unasked' : standingOf(asked(problem), second);
  if (standing === 'clear' && again === 'clear') return { kind: 'clear' };
  const isGone = again === 'ended' || (standing === 'ended' && again === 'unasked' && second !== undefined);
  return isGone ? { kind: 'ended', isRemoved: false } : undecided;
}

function voteOnNew(sighting: Sighting, second: Look | undefined): Vote {
  if (second === undefined) return { kind: 'seen', sighting };
  const again = standingOf(sighting, second);
  if (again === 'clear' || again === 'ended') return { kind: 'doubted', sighting };
  return { kind: 'seen', sighting: graver(sighting, second.sightings.get(sighting.key)) };
}

function voteOnKnown(problem: Problem, sighting: Sighting, second: Look | undefined): Vote {
  if (!differs(problem, sighting)) return { kind: 'seen', sighting };
  if (second === undefined) return undecided;
  const isAboutMore = isUnseen(sighting.finding);
  const again = standingOf(
    isAboutMore ? { ...sighting, ports: newlyUnseen(problem, sighting.ports) } : sighting,
    second,
  );
  if (isAboutMore) return again === 'clear' || again === 'ended' ? undecided : { kind: 'seen', sighting };
  const other = second.sightings.get(sighting.key);
  if (other !== undefined) {
    return differs(problem, other) ? { kind: 'seen', sighting: graver(sighting, other) } : undecided;
  }
  const isOpenToDoubt =
    again === 'clear' || again === 'ended' || compareGravity(sighting.finding, problem.finding) <= 0;
  return isOpenToDoubt ? undecided : { kind: 'seen', sighting };
}

/** What was not seen is told by the first look, which looked everywhere; of the rest, the second knows better. */
function graver(first: Sighting, second: Sighting | undefined): Sighting {
  if (second === undefined || isUnseen(first.finding)) return first;
  return compareGravity(first.finding, second.finding) > 0 ? first : second;
}

/** Whether this is more than a repeat of what was told. */
export function differs(problem: Problem, { finding, ports }: Sighting): boolean {
  if (isUnseen(finding)) return newlyUnseen(problem, ports).length > 0;
  const told = problem.finding;
  return finding.code !== told.code || finding.outcome !== told.outcome || finding.severity !== told.severity;
}

function newlyUnseen(problem: Problem, ports: readonly PortRange[] | undefined): readonly PortRange[] {
  if (problem.ports === undefined) return [];
  return subtractRanges(ports ?? [{ first: 1, last: 65535 }], parseRanges(problem.ports));
}

function asked({ key, finding, ports }: Problem) {
  return { key, finding, ports: ports === undefined ? undefined : parseRanges(ports) };
}

/** Whether a second look is needed before anything may be said of this. */
export function needsSecondLook(key: string, problem: Problem | undefined, first: Look): boolean {
  const sighting = first.sightings.get(key);
  if (sighting !== undefined) return problem?.open === true ? differs(problem, sighting) : true;
  if (problem?.open !== true) return false;
  const standing = standingOf(asked(problem), first);
  return standing === 'clear' || (standing === 'ended' && first.hosts.has(problem.finding.host ?? ''));
}
