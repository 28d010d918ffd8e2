import type { Diff } from '../../model/diff.js';
import type { Blindness, Change, Found } from '../../model/diff-change.js';
import { ExposcanError } from '../../model/errors.js';
import { groupBy } from '../../model/groups.js';
import { parseRanges } from '../../model/ports.js';
import { patchEndpoint } from './endpoint-changes.js';
import { runsOfFound } from './found.js';
import { pairUp, type Run } from './runs.js';
import { applyTargetChanges } from './target-changes.js';
import { addressViews, isDecision, openSighting, type Sighting, type View } from './view.js';

/** What becomes of a sighting; undefined stands for an endpoint that is not asked for. */
type Edit = (was: Sighting | undefined) => Sighting | undefined;

/**
 * What the later snapshot says, made of what the earlier says and of what differs: the view of `b`, of the view of `a` and
 * `diffSnapshots(a, b)`, but for facts of TLS that only one of the two could tell. Throws `ERR_USAGE` where the diff is plainly not one of this view.
 */
export function applyDiff(view: View, diff: Pick<Diff, 'changes' | 'targetChanges'>): View {
  const runs = new Map(view.addresses.map((each) => [each.address, each.runs]));
  for (const [address, changes] of groupBy(diff.changes, (change) => change.address)) {
    const edits = changes.flatMap(editsOf).sort((a, b) => a.first - b.first);
    runs.set(address, patchOpen(editRuns(runs.get(address) ?? [], edits), address, changes));
  }
  return { targets: applyTargetChanges(view.targets, diff.targetChanges), addresses: addressViews(runs) };
}

function editRuns(runs: readonly Run<Sighting>[], edits: readonly Run<Edit>[]): Run<Sighting>[] {
  return Array.from(pairUp(runs, edits)).flatMap(({ first, last, from, to: edit }) => {
    const says = edit === undefined ? from : edit(from);
    return says === undefined ? [] : [{ first, last, says }];
  });
}

/** What changed behind endpoints that stay open; several changes may be of one endpoint. */
function patchOpen(runs: readonly Run<Sighting>[], address: string, changes: readonly Change[]): Run<Sighting>[] {
  const patches = groupBy(changes.filter(isPatch), ({ port }) => port);
  const patched = runs.map((run) => {
    const ofPort = patches.get(run.first);
    if (ofPort === undefined || run.says.state !== 'open') return run;
    patches.delete(run.first);
    return { ...run, says: ofPort.reduce(patchEndpoint, run.says) };
  });
  for (const port of patches.keys()) throw misfit(`port ${port} of ${address} to be open`);
  return patched;
}

function isPatch(change: Change): change is Extract<Change, { port: number }> {
  return 'port' in change && change.kind !== 'opened' && change.kind !== 'closed';
}

/** The runs of ports whose state a change tells, or whose evidence. */
function editsOf(change: Change): Run<Edit>[] {
  switch (change.kind) {
    case 'opened':
      return onPorts(String(change.port), () => openSighting(change.reason, change.to, change.tls));
    case 'closed':
      return onPorts(String(change.port), () => change.to);
    case 'became-closed':
    case 'became-filtered':
      return onPorts(change.ports, () => change.to);
    case 'reason-changed':
      return onPorts(change.ports, (was) => {
        if (isDecision(was) && was.state === change.state) return { ...was, reason: change.to };
        throw misfit(`ports ${change.ports} of ${change.address} to be ${change.state}`);
      });
    case 'coverage-lost':
      return onPorts(change.ports, () => unobserved(change.why));
    case 'still-unobserved':
      return onPorts(change.ports, () => unobserved(change.to));
    case 'coverage-gained':
      return onFound(change.found);
    case 'address-appeared':
      return change.found === undefined ? [] : onFound(change.found);
    case 'address-vanished':
      return change.found === undefined
        ? []
        : runsOfFound(change.found).map((run) => ({ ...run, says: () => undefined }));
    default:
      return [];
  }
}

function onPorts(ports: string, says: Edit): Run<Edit>[] {
  return parseRanges(ports).map((range) => ({ ...range, says }));
}

function onFound(found: Found): Run<Edit>[] {
  return runsOfFound(found).map(({ first, last, says }) => ({ first, last, says: () => says }));
}

function unobserved(why: Blindness): Sighting | undefined {
  return why === 'not-asked' ? undefined : { state: 'unknown', code: why };
}

function misfit(expected: string): ExposcanError {
  return new ExposcanError(
    'ERR_USAGE',
    `These differences are of another snapshot: they expect ${expected}. Apply them to the earlier of the two that were compared.`,
  );
}
