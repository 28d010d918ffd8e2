import { ExposcanError } from '../model/errors.js';
import type { Family } from '../model/address.js';
import type { BoundTo, Listener, ListingFormat } from '../model/listener.js';
import type { Line } from './lines.js';

/**
 * What a row says of the families of a socket that is bound to every address or to a name, as the listing's own words:
 * what they mean may depend on other rows (see `families.ts`).
 */
export type FamilyWord =
  | 'ipv4'
  | 'ipv6-only'
  | 'ipv6'
  | 'dual-stack'
  | 'either'
  | 'ss-star'
  | 'linux-tcp'
  | 'bsd-tcp'
  | 'bsd-tcp6'
  | 'solaris-tcp6';

/** What one row tells about how all rows of its kind are to be read. */
export type Clue = 'ss-tells-families' | 'ss-old' | 'linux-tcp6' | 'bsd-tcp4' | 'bsd-tcp6' | 'solaris-tcp4';

/** One listening socket as a row shows it. */
export interface Socket extends Pick<Listener, 'bound' | 'port' | 'process' | 'pid' | 'user' | 'container' | 'line'> {
  readonly bound: BoundTo;
  /** The family of the address that is shown, where one is. */
  readonly family?: Family;
  readonly word: FamilyWord;
}

/** What was made of one line: its listeners, none where it shows something else (a connection, UDP), and why it could not be read. */
export interface Reading {
  readonly format: ListingFormat;
  readonly sockets: readonly Socket[];
  readonly clues?: readonly Clue[];
  readonly unread?: string;
}

/** Reads the row that begins at `lines[at]`; undefined where it is no row of this reader's format, or not a whole one. */
export type RowReader = (lines: readonly Line[], at: number) => Reading | undefined;

/** The states of TCP that are not LISTEN, in every spelling met (`TIME_WAIT`, `TIME-WAIT`, `ESTAB`, `FIN_WAIT1`, `IDLE`). */
const otherStates =
  /^(?:ESTAB|ESTABLISHED|SYN[-_]SENT|SYN[-_]RECV|SYN[-_]RCVD|SYN[-_]RECEIVED|FIN[-_]WAIT[-_]?[12]|TIME[-_]WAIT|CLOSE|CLOSED|CLOSE[-_]WAIT|LAST[-_]ACK|CLOSING|UNCONN|BOUND|IDLE|NEW[-_]SYN[-_]RECV|DELETE[-_]PENDING)$/;

export function isOtherState(word: string): boolean {
  return otherStates.test(word);
}

/** The states in which a socket that is not listening has no far end; a connection always has one. */
export function isIdleState(word: string): boolean {
  return /^(?:CLOSED?|UNCONN|BOUND|IDLE)$/.test(word);
}

export const maxListeners = 100_000;

export function tooManyListeners(): ExposcanError {
  return new ExposcanError(
    'ERR_LISTING_INVALID',
    'The listing shows more than 100,000 listeners, which no host has. Give the listing of one host.',
  );
}
