import type { Connection } from '../net/connection.js';
import { matchBytes, parseLimit, type Match } from './match.js';
import { candidatesFor } from './plan.js';
import type { Protocol } from './protocol.js';
import type { Session } from './session.js';

const bannerLimit = 4096;

/** What a service said on one connection. */
export interface Heard {
  /** The first bytes, at most 4 KiB of them. */
  readonly bytes: Uint8Array;
  readonly truncated: boolean;
  readonly match: Match | undefined;
  /** Why the reading ended: everything needed had come, or too much, or the peer went quiet, hung up, or failed. */
  readonly ending: 'match' | 'limit' | 'silence' | 'end' | 'error';
  /** The system's code, where the reading ended in an error. */
  readonly code?: string | undefined;
}

/** Listens until the bytes name the service for good, or nothing more is to be expected; `asked` is whose probe was sent before. */
export async function hear(
  session: Session,
  connection: Connection,
  patienceMs: number,
  asked?: Protocol,
): Promise<Heard> {
  const candidates = candidatesFor(session.port, asked);
  const { answerMs, pauseMs } = session.patience;
  let buffer = new Uint8Array(1024);
  let length = 0;
  let matched = 0;
  let match: Match | undefined;
  let wait = patienceMs;

  const heard = (ending: Heard['ending'], code?: string): Heard => ({
    bytes: buffer.slice(0, Math.min(length, bannerLimit)),
    truncated: length > bannerLimit || ending === 'limit',
    ending,
    match,
    code,
  });
  const tryMatch = () => {
    matched = length;
    const result = matchBytes(buffer.subarray(0, length), candidates);
    if (result.kind === 'match') match = result.match;
    wait = result.kind === 'more' ? answerMs : pauseMs;
  };

  while (length < parseLimit) {
    const reading = await session.read(connection, wait, parseLimit - length);
    if (reading.kind !== 'data') {
      if (matched < length) tryMatch();
      return heard(reading.kind, reading.kind === 'error' ? reading.code : undefined);
    }
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
