import type { Service } from '../model/observation.js';
import type { StartTls } from './start-tls.js';

/** What a matcher proved about the service; the protocol's own name is used where `name` is left out. */
export type ServiceFacts = { readonly [Fact in keyof ProvenFacts]: ProvenFacts[Fact] | undefined };

/** The facts that there are, without those that are undefined or empty. */
export type ProvenFacts = Omit<Partial<Service>, 'method' | 'tunnel'>;

/** What a parser made of the bytes so far. `more`: so far it fits, and too little has come to be sure. */
export type Parsed =
  | {
      readonly kind: 'match';
      readonly facts: ServiceFacts;
      /** It is this protocol for certain, and what is still to come may tell more about it. */
      readonly growing?: true;
      /** The server answered in the clear that it wants to be spoken to inside TLS. */
      readonly wantsTls?: true;
      /** It says by itself whether it would upgrade to TLS. */
      readonly offersTls?: boolean;
    }
  | { readonly kind: 'more' }
  | { readonly kind: 'no' };

/**
 * Recognises a protocol in the bytes that a server sent first, or sent in answer to this protocol's probe.
 *
 * `pattern` runs over the first 4 KiB read as Latin-1 (one character a byte); its named groups
 * `product`, `version`, `extraInfo` and `hostname` become facts, with `facts` laid over them.
 * It must be linear-time, and must not match before everything that it captures has come: it starts with `^`, what is
 * repeated without end is one class that cannot also match what follows it (`[^\r\n]*\r\n`), and everything vaguer has a
 * bound (`[^\r\n]{0,200}Postfix`). No look-around, no back-references. The contract test holds every pattern to that.
 * `parse` is pure, reads through a bounded reader, and never throws.
 */
export type Matcher =
  | {
      readonly pattern: RegExp;
      readonly facts?: (groups: Readonly<Record<string, string | undefined>>) => ServiceFacts;
    }
  | { readonly parse: (bytes: Uint8Array) => Parsed };

/** Real wire bytes, and exactly what they prove. */
export interface Example {
  /** Where the bytes come from: a capture of which server, or which document they were built from. */
  readonly from: string;
  readonly bytes: Uint8Array;
  readonly service: ServiceFacts & { readonly name: string };
}

/** What a server does with a question that is not its own: says something, hangs up, or waits for the rest of it. */
export type Reaction = 'answers' | 'closes' | 'waits';

/** What to ask once more, on a connection of its own, after an answer that leaves something open. */
export interface FollowUp {
  /** `host` is the name that the target was given by, or its address. */
  readonly probe: (host: string) => Uint8Array;
  /** All that is known after this answer; undefined where it adds nothing. */
  readonly read: (answer: Uint8Array) => ServiceFacts | undefined;
}

/** What to ask on the same connection, once, after a greeting that proves the protocol and tells less than there is to know. */
export interface Question {
  /** Whether a greeting, all of it that was read, leaves the question open. */
  readonly when: (facts: ProvenFacts, greeting: Uint8Array) => boolean;
  /** Sent before any authentication; it changes nothing at the server, and counts as no error there. */
  readonly write: Uint8Array;
  /** Reads all that has come since; what it proves is laid over the facts of the greeting. `no`: an answer, and none that tells anything. */
  readonly read: (answer: Uint8Array, facts: ProvenFacts) => Parsed;
  /** Greetings that leave it open, the answer (`bytes`), and all that is known then. */
  readonly examples: readonly (Example & { readonly greeting: Uint8Array })[];
}

/** Everything that is known about one protocol. */
export interface Protocol {
  /** IANA service name. */
  readonly name: string;
  /** Usual ports, plain. */
  readonly ports: readonly number[];
  /** Its name and usual ports inside TLS from the first byte; absent where it is not spoken so. */
  readonly overTls?: { readonly name: string; readonly ports: readonly number[] };
  /** Inside TLS its servers may have no certificate. Only on its ports are they offered to go without: elsewhere that could hide one. */
  readonly anonymousTls?: true;
  /** How it is asked to upgrade to TLS; absent where it cannot, `not-asked` where asking counts against us. */
  readonly startTls?: StartTls | 'not-asked';
  /** What to send to make it speak, with the name that the target was given by where that matters; absent where the server speaks first. */
  readonly probe?: Uint8Array | ((serverName: string | undefined) => Uint8Array);
  /** It answers its probe only once our side of the connection is closed, so that nothing can be said after it. */
  readonly halfCloses?: true;
  readonly matchers: readonly Matcher[];
  /** The question that its greeting may leave open. */
  readonly asks?: Question;
  /** The question that is left open by an answer (all of it that was read), if there is one. It must change nothing at the server. */
  readonly followUp?: (answer: Uint8Array, facts: ProvenFacts, port: number) => FollowUp | undefined;
  readonly examples: readonly Example[];
  /** Bytes that look alike and are not this protocol. */
  readonly negatives: readonly { readonly from: string; readonly bytes: Uint8Array }[];
  /**
   * Where its bytes count, if they are too few or too plain to prove it everywhere: in answer to its own probe (`asked`), or there and on
   * its usual ports (`port`). Such a protocol is not looked for in anything else.
   */
  readonly context?: 'asked' | 'port';
  /** Its turn among what is asked on a port whose number suggests nothing, 1 first; absent where it is not asked there. */
  readonly blindTurn?: number;
  /**
   * How its servers take what others are asked: a TLS handshake (`tls`), or the probe of the protocol of that name. Only where it was
   * measured, and where different servers agree, as far as there are several. It orders what is asked on such a port, and excludes nothing.
   */
  readonly takes?: Readonly<Record<string, Reaction>>;
  /** What takes harm from what it is sent: printers print it, controllers of machines have been seen to stop. Nothing is sent to its ports. */
  readonly harmedBy?: 'printer' | 'controller';
  /** For people: how it is recognised, and what a visit leaves in the server's log as it comes (`exposcan protocols`). */
  readonly about: { readonly recognisedBy: string; readonly logs: string };
  /** What to say before leaving, so that the server logs an orderly end. */
  readonly farewell?: Uint8Array;
  /** The server counts or punishes unfinished connections: at most one per endpoint and scan. */
  readonly punishes?: boolean;
}
