import { systemClock } from '../net/clock.js';
import type { Connection, Reading } from '../net/connection.js';
import { matchBytes, parseLimit, type Match } from './match.js';
import { candidatesFor } from './plan.js';
import type { Protocol } from './protocol.js';
import type { Session } from './session.js';

const bannerLimit = 4096;
/** How often it is looked whether a greeting is still worth waiting for, in milliseconds. */
const lookMs = 100;

/** What a service said on one connection. */
export interface Heard {
  /** The first bytes, at most 4 KiB of them. */
  readonly bytes: Uint8Array;
  /** All that was read and looked at. */
  readonly read: Uint8Array;
  readonly truncated: boolean;
  readonly match: Match | undefined;
  /** Why the reading ended: everything needed had come, or too much, or the peer went quiet, hung up, or failed. */
  readonly ending: 'match' | 'limit' | 'silence' | 'end' | 'error';
  /** How long the first byte took, in milliseconds, as far as it was waited for here; absent where none came. */
  readonly waitedMs?: number | undefined;
  /** The system's code, where the reading ended in an error. */
  readonly code?: string | undefined;
}

export interface HearOptions {
  /** Whose probe was sent before. */
  readonly asked?: Protocol | undefined;
  /** What the service had already said on this connection. */
  readonly before?: Uint8Array;
  /** The longest that the first byte is worth, where that is known, and as far as it is by then. */
  readonly bound?: (() => number | undefined) | undefined;
}

/** Listens until the bytes name the service for good, or nothing more is to be expected. */
export async function hear(
  session: Session,
  connection: Connection,
  patienceMs: number,
  { asked, before = new Uint8Array(), bound }: HearOptions = {},
): Promise<Heard> {
  const candidates = candidatesFor(session.port, asked);
  const { answerMs, pauseMs } = session.patience;
  let buffer = new Uint8Array(Math.max(1024, before.length));
  buffer.set(before);
  let { length } = before;
  let matched = length;
  let match: Match | undefined;
  let wait = patienceMs;
  let waitedMs: number | undefined;

  const heard = (ending: Heard['ending'], code?: string): Heard => ({
    bytes: buffer.slice(0, Math.min(length, bannerLimit)),
    read: buffer.subarray(0, length),
    truncated: length > bannerLimit || ending === 'limit',
    ending,
    match,
    waitedMs,
    code,
  });
  const tryMatch = () => {
    matched = length;
    const result = matchBytes(buffer.subarray(0, length), candidates);
    if (result.kind === 'match') match = result.match;
    wait = result.kind === 'more' ? answerMs : pauseMs;
  };

  const startedAt = systemClock.now();
  while (length < parseLimit) {
    const max = parseLimit - length;
    const reading =
      length === 0 && bound !== undefined
        ? await firstReading(session, connection, patienceMs, max, bound)
        : await session.read(connection, wait, max);
    if (reading.kind !== 'data') {
      if (matched < length) tryMatch();
      return heard(reading.kind, reading.kind === 'error' ? reading.code : undefined);
    }
    waitedMs ??= systemClock.now() - startedAt;
    if (length + reading.bytes.length > buffer.length) {
      const larger = new Uint8Array(Math.min(parseLimit, Math.max(2 * buffer.length, length + reading.bytes.length)));
      larger.set(buffer.subarray(0, length));
      buffer = larger;
    }
    buffer.set(reading.bytes, length);
    length += reading.bytes.length;
    // A peer that sends byte by byte must not make the matching quadratic: past the first bytes, only growth by a quarter counts.
    if (length < 256 || length >= matched * 1.25) tryMatch();
    if (match !== undefined && !match.growing) return heard('match');
  }
  if (matched < length) tryMatch();
  return heard('limit');
}

/** The first bytes, waited for in steps: meanwhile others may show that they would have come by now. */
async function firstReading(
  session: Session,
  connection: Connection,
  patienceMs: number,
  max: number,
  bound: () => number | undefined,
): Promise<Reading> {
  const startedAt = systemClock.now();
  for (;;) {
    const left = Math.min(patienceMs, bound() ?? Infinity) - (systemClock.now() - startedAt);
    const reading = await session.read(connection, Math.max(0, Math.min(left, lookMs)), max);
    if (reading.kind !== 'silence' || left <= lookMs || session.over() !== undefined) return reading;
  }
}
