import type { Family } from './address.js';
import type { Severity } from './severity.js';

/** What a policy says of some ports of one host, and why; as `exposcan policy explain` shows it. */
export interface Explanation {
  readonly format: 'exposcan-explanation';
  readonly version: 1;
  readonly policy: { readonly name: string; readonly file: string };
  /** As it was asked for. */
  readonly host: string;
  /** The entries that speak of the host, the most specific first. None: the policy declares nothing of it. */
  readonly entries: readonly ExplainedEntry[];
  /** Where the defaults stand, which decide what no entry does. */
  readonly defaults: readonly ExplainedPlace[];
  /**
   * For a name: the entries for addresses and blocks, which may speak of its addresses besides. For an address: those for names and
   * patterns, which speak of it too where it is scanned by such a name.
   */
  readonly otherEntries: readonly ExplainedEntry[];
  /** How old a snapshot may be, in milliseconds; undefined where nothing is declared. */
  readonly maxAge: ExplainedSetting<number> | undefined;
  /** What becomes of weaknesses of TLS that no rule speaks of: `report`, `ignore` or `require` for each; undefined where nothing is declared. */
  readonly tls: ExplainedSetting<Readonly<Record<string, string>>> | undefined;
  readonly ports: readonly ExplainedPort[];
}

/** Where something stands in a policy file; line and column count from 1. */
export interface ExplainedPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A setting, and where it is stated; undefined: nowhere, it is the built-in default. */
export interface ExplainedSetting<T> {
  readonly value: T;
  readonly statedAt: ExplainedPlace | undefined;
}

/** By what an entry speaks of a host, the most specific first. */
export const specificities = ['address', 'name', 'pattern', 'block', 'any'] as const;
export type Specificity = (typeof specificities)[number];

export interface ExplainedEntry {
  readonly kind: 'host' | 'group';
  /** The host as it is written, or the name of the group. */
  readonly name: string;
  /** The host, or that member of the group, which speaks of the host in question. */
  readonly member: string;
  readonly specificity: Specificity;
  readonly place: ExplainedPlace;
  /** Through how many files its own is included; 0 for the policy file itself. */
  readonly included: number;
  /** Why it comes after the entry before it; undefined for the first. */
  readonly yieldsFor: YieldReason | undefined;
}

/** The first of these in which two entries differ puts one before the other. */
export type YieldReason =
  'less-specific' | 'fewer-letters' | 'larger-block' | 'group-after-host' | 'included' | 'later';

export interface ExplainedRule {
  /** `3306/tcp mysql local-only` */
  readonly text: string;
  readonly place: ExplainedPlace;
  /** The name of its entry; undefined for a rule of the defaults. */
  readonly entry: string | undefined;
  readonly ports: string;
  readonly service: string | undefined;
  readonly exposure: string;
  /** Who may reach it; empty unless it is restricted. */
  readonly from: readonly string[];
  readonly family: Family | undefined;
  readonly product: string | undefined;
  readonly minVersion: readonly string[];
  readonly tls:
    | {
        readonly required: boolean;
        readonly minVersion: string | undefined;
        readonly daysToExpiry: number | undefined;
      }
    | undefined;
  readonly accept: readonly string[];
  readonly severity: Severity | undefined;
  readonly owner: string | undefined;
  readonly reason: string | undefined;
  readonly ticket: string | undefined;
  /** What its author has left blank: while there is any, the rule cannot pass. */
  readonly blanks: readonly string[];
}

/** Why a rule that could speak of a port does not: in the order in which it is looked at. */
export type LossReason = 'other-family' | 'less-specific-entry' | 'larger-range' | 'without-port';

/** A rule that speaks of the port where one of these services is found there, and no rule names the port. */
export interface ConditionalRule {
  readonly rule: ExplainedRule;
  readonly services: readonly string[];
  /** `outside`: only as seen from outside the sources of restricted rules about the same service. */
  readonly vantages: 'all' | 'outside';
}

/** What holds for one port on one family, or alike on both. */
export interface ExplainedFamily {
  readonly families: readonly Family[];
  /** The rule that names the port and decides; undefined: none names it. */
  readonly rule: ExplainedRule | undefined;
  readonly losing: readonly { readonly rule: ExplainedRule; readonly why: LossReason }[];
  /** Where no rule names the port: the rules that would speak of it by the service that is found there. */
  readonly ifFound: readonly ConditionalRule[];
  /** Likewise the rule that speaks of it by the port's number, where the wire does not tell what answers. */
  readonly byNumber: ExplainedRule | undefined;
  /** False: the policy does not ask for this family, and what is not open on it is not judged. */
  readonly required: ExplainedSetting<boolean>;
}

export interface ExplainedPort {
  readonly port: number;
  /** What the port's number stands for; a guess from a table. */
  readonly usualService: string | undefined;
  /** One where both families say the same, or the host has only one. */
  readonly families: readonly ExplainedFamily[];
  /** What holds where no rule speaks of the port. */
  readonly unlisted: ExplainedSetting<'deny' | 'review'>;
  /** Whether it must have been observed, a rule apart. */
  readonly observed: ExplainedSetting<'required' | 'as-scanned' | 'not-required'>;
  readonly exception: ExplainedException | undefined;
}

export interface ExplainedException {
  readonly place: ExplainedPlace;
  readonly owner: string;
  readonly reason: string;
  readonly ticket: string | undefined;
  /** The last day (UTC) on which it holds. */
  readonly expires: string;
  readonly state: 'holds' | 'lapsed';
}
