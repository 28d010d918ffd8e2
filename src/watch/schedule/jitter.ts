import { createHash } from 'node:crypto';
import { formatDuration } from '../../model/duration.js';
import { ExposcanError } from '../../model/errors.js';
import type { Schedule } from './schedule.js';

/**
 * How much later than its scheduled time a run is made, in milliseconds: from 0 up to `most`, evenly spread. The same for a watch and
 * a time however often it is asked, so that a restart neither shifts nor repeats a run.
 */
export function jitterFor(watch: string, time: Date, most: number): number {
  if (most === 0) return 0;
  const drawn = createHash('sha256').update(`${watch}\n${time.toISOString()}`).digest().readUIntBE(0, 6);
  return Math.floor((drawn / 2 ** 48) * most);
}

/** Of so many times to come, the closest two must be further apart than the jitter. */
const checkedTimes = 50;

/** Throws `ERR_SCHEDULE` where a run could be put off past the next one. */
export function checkJitter(schedule: Schedule, most: number, now: Date): void {
  if (most === 0) return;
  let time = schedule.after(now);
  for (let count = 0; count < checkedTimes; count++) {
    const next = schedule.after(time);
    const gap = next.getTime() - time.getTime();
    if (most >= gap) {
      throw new ExposcanError(
        'ERR_SCHEDULE',
        `A jitter of ${formatDuration(most)} is too much: "${schedule.pattern}" comes again after ${formatDuration(gap)}. Give less than that.`,
      );
    }
    time = next;
  }
}
