import type { Outcome, Snapshot } from '../model/snapshot.js';

/** What the process ends with. Where several apply: 130, then 2, 1, 3, 0. */
export const exitCodes = {
  /** Everything asked was observed and conforms. */
  conforms: 0,
  /** A deviation was proved. */
  deviates: 1,
  /** Wrong usage, or a broken policy, snapshot or report file. */
  usage: 2,
  /** Something that the answer depends on could not be observed. */
  indeterminate: 3,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What a judgement that came to this ends with. */
export const exitCodeOfOutcome: Readonly<Record<Outcome, ExitCode>> = {
  pass: exitCodes.conforms,
  fail: exitCodes.deviates,
  indeterminate: exitCodes.indeterminate,
};

/** The exit code that a judged snapshot earns. */
export function exitCodeOf(snapshot: Snapshot): ExitCode {
  if (!snapshot.complete) return exitCodes.interrupted;
  if (snapshot.verdict !== 'none') return exitCodeOfOutcome[snapshot.verdict];
  return sawEverything(snapshot) ? exitCodes.conforms : exitCodes.indeterminate;
}

/** Without a policy there is nothing to conform to, but what could not be observed must not look like success. */
function sawEverything(snapshot: Snapshot): boolean {
  const failures = snapshot.targets.flatMap(({ errors }) => errors);
  const observed = snapshot.open.length + snapshot.notOpen.length > 0;
  return observed && snapshot.unknown.length === 0 && failures.every(({ code }) => code === 'ERR_FAMILY_NOT_SCANNED');
}
