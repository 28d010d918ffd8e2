import type { Clock } from '../../net/clock.js';
import { DeliveryError } from './notifier.js';

/** Gives work a signal that fires with `signal` or after so many milliseconds; that it did not end in time is then what it failed of. */
export async function withDeadline<T>(
  clock: Clock,
  milliseconds: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const overdue = new AbortController();
  const cancel = clock.after(milliseconds, () => {
    overdue.abort();
  });
  try {
    return await work(AbortSignal.any([signal, overdue.signal]));
  } catch (error) {
    if (signal.aborted || !overdue.signal.aborted) throw error;
    throw new DeliveryError('receiver', `it did not end within ${milliseconds / 1000} s`);
  } finally {
    cancel();
  }
}
