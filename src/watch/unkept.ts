import type { Alert } from '../model/alert.js';
import { dayMs, formatDuration } from '../model/duration.js';
import { alertBy } from './decision/alert.js';
import { concludingNow, type Watching } from './watching.js';

/** What cannot be kept is told again after so long. */
const quietMs = dayMs;
const about = 'unkept';

/**
 * Tells that nothing the watch sees can be kept, and so nothing of it be told: past the outbox, which is kept in the same place, and
 * without a promise that it arrives.
 */
export async function tellUnkept(watching: Watching, trouble: string): Promise<void> {
  const { world, settings, unkept, signal } = watching;
  const { teller, at } = concludingNow(watching);
  if (unkept !== undefined && Math.abs(at.getTime() - unkept.toldAt.getTime()) < quietMs) return;
  const since = unkept?.since ?? at;
  watching.unkept = { since, toldAt: at };
  const alert = alertBy(teller, at, about, {
    kind: 'blind',
    severity: 'high',
    summary: `The watch ${settings.name} cannot keep what it sees: nothing is known to be fine`,
    detail: trouble,
    since: since.toISOString(),
  });
  await world.outbox.tellAtOnce(alert, signal);
}

/** What is told once it can be kept again. */
export function keptAgain(watching: Watching): Alert[] {
  const { settings, unkept } = watching;
  if (unkept === undefined) return [];
  const { teller, at } = concludingNow(watching);
  const lasted = formatDuration(Math.max(0, at.getTime() - unkept.since.getTime()));
  return [
    alertBy(teller, at, about, {
      kind: 'sighted',
      severity: 'high',
      summary: `The watch ${settings.name} keeps what it sees again, after ${lasted}`,
      since: unkept.since.toISOString(),
    }),
  ];
}
