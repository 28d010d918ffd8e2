import { matchBytes } from './match.js';
import type { Protocol, Reaction } from './protocol.js';
import { echo } from './protocols/echo.js';
import { http } from './protocols/http.js';
import { likenessToAny } from './port-likeness.js';
import { protocols } from './registry.js';

/** One question, and what came of it. */
export interface Tried {
  /** Undefined for a TLS handshake. */
  readonly asked: Protocol | undefined;
  readonly bytes: Uint8Array;
  /** It ended the connection; false where it waited for more. */
  readonly hungUp: boolean;
}

const askable = protocols.filter(({ probe, harmedBy }) => probe !== undefined && harmedBy === undefined);
const blind = askable
  .filter(({ blindTurn }) => blindTurn !== undefined)
  .sort((a, b) => (a.blindTurn ?? 0) - (b.blindTurn ?? 0));

/**
 * Whom an answer points to that proves nothing by itself: those who would take it for an answer to their own question. So a SOCKS
 * proxy that refuses whatever it does not understand, with its two bytes, is asked for SOCKS next.
 */
export function hintedBy(tried: readonly Tried[]): readonly Protocol[] {
  return tried.flatMap(({ asked, bytes }) => {
    // Zeros are said by whoever has nothing to say.
    if (bytes.every((byte) => byte === 0)) return [];
    const isEcho = asked?.probe instanceof Uint8Array && Buffer.from(asked.probe).equals(bytes);
    const hinted = askable.filter((each) => each.context !== undefined && matchBytes(bytes, [each]).kind === 'match');
    return isEcho ? [echo] : hinted;
  });
}

/** Those whose usual ports this one looks like by at least so many digits and less than so many, the likest first; HTTP is asked anyway. */
export function alike(port: number, insideTls: boolean, least: number, below = Infinity): readonly Protocol[] {
  return askable
    .map((protocol) => {
      const ports = insideTls ? (protocol.overTls?.ports ?? []) : protocol.ports;
      return { protocol, digits: likenessToAny(port, ports) };
    })
    .filter(({ protocol, digits }) => digits >= least && digits < below && protocol !== http)
    .sort((a, b) => b.digits - a.digits)
    .map(({ protocol }) => protocol);
}

/**
 * Who is asked where nothing points to anybody, the likeliest first: those whose servers are known to take otherwise what was asked so
 * far come after all others, and among equals each has its turn. Where something was said that nobody knows, the others are left out:
 * who waits for a language of his own keeps silent.
 */
export function blindOrder(tried: readonly Tried[], insideTls: boolean): readonly Protocol[] {
  const seen = tried.map((each) => [each.asked?.name ?? 'tls', reactionOf(each)] as const);
  return blind
    .filter(({ overTls }) => !insideTls || overTls !== undefined)
    .map((protocol) => {
      const { takes = {} } = protocol;
      return { protocol, against: seen.filter(([asked, reaction]) => (takes[asked] ?? reaction) !== reaction).length };
    })
    .filter(({ against }) => against === 0 || !seen.some(([, reaction]) => reaction === 'answers'))
    .sort((a, b) => a.against - b.against)
    .map(({ protocol }) => protocol);
}

function reactionOf({ bytes, hungUp }: Tried): Reaction {
  if (bytes.length > 0) return 'answers';
  return hungUp ? 'closes' : 'waits';
}
