import type { Address, Family } from './address.js';

/** Where a listener is bound, as the host's own listing says it. */
export type BoundTo =
  /** Every address: `*`, `0.0.0.0`, `::`. */
  | { readonly kind: 'any' }
  | { readonly kind: 'loopback' }
  /** One address that is not loopback. `interface`: the zone or device that the listing gives beside it (`fe80::1%eth0`). */
  | { readonly kind: 'address'; readonly address: Address; readonly interface?: string }
  /** Every address of one device (`0.0.0.0%virbr0`). */
  | { readonly kind: 'interface'; readonly interface: string }
  /** A name that the listing shows in an address's place. `truncated`: its end was cut off by the column's width. */
  | { readonly kind: 'name'; readonly name: string; readonly truncated: boolean };

/** One TCP listener, as the host itself reports it. */
export interface Listener {
  readonly bound: BoundTo;
  /** The families on which it surely accepts. */
  readonly families: readonly Family[];
  /**
   * The families on which it may accept, and the listing does not tell: IPv4 for a socket bound to `::` where it is not said whether
   * it is dual-stack. No family is in both lists.
   */
  readonly maybeFamilies: readonly Family[];
  readonly port: number;
  readonly process?: string;
  readonly pid?: number;
  readonly user?: string;
  /** The container whose port is published here, and the port inside it. */
  readonly container?: { readonly name: string; readonly port: number };
  /** Where in the listing it stands, counted from 1, for messages. */
  readonly line: number;
}

/** The forms of listing that can be read. */
export const listingFormats = [
  'ss',
  'netstat-linux',
  'netstat-bsd',
  'netstat-windows',
  'netstat-solaris',
  'lsof',
  'sockstat',
  'pfiles',
  'docker-ps',
] as const;
export type ListingFormat = (typeof listingFormats)[number];

/** What the host says of itself: every TCP listener that could be read, and what could not. */
export interface Listing {
  /** Every form that was met; a transcript may hold several. */
  readonly formats: readonly ListingFormat[];
  readonly listeners: readonly Listener[];
  /**
   * Lines that look like a TCP listener and could not be understood whole. They must never be passed over: while there are
   * any, nothing can be called absent.
   */
  readonly unread: readonly { readonly line: number; readonly text: string; readonly why: string }[];
  /**
   * True unless some part of the listing proves that it shows every TCP listener of the host: by the command above it, or by its
   * column headings, which a filter would have taken away. A listing of one process or one port (`lsof -p`, `| grep mysql`),
   * of containers, or of bare rows is partial: what is missing from it may exist.
   */
  readonly partial: boolean;
}
