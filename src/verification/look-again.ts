import { diffSnapshots } from '../history/diff/diff-snapshots.js';
import { countPorts, mergeRanges, parseRanges, rangesOf, type PortRange } from '../model/ports.js';
import type { Snapshot } from '../model/snapshot.js';
import { proofCodes, type ProofRow } from '../model/verification.js';
import type { Proof } from './verify.js';

/** Time, so that tests can let hours of it pass at once; milliseconds. */
export interface Patience {
  /** How long to look again; 0: once only. */
  readonly within: number;
  /** After how long what is proved is looked at a second time; 0: it is not. */
  readonly settle: number;
  now(): number;
  /** Resolves early, and without an error, where the wait is broken off. */
  pause(milliseconds: number): Promise<void>;
  /** True where the user wants no more. */
  isOver(): boolean;
}

/** How to look, at everything or at some endpoints alone; and what comes of the former. */
export interface Looks {
  whole(): Promise<Snapshot>;
  part(addresses: readonly string[], ports: readonly PortRange[]): Promise<Snapshot>;
  judge(after: Snapshot): Proof;
}

/** The last whole scan, and what it proves. */
export interface LastLook {
  readonly after: Snapshot;
  readonly proof: Proof;
  /** How many whole scans were made. */
  readonly looks: number;
  /** When the second look was made that bore it out. */
  readonly confirmedAt?: string;
}

/** Between two looks; a service that restarts takes seconds, and some servers count connections. */
const pauseMs = 2000;
/** More endpoints than that are looked at all together. */
const mostEndpoints = 512;
/** What does not hold when it is looked at a second time so often is not going to. */
const mostDoubts = 3;
/** What was wrong from the start stays wrong, however long one waits. */
const lasting: readonly ProofRow['code'][] = proofCodes.filter((code) =>
  ['not-so-before', 'unknown-before', 'vantage-moved', 'not-after'].includes(code),
);

/**
 * Scans and judges; where the change is not proved and waiting can help, looks again at what is not right yet until that changes, and
 * then at everything, for one scan must prove all of it at one time. Gives the last whole scan, proved or not, once it is proved or the
 * time is over. A whole scan that has begun is brought to its end.
 *
 * A port is closed, too, while its service restarts. So what is proved is looked at a second time when it has settled, and
 * everything again where that shows something else.
 */
export async function lookWithin(looks: Looks, patience: Patience): Promise<LastLook> {
  const deadline = patience.now() + patience.within;
  let doubts = 0;
  for (let count = 1; ; count++) {
    const after = await looks.whole();
    const proof = looks.judge(after);
    const wrong = wrongRows(proof);
    const last = { after, proof, looks: count };
    if (wrong.some(({ code }) => lasting.includes(code))) return last;
    if (wrong.length === 0) {
      const settled = await settles(looks, patience, last);
      if (settled !== undefined) return settled;
      doubts += 1;
      if (doubts === mostDoubts) {
        const evidence = `${mostDoubts} times everything was as expected, and what is expected was not so, or not to be seen, when it was looked at once more`;
        return { ...last, proof: unsettled(proof, evidence) };
      }
      continue;
    }
    if (!(await changesIn(looks, patience, deadline, after, wrong))) return last;
  }
}

function wrongRows({ expectations, keeps, rest }: Proof): ProofRow[] {
  return [...expectations, ...keeps, rest].flatMap(({ rows }) => rows.filter(({ outcome }) => outcome !== 'pass'));
}

/** Looks a second time at what is expected; undefined where that shows something else, or cannot see it. */
async function settles(looks: Looks, patience: Patience, last: LastLook): Promise<LastLook | undefined> {
  const scope = endpointsOf(last.proof.expectations.flatMap(({ rows }) => rows));
  if (patience.settle === 0 || scope.addresses.length === 0) return last;
  const brokenOff = {
    ...last,
    proof: unsettled(last.proof, 'everything was as expected, and the second look was broken off'),
  };
  await patience.pause(patience.settle);
  if (patience.isOver()) return brokenOff;
  const seen = await looks.part(scope.addresses, scope.ports);
  if (patience.isOver()) return brokenOff;
  if (looksDifferent(last.after, seen) || seen.unknown.length > 0) return undefined;
  return { ...last, confirmedAt: seen.finishedAt };
}

function unsettled(proof: Proof, evidence: string): Proof {
  const row: ProofRow = {
    outcome: 'indeterminate',
    code: 'unsettled',
    expected: 'the same a moment later',
    actual: 'not seen to be so',
    evidence,
    remedy: 'Let the services come to rest, and verify again.',
    severity: 'medium',
  };
  const rest: Proof['rest'] = { outcome: 'indeterminate', rows: [row, ...proof.rest.rows] };
  return { ...proof, verdict: 'indeterminate', rest };
}

/** Waits until what is wrong looks different; false where the time is over first. */
async function changesIn(
  looks: Looks,
  patience: Patience,
  deadline: number,
  after: Snapshot,
  wrong: readonly ProofRow[],
): Promise<boolean> {
  const scope = scopeOf(wrong);
  for (;;) {
    const left = deadline - patience.now();
    if (left <= 0 || patience.isOver()) return false;
    await patience.pause(Math.min(pauseMs, left));
    if (patience.isOver()) return false;
    if (scope === undefined) return patience.now() < deadline;
    const seen = await looks.part(scope.addresses, scope.ports);
    if (patience.isOver()) return false;
    // That a web server answers with an error, or no longer, is a detail.
    if (
      looksDifferent(after, seen) ||
      diffSnapshots(after, seen).changes.some(({ kind }) => kind === 'details-changed')
    )
      return true;
  }
}

/** The endpoints that are wrong, where these are known and few. */
function scopeOf(wrong: readonly ProofRow[]): Scope | undefined {
  const scope = endpointsOf(wrong);
  const isKnown = wrong.every((row) => row.address !== undefined && (row.port ?? row.ports) !== undefined);
  return isKnown && countPorts(scope.ports) * scope.addresses.length <= mostEndpoints ? scope : undefined;
}

interface Scope {
  readonly addresses: readonly string[];
  readonly ports: readonly PortRange[];
}

function endpointsOf(rows: readonly ProofRow[]): Scope {
  const addresses = new Set<string>();
  const ranges: PortRange[] = [];
  for (const { address, port, ports = '' } of rows) {
    const own = port === undefined ? parseRanges(ports) : rangesOf([port]);
    if (address === undefined || own.length === 0) continue;
    addresses.add(address);
    ranges.push(...own);
  }
  return { addresses: [...addresses], ports: mergeRanges(ranges) };
}

/** Whether any of these endpoints is in another state than before, or says something else of itself. */
function looksDifferent(after: Snapshot, seen: Snapshot): boolean {
  return diffSnapshots(after, seen).changes.some((change) => {
    switch (change.kind) {
      case 'opened':
      case 'closed':
      case 'became-closed':
      case 'became-filtered':
      case 'service-changed':
      case 'coverage-gained':
      case 'identification-gained':
        return true;
      default:
        return false;
    }
  });
}
