/** What there is to know of how one protocol is identified: for people who want to know what a scan does to their servers. */
export interface ProtocolSheet {
  /** IANA service name. */
  readonly name: string;
  /** Usual ports, plain. */
  readonly ports: readonly number[];
  /** Its name and usual ports inside TLS from the first byte. */
  readonly overTls?: { readonly name: string; readonly ports: readonly number[] };
  readonly recognisedBy: string;
  /** What makes the server speak; absent where it speaks first, or is never spoken to. The name of the target stands in it as `NAME`. */
  readonly sent?: Uint8Array;
  /** What is asked after a greeting that leaves something open; absent where nothing is. */
  readonly thenAsked?: Uint8Array;
  /** What is said before leaving; absent where nothing is. */
  readonly farewell?: Uint8Array;
  /** What a visit leaves in the server's log as it comes. */
  readonly logs: string;
  /** It counts or punishes visitors who do not log in: one connection per endpoint and scan. */
  readonly punishes: boolean;
  /** What takes harm from what it is sent: nothing is sent to its ports, and to controllers only where that is asked for. */
  readonly harmedBy?: 'printer' | 'controller';
  /** Where the bytes come from that it is tested with. */
  readonly sources: readonly string[];
}
