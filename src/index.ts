/**
 * The library: scanning is an async iterable of observations, judging is a pure function.
 *
 * ```js
 * import { evaluate, loadPolicy, scan } from 'exposcan';
 *
 * const snapshot = await scan({ targets: ['offsite7.example.org'] }).snapshot();
 * const { verdict, findings } = evaluate(await loadPolicy('policies/offsite7.yaml'), snapshot);
 * ```
 */
export { scan } from './scan/scan.js';
export type { Observation, ScanProgress, ScanRun } from './scan/scan.js';
export type { ScanOptions } from './scan/options.js';
export { evaluate } from './policy/evaluation/evaluate.js';
export type { EvaluateOptions, Evaluation } from './policy/evaluation/evaluate.js';
export { loadPolicy } from './policy/language/load-policy.js';
export { lintPolicy } from './policy/language/lint-policy.js';
export type { Policy } from './policy/policy.js';
export { parseListing } from './inside/parse-listing.js';
export { reconcile } from './inside/reconcile.js';
export type { Listener, Listing } from './model/listener.js';
export { diffSnapshots } from './history/diff/diff-snapshots.js';
export { applyDiff } from './history/diff/apply-diff.js';
export { viewOf } from './history/diff/view.js';
export type { Alert } from './model/alert.js';
export type { Diff } from './model/diff.js';
export type { Timeline } from './model/timeline.js';
export type { Verification } from './model/verification.js';
export { parseSnapshot } from './model/read-snapshot.js';
export type { Finding, Snapshot, Verdict } from './model/snapshot.js';
export { ExposcanError } from './model/errors.js';
export type { ErrorCode } from './model/errors.js';
export type { Family } from './model/address.js';
export type { PortRange } from './model/ports.js';
