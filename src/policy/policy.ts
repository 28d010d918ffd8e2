import type { Address, AddressRange, Family } from '../model/address.js';
import type { PortRange } from '../model/ports.js';
import type { Severity } from '../model/snapshot.js';

/**
 * What an owner can declare for a service.
 *
 * `public`: must be open to everyone. `restricted`: open to the sources under `from`, to nobody else. `local-only`: runs, for
 * the host itself only. `absent`: should not run at all; from outside it cannot be told from `local-only`, and both are kept
 * by a port that is not open.
 */
export const exposures = ['public', 'restricted', 'local-only', 'absent'] as const;
export type Exposure = (typeof exposures)[number];

/** `deny`: a port that no rule names must not be open. `review`: it is reported, not failed. */
export const unlistedModes = ['deny', 'review'] as const;
export type UnlistedMode = (typeof unlistedModes)[number];

/** The states that a rule can take as proof that a port is not exposed. */
export const acceptedStates = ['closed', 'filtered'] as const;
export type AcceptedState = (typeof acceptedStates)[number];

/** The versions of TLS that a rule can ask for, oldest first; written as OpenSSL and Node write them, without `TLSv`. */
export const tlsVersions = ['1.0', '1.1', '1.2', '1.3'] as const;
export type TlsVersion = (typeof tlsVersions)[number];

/**
 * What becomes of a weakness of TLS that no rule speaks of. `report`: it is told and does not count. `require`: it is a deviation.
 * `ignore`: nothing is said.
 */
export const tlsModes = ['report', 'ignore', 'require'] as const;
export type TlsMode = (typeof tlsModes)[number];

/**
 * The weaknesses of TLS that are looked for: certificates that have expired or soon will, versions below 1.2, a certificate that is
 * not for the target, and one that vouches for itself on a public service.
 */
export const tlsWeaknesses = ['expiry', 'versions', 'name', 'selfSigned'] as const;
export type TlsWeakness = (typeof tlsWeaknesses)[number];
export type TlsModes = Readonly<Record<TlsWeakness, TlsMode>>;

/** Where nobody says otherwise. Many a certificate that vouches for itself is meant to, and its users know it. */
export const usualTlsModes: TlsModes = { expiry: 'report', versions: 'report', name: 'report', selfSigned: 'ignore' };

/** Where something stands in a policy file; line and column count from 1. */
export interface SourcePosition {
  /** As it was named on the command line, or under `include` relative to where that stands. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The declared intent for one or many hosts, as read from a YAML file and what it includes. Nothing in it is checked again later. */
export interface Policy {
  readonly version: 1;
  readonly name: string;
  /** The file that it was read from, as it was named. */
  readonly file: string;
  /** It and every file that it includes, as they are named in positions. */
  readonly files: readonly string[];
  /** At least one; those of included files among them. */
  readonly entries: readonly PolicyEntry[];
  /** What holds where no entry says otherwise, the including file's before the included one's. */
  readonly defaults: readonly Settings[];
  /** How many days before its end an exception is warned about. */
  readonly warnDays: number;
  /** Source lists that no rule uses; a slip of the pen, for lint to point at. */
  readonly unusedVariables: readonly { readonly name: string; readonly position: SourcePosition }[];
}

/** What a host entry speaks of. */
export type HostPattern =
  /** `"*"`: whatever is scanned. */
  | { readonly kind: 'any' }
  /** Lower case, without a final dot. Matches a target typed as that name, with all its addresses. */
  | { readonly kind: 'name'; readonly name: string }
  /** `*.example.org`: names of as many labels; `**` at the start stands for any number of labels. */
  | { readonly kind: 'pattern'; readonly text: string; readonly labels: readonly string[] }
  | { readonly kind: 'address'; readonly address: Address }
  | { readonly kind: 'block'; readonly range: AddressRange };

/** One place that an entry speaks of: the pattern, as it is written, and where. */
export interface Member {
  readonly pattern: HostPattern;
  readonly text: string;
  readonly position: SourcePosition;
}

/** What an entry, or the defaults, say; undefined: nothing, so that a less specific entry decides. */
export interface Settings {
  readonly position: SourcePosition;
  /** What must have been observed for the policy to be decided. `as-scanned`: whatever the scan asked for. */
  readonly ports: readonly PortRange[] | 'as-scanned' | undefined;
  /** Likewise; what nobody states is both, as far as the host has addresses of both. */
  readonly families: readonly Family[] | undefined;
  readonly unlisted: UnlistedMode | undefined;
  /** Milliseconds; an older snapshot decides nothing. */
  readonly maxAge: number | undefined;
  /** What becomes of weaknesses of TLS that no rule speaks of. */
  readonly tls: TlsModes | undefined;
  readonly services: readonly ServiceRule[];
  readonly exceptions: readonly PolicyException[];
}

/** One entry under `hosts`: a host, or a group of them. */
export interface PolicyEntry extends Settings {
  readonly kind: 'host' | 'group';
  /** The host as it is written, or the group's name. */
  readonly name: string;
  /** One for a host. */
  readonly members: readonly Member[];
  /** How many files it was included through; 0 in the policy file itself. */
  readonly depth: number;
}

/** Who may reach a restricted service: everyone at a named vantage, or whoever sends from these addresses. */
export type AllowedSource =
  | { readonly kind: 'vantage'; readonly name: string }
  | { readonly kind: 'range'; readonly range: AddressRange; readonly text: string };

/** Who decided, and why: carried into the findings. */
export interface Accountability {
  readonly owner: string | undefined;
  readonly reason: string | undefined;
  readonly ticket: string | undefined;
}

/** What a rule asks of an open port's TLS. */
export interface TlsDemand {
  /** The service must speak inside TLS from the first byte, or have upgraded to it when asked. */
  readonly required: boolean;
  /** The least version that is to be negotiated with a client that offers all. */
  readonly minVersion: TlsVersion | undefined;
  /** For how many days more the certificate must be valid. */
  readonly daysToExpiry: number | undefined;
}

export interface ServiceRule extends Accountability {
  readonly position: SourcePosition;
  /** Merged. Empty: the rule holds wherever the service is found. */
  readonly ports: readonly PortRange[];
  /** IANA service name; undefined: whatever answers there. Never undefined where `ports` is empty. */
  readonly service: string | undefined;
  readonly exposure: Exposure;
  /** Not empty exactly where the exposure is `restricted`. */
  readonly from: readonly AllowedSource[];
  /** The one family that the rule speaks of; undefined: both. */
  readonly family: Family | undefined;
  readonly product: string | undefined;
  /** Versions as `versions.ts` compares them; any one of them is enough. */
  readonly minVersion: readonly string[];
  readonly tls: TlsDemand | undefined;
  /** What proves that the port is not exposed. */
  readonly accept: readonly AcceptedState[];
  readonly severity: Severity | undefined;
  /** `owner` and `reason` where they stand there and are empty, as a draft leaves them: the rule is not reviewed, and cannot pass. */
  readonly blanks: readonly string[];
}

/** Leave for one port to be open although the rules say otherwise, until the end of a day. */
export interface PolicyException {
  readonly position: SourcePosition;
  readonly port: number;
  readonly owner: string;
  readonly reason: string;
  readonly ticket: string | undefined;
  /** `2026-12-31`: the last day (UTC) on which it holds. */
  readonly expires: string;
}
