import type { Policy } from '../policy/policy.js';

/** The policy that a scan is judged by, and whether the user named one. */
export interface ChosenPolicy {
  readonly policy: Policy;
  /** False for the built-in baseline, and for one that was found by itself. */
  readonly explicit: boolean;
}

/**
 * Finds the policy: the one asked for; without it, one in `./policies/` whose hosts match the targets, named on stderr; without
 * that, the baseline. Undefined for `--no-policy`.
 */
export async function choosePolicy(
  wanted: string | false | undefined,
  targets: readonly string[],
  say: (line: string) => void,
): Promise<ChosenPolicy | undefined> {
  return wanted === false ? undefined : policyFor(wanted, targets, say);
}

/** Likewise where there must be one. */
export async function policyFor(
  wanted: string | undefined,
  targets: readonly string[],
  say: (line: string) => void,
): Promise<ChosenPolicy> {
  const { findPolicy, policyForTargets } = await import('../policy/language/find-policy.js');
  if (wanted !== undefined) return { policy: await findPolicy(wanted), explicit: true };
  const found = await policyForTargets('policies', targets);
  if (found !== undefined) {
    say(`judging by ${found.file}, whose hosts match; --policy names another`);
    return { policy: found, explicit: true };
  }
  return { policy: await findPolicy('baseline'), explicit: false };
}
