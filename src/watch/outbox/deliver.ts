import {
  oldestDue,
  putOff,
  readHold,
  removeNotice,
  writeHold,
  type Hold,
  type Notice,
} from '../../history/store/outbox.js';
import { writing, type Database } from '../../history/store/transaction.js';
import { alertSchema, type Alert } from '../../model/alert.js';
import { terminalSafe } from '../../model/printable.js';
import type { Clock } from '../../net/clock.js';
import { withDeadline } from '../notifiers/deadline.js';
import { DeliveryError, type Notifier } from '../notifiers/notifier.js';
import { delayAfter, dueWindow, isHopeless } from './backoff.js';
import { deliveryBody, giveUp, giveUpOld } from './give-up.js';
import { isHeld } from './holder.js';
import type { OutboxWorld } from './outbox.js';

/** No delivery may take longer. */
const deadlineMs = 60_000;
/** For how long a notifier is kept from others while one notice is sent to it, where nobody can tell that the process was killed. */
const leaseMs = 2 * deadlineMs;
/** So many notices in a row that are refused mean that it is not the notices. */
const mostRefusals = 3;

/** Everything that sending to one notifier takes. */
export interface Delivery {
  readonly world: OutboxWorld;
  readonly holder: string;
  readonly key: string;
  readonly notifier: Notifier;
}

/** Sends what is due to one notifier, until nothing is, or it fails, or the signal fires. Somebody else at it: does nothing. */
export async function deliverTo(delivery: Delivery, signal: AbortSignal): Promise<void> {
  const { world, key } = delivery;
  const { clock, database } = world;
  let refusals = 0;
  for (;;) {
    const taken = await take(delivery, signal);
    if (taken === undefined) return;
    const { notice, failures } = taken;
    const trouble = await attempt(delivery, notice, signal);
    if (trouble === 'stopped') {
      await writing(database, (db) => release(db, key, failures));
      return;
    }
    if (trouble === undefined) {
      refusals = 0;
      await settleDelivered(delivery, notice, failures);
      continue;
    }
    const now = clock.date().getTime();
    refusals += trouble.trouble === 'notice' ? 1 : mostRefusals;
    const isReceiver = refusals >= mostRefusals;
    const inARow = failures + (isReceiver ? 1 : 0);
    const delay = delayAfter(isReceiver ? inARow : notice.attempts + 1, world.random(), trouble.retryAfterMs);
    await writing(database, async (db) => {
      await putOff(db, notice.id, now + delay, trouble.message);
      if (isReceiver) await writeHold(db, key, { until: now + delay, holder: '', failures: inARow });
    });
    if (isReceiver ? failures === 0 : notice.attempts === 0) tellTrouble(delivery, trouble, delay);
    if (isReceiver) {
      await giveUpOld(world, { key, name: delivery.notifier.name }, inARow);
      return;
    }
    if (isHopeless(notice.createdAt, notice.attempts + 1, now)) {
      await giveUp(world, delivery.notifier.name, {
        ...notice,
        attempts: notice.attempts + 1,
        trouble: trouble.message,
      });
    }
  }
}

/** Finds the next notice and keeps others from the notifier, all at once; undefined where there is nothing to do. */
async function take(
  { world, holder, key }: Delivery,
  signal: AbortSignal,
): Promise<{ readonly notice: Notice; readonly failures: number } | undefined> {
  return writing(world.database, async (db) => {
    const window = dueWindow(world.clock.date().getTime());
    const hold = await readHold(db, key);
    if (isHeld(hold, holder, window)) return undefined;
    const failures = hold?.failures ?? 0;
    const notice = signal.aborted ? undefined : await oldestDue(db, key, window);
    if (notice !== undefined) {
      await writeHold(db, key, { until: window.now + leaseMs, holder, failures });
      return { notice, failures };
    }
    if (hold !== undefined) await release(db, key, failures);
    return undefined;
  });
}

/** What has failed so far is remembered, so that the next failure waits longer. */
function release(db: Database, key: string, failures: number): Promise<void> {
  const rest: Hold | undefined = failures === 0 ? undefined : { until: 0, holder: '', failures };
  return writeHold(db, key, rest);
}

async function attempt(
  { world, notifier }: Delivery,
  notice: Notice,
  signal: AbortSignal,
): Promise<DeliveryError | 'stopped' | undefined> {
  const alert = readAlert(notice.alert);
  if (alert === undefined) return new DeliveryError('notice', 'it cannot be read as an alert of this version');
  return send(world.clock, notifier, alert, signal);
}

/** Hands an alert over, within a bounded time. Gives what that failed of; never rejects. */
export async function send(
  clock: Clock,
  notifier: Notifier,
  alert: Alert,
  signal: AbortSignal,
): Promise<DeliveryError | 'stopped' | undefined> {
  try {
    await withDeadline(clock, deadlineMs, signal, (stop) => notifier.deliver(alert, stop));
    return undefined;
  } catch (error) {
    if (signal.aborted) return 'stopped';
    if (error instanceof DeliveryError) return error;
    // Nobody knows what such a message holds.
    const kind = error instanceof Error ? error.name : typeof error;
    return new DeliveryError('receiver', `it failed in an unforeseen way (${terminalSafe(kind)})`);
  }
}

function readAlert(text: string): Alert | undefined {
  try {
    return alertSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** First it goes, then it is noted: were it the other way round, a log that cannot be written would have it sent again and again. */
async function settleDelivered({ world, key, notifier, holder }: Delivery, notice: Notice, failures: number) {
  const now = world.clock.date().getTime();
  await writing(world.database, async (db) => {
    await removeNotice(db, notice.id);
    if (failures > 0) await writeHold(db, key, { until: now + leaseMs, holder, failures: 0 });
  });
  if (failures > 0) world.say(`Notifier ${notifier.name} delivers again.`);
  await world.history.note(
    'delivery',
    deliveryBody('delivered', notifier.name, { ...notice, attempts: notice.attempts + 1 }),
  );
}

function tellTrouble({ world, notifier }: Delivery, { message, trouble }: DeliveryError, delay: number): void {
  const what = trouble === 'receiver' ? 'cannot deliver' : 'had an alert refused';
  world.say(
    `Notifier ${notifier.name} ${what}: ${message}. It is kept and tried again, first in ${Math.ceil(delay / 1000)} s.`,
  );
}
