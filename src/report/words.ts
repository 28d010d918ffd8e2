import type { ObserverCode } from '../model/errors.js';
import { countPorts, parseRanges } from '../model/ports.js';
import { number } from '../model/quantity.js';

/** Makes text from outside safe for the medium, and no longer than so many characters. */
export type Quote = (text: string, limit: number) => string;

/** Why an endpoint is unknown, in words that follow "unknown: ". */
const codeWords: Readonly<Record<ObserverCode, string>> = {
  ERR_NAME_NOT_FOUND: 'the name does not exist',
  ERR_LOOKUP_FAILED: 'the name could not be looked up',
  ERR_FAMILY_NOT_SCANNED: 'this family was not scanned',
  ERR_EXCLUDED: 'excluded from the scan',
  ERR_NO_ROUTE: 'no route from here',
  ERR_LOCAL: 'this machine refused to send',
  ERR_NO_NEIGHBOUR: 'no neighbour on this link answers for it',
  ERR_NEVER_ANSWERED: 'never answered',
  ERR_CANARY_LOST: 'answered at first, then went silent',
  ERR_LOSSY: 'answers kept getting lost',
  ERR_CONTROL_FAILED: 'this vantage may be cut off from the port',
  ERR_NOT_FROM_HOST: 'refused by something nearer than the host',
  ERR_RESOURCES: 'this machine ran out of sockets',
  ERR_SELF_CONNECT: 'the probe connected to itself',
  ERR_ACCEPTS_EVERYTHING: 'every port accepts',
  ERR_CANCELLED: 'the scan was stopped first',
};

export function wordsOfCode(code: ObserverCode): string {
  return codeWords[code];
}

const shownPortList = 60;

/** `port 22`, `ports 22,80`, `all ports`, or how many there are. */
export function formatPortList(ports: string): string {
  if (ports === '1-65535') return 'all ports';
  const ranges = parseRanges(ports);
  if (countPorts(ranges) === 1) return `port ${ports}`;
  return ports.length <= shownPortList ? `ports ${ports}` : `${number(countPorts(ranges))} ports`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}

/** The first `most` of them, and how many more there are. */
export function bounded(items: readonly string[], most: number): string {
  const more = items.length - most;
  return more > 0 ? `${items.slice(0, most).join(', ')} and ${number(more)} more` : listed(items);
}
