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

/** Where something stands in its policy file; both count from 1. */
export interface SourcePosition {
  readonly line: number;
  readonly column: number;
}

/** The declared intent for one or many hosts, as read from one YAML file. Plain data; nothing in it is checked again later. */
export interface Policy {
  readonly version: 1;
  readonly name: string;
  /** The file that it was read from, as it was named; messages and findings point into it. */
  readonly file: string;
  /** At least one; no two for the same name, address or block. */
  readonly hosts: readonly HostPolicy[];
}

/** What a host entry speaks of. `any` (`host: "*"`) is whatever is scanned that no other entry speaks of. */
export type HostPattern =
  | { readonly kind: 'any' }
  /** Lower case, without a final dot. Matches a target typed as that name, with all its addresses. */
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'address'; readonly address: Address }
  | { readonly kind: 'block'; readonly range: AddressRange };

export interface HostPolicy {
  readonly position: SourcePosition;
  readonly pattern: HostPattern;
  /** The pattern as it is written. */
  readonly host: string;
  /** What must have been observed for the policy to be decided. `as-scanned`: whatever the scan asked for. */
  readonly ports: readonly PortRange[] | 'as-scanned';
  /** Likewise; undefined: both, as far as the host has addresses of both. */
  readonly families: readonly Family[] | undefined;
  readonly unlisted: UnlistedMode;
  readonly services: readonly ServiceRule[];
  readonly exceptions: readonly PolicyException[];
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

export interface ServiceRule extends Accountability {
  readonly position: SourcePosition;
  /** Merged; no port is in two rules of one host. Empty: the rule holds wherever the service is found. */
  readonly ports: readonly PortRange[];
  /** IANA service name; undefined: whatever answers there. Never undefined where `ports` is empty. */
  readonly service: string | undefined;
  readonly exposure: Exposure;
  /** Not empty exactly where the exposure is `restricted`. */
  readonly from: readonly AllowedSource[];
  readonly product: string | undefined;
  /** Dotted numbers, with a `p` suffix where the product uses one: `9.2p1`. */
  readonly minVersion: string | undefined;
  readonly severity: Severity | undefined;
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
