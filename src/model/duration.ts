import { ExposcanError } from './errors.js';
import { printableText, shorten } from './printable.js';

const minuteMs = 60_000;
/** An hour, and so on, in milliseconds. */
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
export const weekMs = 7 * dayMs;

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: minuteMs, h: hourMs, d: dayMs, w: weekMs };

/** `60s`, `5m`, `12h`, `7d`, `2w` in milliseconds; `0` needs no unit. Undefined where the text is none. */
export function readDuration(text: string): number | undefined {
  if (text === '0') return 0;
  const [, count, unit = ''] = /^(\d{1,5})([smhdw])$/.exec(text) ?? [];
  const size = unitMs[unit];
  return count === undefined || size === undefined ? undefined : Number(count) * size;
}

/** Likewise; throws `ERR_SCHEDULE` where the text is none. */
export function parseDuration(text: string): number {
  const milliseconds = readDuration(text);
  if (milliseconds !== undefined) return milliseconds;
  const advice = /^\d+$/.test(text) ? ' The unit is missing: s, m, h, d or w.' : '';
  throw new ExposcanError(
    'ERR_SCHEDULE',
    `"${shorten(printableText(text), 40)}" is no duration: expected one like 60s, 5m, 12h, 7d or 2w.${advice}`,
  );
}

/** As `parseDuration` reads it, in the largest unit that leaves no remainder: `60s` is `1m`. Parts of a second are rounded up. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000) * 1000;
  const [unit, size] = Object.entries(unitMs).findLast(([, each]) => seconds % each === 0) ?? ['s', 1000];
  return seconds === 0 ? '0' : `${seconds / size}${unit}`;
}
