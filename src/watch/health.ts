import { counted } from '../model/quantity.js';
import { formatDuration } from '../model/duration.js';
import type { WatchState } from './decision/watch-state.js';
import type { WatchSettings } from './world.js';

/** What the watch is about to do, with every setting that matters; one line. */
export function formatStart(
  { name, vantage, schedule, jitterMs, confirmAfterMs, severity, retention }: WatchSettings,
  policy: { readonly name: string; readonly file: string },
  hosts: number,
  next: Date | undefined,
): string {
  const times = schedule === undefined ? 'once' : `"${schedule.pattern}" in ${schedule.timeZone}`;
  const kept = [
    retention?.keepForMs === undefined ? undefined : `for ${formatDuration(retention.keepForMs)}`,
    retention?.keepScans === undefined ? undefined : `the last ${counted(retention.keepScans, 'scan')}`,
  ].filter((part) => part !== undefined);
  const parts = [
    `watch ${name}: ${counted(hosts, 'host')} of the policy ${policy.name} (${policy.file}) from ${vantage}`,
    times + (jitterMs === 0 ? '' : `, up to ${formatDuration(jitterMs)} later`),
    `told after a second look ${formatDuration(confirmAfterMs)} later`,
    severity === undefined ? undefined : `deviations below ${severity} are not told`,
    kept.length === 0 ? undefined : `scans are kept ${kept.join(', ')}`,
    next === undefined ? undefined : `next run ${next.toISOString()}`,
  ];
  return parts.filter((part) => part !== undefined).join('; ');
}

/** How the watch is; one line, after each run and once an hour. */
export function formatHealth(
  name: string,
  state: WatchState,
  {
    hosts,
    next,
    pending,
  }: { readonly hosts: number; readonly next: Date | undefined; readonly pending: number | undefined },
): string {
  const open = state.problems.filter((problem) => problem.open).length;
  const { lastRun, blind } = state;
  const parts = [
    `watch ${name}: ${counted(hosts, 'host')}`,
    lastRun === undefined ? 'no run yet' : `last run ended ${lastRun.endedAt}: ${lastRun.verdict}`,
    blind?.open === true ? `blind since ${blind.since}` : undefined,
    `${counted(open, 'problem')} open`,
    next === undefined ? undefined : `next run ${next.toISOString()}`,
    pending === undefined ? undefined : `${counted(pending, 'notice')} undelivered`,
  ];
  return parts.filter((part) => part !== undefined).join('; ');
}
