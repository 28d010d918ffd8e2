import { dayMs } from '../../model/duration.js';

/**
 * What the clocks of a time zone show at an instant, as the milliseconds since 1970 that the same digits would be in UTC.
 * `timeZone`: an IANA name, such as `Europe/Berlin`.
 */
export function wallClock(instant: number, timeZone: string): number {
  const shown = Object.fromEntries(
    clockOf(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((instant % 1000) + 1000) % 1000);
}

/**
 * The last instant at which the clocks showed this, or less. An hour that clocks went through twice is over when its second pass
 * is; one that they skipped never came, so it is over when they skipped it.
 */
export function lastInstantOf(wall: number, timeZone: string): number {
  // No zone is further than 14 hours from UTC, and none changes its clocks twice within so few days.
  const [before, after] = [wall - 2 * dayMs, wall + 2 * dayMs];
  const offsets = [before, after].map((instant) => wallClock(instant, timeZone) - instant);
  const shown = offsets.map((offset) => wall - offset).filter((instant) => wallClock(instant, timeZone) === wall);
  if (shown.length > 0) return Math.max(...shown);
  return lastBeforeChange(before, after, timeZone);
}

/** The last millisecond before the clocks are changed, of which there is one change between the two. */
function lastBeforeChange(before: number, after: number, timeZone: string): number {
  const offset = wallClock(before, timeZone) - before;
  let [low, high] = [before, after];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (wallClock(middle, timeZone) - middle === offset) low = middle;
    else high = middle;
  }
  return low;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  clocks.set(timeZone, clock);
  return clock;
}
