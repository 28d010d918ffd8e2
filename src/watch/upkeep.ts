import { messageOf } from '../model/errors.js';
import { createBell } from './bell.js';
import { placeLost } from './ledger.js';
import type { Watching } from './watching.js';

const leastWaitMs = 1000;

/**
 * Holds the watch's place and sends what is due, also while a run is under way, until the signal fires. `onLost`: another process has
 * taken the place.
 */
export async function keepUp(watching: Watching, onLost: (error: Error) => void): Promise<void> {
  await Promise.all([holdPlace(watching, onLost), deliver(watching)]);
}

async function holdPlace({ world, settings, signal }: Watching, onLost: (error: Error) => void): Promise<void> {
  const pause = createBell(world.clock);
  const complain = once(world.say);
  for (;;) {
    await pause.wait(settings.pieceMs, signal);
    if (signal.aborted) return;
    try {
      if (!(await world.memory.renew())) {
        onLost(placeLost(settings.name));
        return;
      }
      complain(undefined);
    } catch (error) {
      complain(`the watch cannot hold its place: ${messageOf(error)}`);
    }
  }
}

async function deliver({ world, settings, signal, delivery }: Watching): Promise<void> {
  const complain = once(world.say);
  const isOver = () => signal.aborted;
  while (!isOver()) {
    delivery.wasRung();
    let wait = settings.pieceMs;
    try {
      await world.outbox.deliverDue(signal);
      const next = (await world.outbox.nextDue())?.getTime() ?? Infinity;
      wait = Math.min(wait, Math.max(leastWaitMs, next - world.clock.date().getTime()));
      complain(undefined);
    } catch (error) {
      if (isOver()) return;
      complain(`notices cannot be sent: ${messageOf(error)}`);
    }
    await delivery.wait(wait, signal);
  }
}

/** The same trouble twice in a row is said once. */
function once(say: (line: string) => void): (line: string | undefined) => void {
  let last: string | undefined;
  return (line) => {
    if (line !== undefined && line !== last) say(line);
    last = line;
  };
}
