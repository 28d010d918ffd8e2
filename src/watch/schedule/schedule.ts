import { Cron, type CronOptions } from 'croner';
import { ExposcanError, messageOf } from '../../model/errors.js';
import { printableText, shorten } from '../../model/printable.js';

/** When a watch looks: the times of a cron pattern in one time zone. */
export interface Schedule {
  readonly pattern: string;
  /** As IANA names it: `Europe/Zurich`. */
  readonly timeZone: string;
  /** The first time after this one. */
  after(time: Date): Date;
  /** The last time at this one or before; undefined where there is none. */
  before(time: Date): Date | undefined;
}

const longestPattern = 200;

/**
 * Reads a cron pattern of five fields, or `@daily` and its like, as crontab(5) has them, and croner besides (`L`, `#`).
 *
 * Where a clock change takes hours out of the day or repeats them, times of the day that are named outright keep coming once a day, as
 * with Vixie's cron. Measured with croner 11.0.1 and Europe/Zurich: on 29 March 2026, which has no 02:00 to 03:00, `30 2 * * *` comes
 * at 03:00, and `30 2,14 * * *` likewise and at 14:30; on 25 October 2026, which has that hour twice, each comes in the first of them
 * only. What comes every few minutes or hours (a `*` or a step in either field) goes by the true time: it is neither held back nor
 * repeated. Several times in an hour that is left out (`0,15 2 * * *`) come in the hour after it, each once.
 *
 * Throws `ERR_SCHEDULE` where the pattern or the zone cannot be understood, and where no such time ever comes.
 */
export function readSchedule(pattern: string, timeZone: string, now: Date): Schedule {
  const cron = readPattern(pattern, checkZone(timeZone));
  const after = (time: Date): Date => {
    const next = cron.nextRun(time);
    if (next !== null) return next;
    throw refusal(pattern, 'that time never comes. Look at its day and month');
  };
  after(now);
  return {
    pattern,
    timeZone,
    after,
    // Croner leaves out the time that it is asked about.
    before: (time) => cron.previousRuns(1, new Date(time.getTime() + 1000))[0],
  };
}

/** The time zone of this machine. */
export function localTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function checkZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch (cause) {
    const shown = shorten(printableText(timeZone), 40);
    throw new ExposcanError(
      'ERR_SCHEDULE',
      `"${shown}" is no time zone: expected a name of the IANA time zone database, like Europe/Zurich or UTC.`,
      { cause },
    );
  }
}

function readPattern(pattern: string, timezone: string): Cron {
  if (pattern.length > longestPattern) throw refusal(pattern, `it is longer than ${longestPattern} characters`);
  const options: CronOptions = { timezone, mode: '5-part', fixedTimeRule: 'no-wildcard', paused: true };
  // Croner takes a date for a pattern as well, of which nothing would be left after one run.
  if (!/^(?:@[a-z]+|\S+(?:\s+\S+){4})$/i.test(pattern.trim())) {
    throw refusal(pattern, 'expected five fields: minute, hour, day of the month, month, day of the week');
  }
  try {
    return new Cron(pattern.trim(), options);
  } catch (cause) {
    throw refusal(
      pattern,
      printableText(
        messageOf(cause)
          .replace(/^\w+: /, '')
          .replace(/\.$/, ''),
      ),
      cause,
    );
  }
}

function refusal(pattern: string, why: string, cause?: unknown): ExposcanError {
  return new ExposcanError(
    'ERR_SCHEDULE',
    `Cannot use the schedule "${shorten(printableText(pattern), 60)}": ${why}. "0 3 * * *" is every day at 03:00.`,
    { cause },
  );
}
