import type { Namespace } from '../namespace.js';

/** What one port of a daemon must be named. */
export interface Proof {
  readonly port: number;
  /** As a snapshot has it: `https` where `http` is inside TLS. */
  readonly name: string;
  /** Absent where the bytes prove none. */
  readonly product?: RegExp;
  /** It tells strangers its version. */
  readonly tellsVersion?: true;
  /** Other names that are as right, as other scanners have them. */
  readonly alsoCalled?: readonly string[];
  readonly tunnel?: 'tls';
}

/** A real server, from Debian's packages, that proves protocols. */
export interface LabDaemon {
  readonly name: string;
  /** The Debian package that has it, and whose version it tells, or that version. */
  readonly package: string | { readonly version: string };
  readonly proves: readonly Proof[];
  /** Starts it on every address of the namespace; resolves once it is up. */
  readonly start: (namespace: Namespace, directory: string) => Promise<unknown>;
}
