import { dayMs, hourMs, weekMs } from '../../model/duration.js';
import { ExposcanError } from '../../model/errors.js';
import { didYouMean } from '../../model/nearest.js';
import { parseTarget, type TargetSpec } from '../../model/parse-target.js';
import { printableText, shorten } from '../../model/printable.js';

/** Which of a host's scans is meant. */
export type WhichScan =
  | { readonly kind: 'latest' | 'previous' }
  | { readonly kind: 'number'; readonly id: number }
  /** The last one that finished before the end of a day, so many days before today. */
  | { readonly kind: 'days-ago'; readonly days: number }
  /** The last one that finished when local clocks showed this or less, as `wallClock` counts. `from`: what the user meant begins here. */
  | { readonly kind: 'wall-clock'; readonly from: number; readonly until: number }
  /** The last one that finished at this instant or before. */
  | { readonly kind: 'instant'; readonly instant: number }
  /** The last one that finished so many milliseconds ago or earlier. */
  | { readonly kind: 'ago'; readonly milliseconds: number };

/** A scan in the history, as a user names it: `HOST@yesterday`. */
export interface Reference {
  readonly text: string;
  readonly host: TargetSpec;
  readonly which: WhichScan;
}

const words: Readonly<Record<string, WhichScan>> = {
  latest: { kind: 'latest' },
  previous: { kind: 'previous' },
  today: { kind: 'days-ago', days: 0 },
  yesterday: { kind: 'days-ago', days: 1 },
};

/** Minutes are left out: `3m` would as well be three months, and neither is worth the doubt. */
const unitMs: Readonly<Record<string, number>> = { h: hourMs, d: dayMs, w: weekMs };

const time =
  /^(\d{4}-\d\d-\d\d)(?:T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,3}))?)?(Z|([+-])(\d\d):?([0-5]\d))?)?$/;

/**
 * Reads `HOST@WHICH`: a target as for a scan, and after the last `@` one of `latest`, `previous`, `today`, `yesterday`, a day
 * (`2026-11-20`), a time (`2026-11-20T03:00`, local; with `Z` or `+01:00` elsewhere), an age (`12h`, `7d`, `2w`) or the number of
 * a scan (`#12`). Undefined where the text has no `@`. Throws `ERR_USAGE` where what follows it is none of these, `ERR_BAD_TARGET`
 * where what precedes it is no target.
 */
export function parseReference(text: string): Reference | undefined {
  const at = text.lastIndexOf('@');
  if (at < 0) return undefined;
  const [host, which] = [text.slice(0, at), text.slice(at + 1)];
  const meant = readWhich(which);
  if (meant === undefined || host === '') throw notUnderstood(text, which);
  return { text, host: parseTarget(host), which: meant };
}

function readWhich(text: string): WhichScan | undefined {
  const word = text.toLowerCase();
  if (Object.hasOwn(words, word)) return words[word];
  const [, id] = /^#(\d{1,15})$/.exec(text) ?? [];
  if (id !== undefined) return { kind: 'number', id: Number(id) };
  const [, count, unit = ''] = /^(\d{1,5})([hdw])$/i.exec(text) ?? [];
  const size = unitMs[unit.toLowerCase()];
  if (count !== undefined && size !== undefined) return { kind: 'ago', milliseconds: Number(count) * size };
  return readTime(text);
}

function readTime(text: string): WhichScan | undefined {
  const [, date, hours, minutes, seconds = '0', fraction = '', zone, sign, zoneHours, zoneMinutes] =
    time.exec(text) ?? [];
  if (date === undefined) return undefined;
  const day = Date.parse(`${date}T00:00:00.000Z`);
  // A day that the month does not have is read by some as one of the next month.
  if (Number.isNaN(day) || !new Date(day).toISOString().startsWith(date)) return undefined;
  if (hours === undefined) return { kind: 'wall-clock', from: day, until: day + dayMs - 1 };
  const wall =
    day + Number(hours) * hourMs + Number(minutes) * 60_000 + Number(seconds) * 1000 + Number(fraction.padEnd(3, '0'));
  if (zone === undefined) return { kind: 'wall-clock', from: wall, until: wall };
  const ahead = sign === undefined ? 0 : Number(zoneHours) * hourMs + Number(zoneMinutes) * 60_000;
  return { kind: 'instant', instant: sign === '-' ? wall + ahead : wall - ahead };
}

function notUnderstood(text: string, which: string): ExposcanError {
  const hint = /^\d+$/.test(which) ? ` Did you mean #${which}?` : didYouMean(which, Object.keys(words));
  return new ExposcanError(
    'ERR_USAGE',
    `"${shorten(printableText(text), 120)}" does not name a scan: expected HOST@WHICH, where WHICH is latest, previous, today, ` +
      'yesterday, a day (2026-11-20), a time (2026-11-20T03:00 by local clocks, 2026-11-20T03:00Z, 2026-11-20T03:00+01:00), ' +
      `an age (12h, 7d, 2w) or the number of a scan (#12).${hint}`,
  );
}
