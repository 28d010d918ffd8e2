import type { Family } from './address.js';
import type { PortRange } from './ports.js';
import type { Severity } from './snapshot.js';

/** One rule of a policy that says that something should not run at all, as far as the host's own listing can judge it. */
export interface DeclaredAbsence {
  /** The rule, with its place in the policy. */
  readonly rule: string;
  /** What was scanned, and the rule speaks of. */
  readonly host: string;
  readonly service: string | undefined;
  readonly families: readonly Family[];
  readonly ports: readonly PortRange[];
  /**
   * The rule names a service and no port, and these are its usual ones: what listens there is taken for it, and where nothing
   * does, it may still run on another.
   */
  readonly isByName: boolean;
  readonly severity: Severity;
  readonly owner: string | undefined;
  readonly reason: string | undefined;
}
