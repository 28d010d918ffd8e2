import { dayMs } from '../../model/duration.js';
import { ExposcanError } from '../../model/errors.js';
import { snapshotOfHost } from '../../model/narrow-snapshot.js';
import { printableText, shorten } from '../../model/printable.js';
import type { Snapshot } from '../../model/snapshot.js';
import type { History, ScanSummary } from '../history.js';
import { hostUnknown, listOf, vantageUnknown } from '../host-unknown.js';
import { lastInstantOf, wallClock } from './local-time.js';
import type { Reference, WhichScan } from './parse-reference.js';

export type ReferredHistory = Pick<History, 'scans' | 'snapshot' | 'hosts' | 'vantages'>;

export interface ReferenceOptions {
  readonly now: Date;
  /** Only scans from this place. */
  readonly vantage?: string;
  /** Where the host was scanned from several places and none is demanded, this one is taken if it is among them. */
  readonly preferred?: string;
  /** The zone whose days and clocks are meant where none is written; an IANA name. */
  readonly timeZone: string;
}

/** A scan that a reference names. */
export interface ReferredScan {
  readonly scan: ScanSummary;
  /** What of it is about the reference's host. */
  readonly snapshot: Snapshot;
}

/**
 * Finds the scan that a reference names. The last one is the last one: one that was interrupted is not passed over, since what it saw is
 * news, and what it did not see is unknown and not as it was. `scan.complete` tells. Only a watch's second looks are passed over: they are
 * parts of the scan before them.
 *
 * Throws `ERR_NOT_IN_HISTORY` where no scan of the host is kept, or none that old, and `ERR_USAGE` where the host was scanned from
 * several places and none is named: what one place can reach says nothing about another.
 */
export async function resolveReference(
  history: ReferredHistory,
  reference: Reference,
  options: ReferenceOptions,
): Promise<ReferredScan> {
  const { which } = reference;
  if (which.kind === 'number') return numbered(history, reference, which.id, options.vantage);
  const vantage = await vantageFor(history, reference, options);
  const host = reference.host.text;
  const until = untilOf(which, reference, options);
  const place = which.kind === 'previous' ? 1 : 0;
  const scans = await history.scans({
    host,
    vantage,
    first: true,
    limit: place + 1,
    ...(until === undefined ? {} : { until }),
  });
  const scan = scans[place];
  if (scan === undefined) throw await noneSoOld(history, reference, vantage);
  return { scan, snapshot: snapshotOfHost(await history.snapshot(scan.id), reference.host) };
}

async function numbered(
  history: ReferredHistory,
  { text, host }: Reference,
  id: number,
  vantage: string | undefined,
): Promise<ReferredScan> {
  const whole = await history.snapshot(id);
  const targets = whole.targets.map(({ target }) => target);
  const snapshot = snapshotOfHost(whole, host);
  const refuse = (why: string) => new ExposcanError('ERR_NOT_IN_HISTORY', `${shown(text)}: scan #${id} ${why}.`);
  if (snapshot.targets.length === 0) throw refuse(`was not of this host, but of ${listOf(targets)}`);
  if (vantage !== undefined && vantage !== whole.vantage.name) {
    throw refuse(`was made from ${listOf([whole.vantage.name])}, not from ${listOf([vantage])}`);
  }
  const { startedAt, finishedAt, complete, verdict } = whole;
  return { scan: { id, vantage: whole.vantage.name, startedAt, finishedAt, complete, verdict, targets }, snapshot };
}

async function vantageFor(
  history: ReferredHistory,
  { text, host }: Reference,
  { vantage, preferred }: ReferenceOptions,
): Promise<string> {
  const known = await history.vantages(host.text);
  const [first] = known;
  if (first === undefined) {
    const hosts = await history.hosts();
    throw hostUnknown(
      host.text,
      hosts.map((each) => each.host),
    );
  }
  if (vantage !== undefined) {
    if (known.includes(vantage)) return vantage;
    throw vantageUnknown(host.text, vantage, known);
  }
  if (known.length === 1) return first;
  if (preferred !== undefined && known.includes(preferred)) return preferred;
  throw new ExposcanError(
    'ERR_USAGE',
    `${shown(text)}: this host was scanned from several places, and what one of them can reach says nothing about another. ` +
      `Name one with --vantage: ${listOf(known)}.`,
  );
}

function untilOf(which: WhichScan, { text }: Reference, { now, timeZone }: ReferenceOptions): Date | undefined {
  switch (which.kind) {
    case 'days-ago': {
      const today = Math.floor(wallClock(now.getTime(), timeZone) / dayMs) * dayMs;
      return new Date(lastInstantOf(today + (1 - which.days) * dayMs - 1, timeZone));
    }
    case 'wall-clock':
      if (which.from > wallClock(now.getTime(), timeZone)) throw notYet(text);
      return new Date(lastInstantOf(which.until, timeZone));
    case 'instant':
      if (which.instant > now.getTime()) throw notYet(text);
      return new Date(which.instant);
    case 'ago':
      return new Date(now.getTime() - which.milliseconds);
    default:
      return undefined;
  }
}

/** Another scan would be meant by it tomorrow. */
function notYet(text: string): ExposcanError {
  return new ExposcanError(
    'ERR_NOT_IN_HISTORY',
    `${shown(text)}: that time is yet to come. For the last scan, write @latest.`,
  );
}

async function noneSoOld(
  history: ReferredHistory,
  { text, host, which }: Reference,
  vantage: string,
): Promise<ExposcanError> {
  const scans = await history.scans({ host: host.text, vantage, first: true });
  const first = scans.at(-1);
  const told =
    first === undefined ? 'there is none' : `#${first.id} is the first there is, finished ${first.finishedAt}`;
  const lack = which.kind === 'previous' ? 'there is no scan before the latest' : 'no scan is so old';
  return new ExposcanError('ERR_NOT_IN_HISTORY', `${shown(text)}: ${lack}; from ${listOf([vantage])}, ${told}.`);
}

function shown(text: string): string {
  return shorten(printableText(text), 120);
}
