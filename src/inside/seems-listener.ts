import { isNobody, isWindowsNobody, readHost, splitAtColon, splitAtDot } from './endpoint.js';
import type { Line } from './lines.js';

/**
 * Whether a line of no known form looks like a TCP listener all the same: it has an address with a port, and beside it the word LISTEN
 * or a far end of nobody; or a published port that is not whole; or it breaks off behind a port of every address. Prose about ports
 * is not meant.
 */
export function seemsListener({ tokens, isCut }: Line): boolean {
  const saysListen = tokens.some((token) => /^\(?LISTEN(?:ING)?\)?$/.test(token));
  const isTcp = tokens.some((token) => /^tcp(?:4|6|46)?$/i.test(token));
  const isListening = saysListen || (isTcp && tokens.some((token) => isNobody(token) || isWindowsNobody(token)));
  return tokens.some((token) => {
    const arrow = token.indexOf('->');
    if (arrow > 0 && /^[\d/tcp,-]*$/.test(token.slice(arrow + 2))) return kindOf(token.slice(0, arrow)) !== undefined;
    const kind = kindOf(token);
    if (kind === undefined) return false;
    return isListening ? kind !== 'name' || token.includes(':') : isCut && kind === 'any' && /\d$/.test(token);
  });
}

/** Where an endpoint is bound, or undefined for what is none. */
function kindOf(token: string): string | undefined {
  const end = splitAtColon(token) ?? splitAtDot(token);
  if (end === undefined || !/^(?:\d[\d-]{0,10}|[a-z][\w-]*)$/.test(end.port)) return undefined;
  return readHost(end.host)?.bound.kind;
}
