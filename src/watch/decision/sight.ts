import { getOrInsert } from '../../model/groups.js';
import { counted } from '../../model/quantity.js';
import { shorten, terminalSafe } from '../../model/printable.js';
import type { Finding, Snapshot } from '../../model/snapshot.js';
import type { Sighting } from './sighting.js';

/** So many hosts that fall out of sight in one run are told as one, about the watch. */
export const mostHostsTold = 10;

/**
 * Why a scan saw nothing, in words; undefined where it saw anything, or a control shows that this vantage can. A host that is down
 * alone under watch cannot be told from a cut cable: without a control, that is told as the watch being blind. Pure.
 */
export function whyBlind({ open, notOpen, unknown, targets, controls, notes }: Snapshot): string | undefined {
  if (open.length + notOpen.length > 0 || controls.some(({ reached }) => reached)) return undefined;
  const causes = new Map<string, { message: string; count: number }>();
  const errors = [...targets.flatMap((target) => target.errors), ...unknown, ...notes];
  for (const { code, message } of errors) getOrInsert(causes, code, () => ({ message, count: 0 })).count += 1;
  const told = [...causes]
    .sort(([, a], [, b]) => b.count - a.count)
    .slice(0, 5)
    .map(
      ([code, { message, count }]) =>
        `${code}${count > 1 ? ` (${count} times)` : ''}: ${shorten(terminalSafe(message), 200)}`,
    );
  const looked = `Nothing was observed of ${counted(targets.length, 'host')}`;
  return told.length === 0 ? `${looked}.` : `${looked}: ${told.join('; ')}`;
}

/** The watch's own blindness, as if it were a finding. `kind`: of everything, or of many hosts at once. */
export function blindness(kind: 'blind' | 'partly', why: string, hosts: number): Sighting {
  const finding: Finding = {
    rule: 'the watch itself',
    outcome: 'indeterminate',
    code: 'not-observed',
    expected: 'observed',
    actual: kind === 'blind' ? 'sees nothing' : `lost sight of ${counted(hosts, 'host')} at once`,
    evidence: why,
    severity: 'high',
  };
  return { key: JSON.stringify(['watch', kind]), finding, alike: 1, ports: undefined };
}
