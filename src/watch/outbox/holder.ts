import { randomUUID } from 'node:crypto';
import type { Hold, DueWindow } from '../../history/store/outbox.js';
import { fateOf, ownProcess } from '../../net/own-process.js';
import { isDue } from './backoff.js';

/** What an outbox calls itself while it sends: no two do alike, and whether its process lives can be told from it. */
export function newHolder(): string {
  return `${randomUUID()} ${ownProcess()}`;
}

/** True where somebody else is sending to the notifier, or it is to be left alone. Whoever was killed is not sending. */
export function isHeld(hold: Hold | undefined, self: string, window: DueWindow): boolean {
  if (hold === undefined || hold.holder === self || isDue(hold.until, window)) return false;
  return fateOf(hold.holder.slice(hold.holder.indexOf(' ') + 1)) !== 'dead';
}
