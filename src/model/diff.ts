import type { ObserverCode } from './errors.js';
import type { Reason, State } from './observation.js';
import type { OpenEntry, Verdict } from './snapshot.js';

/** Which snapshot one side of a comparison was. */
export interface DiffSide {
  readonly targets: readonly string[];
  readonly vantage: string;
  readonly startedAt: string;
  readonly complete: boolean;
  readonly verdict: Verdict;
}

type OpenService = OpenEntry['service'];

/** A state that is not open, and its evidence. */
interface NotOpenState {
  readonly state: Exclude<State, 'open'>;
  readonly reason: Reason;
}

interface OnEndpoint {
  readonly address: string;
  readonly port: number;
}

/** Many ports of one address, as `1-21,23` with their number. */
interface OnPorts {
  readonly address: string;
  readonly ports: string;
  readonly count: number;
}

/** An endpoint that both snapshots decided, and decided differently. */
export type StateChange =
  | (OnEndpoint & { readonly kind: 'opened'; readonly from: NotOpenState; readonly to: OpenService })
  | (OnEndpoint & { readonly kind: 'closed'; readonly from: OpenService; readonly to: NotOpenState })
  | (OnPorts & { readonly kind: 'became-filtered' | 'became-closed' });

/** An endpoint that both found open, and where something else answers. Only what both read off the wire is compared. */
export type ServiceChange =
  | (OnEndpoint & {
      readonly kind: 'service-changed' | 'version-changed';
      readonly from: OpenService;
      readonly to: OpenService;
    })
  | (OnEndpoint & {
      readonly kind: 'certificate-changed';
      readonly from: NonNullable<NonNullable<OpenEntry['tls']>['certificate']>;
      readonly to: NonNullable<NonNullable<OpenEntry['tls']>['certificate']>;
    });

/** A target's name led to this address in one snapshot and not in the other, where both looked it up. */
interface AddressChange {
  readonly kind: 'address-appeared' | 'address-vanished';
  readonly address: string;
  readonly target: string;
  /** Ports that were open there, in the snapshot that has the address; `80,443`. */
  readonly open: string;
}

/**
 * Endpoints that one snapshot decided and the other did not, so that nothing can be said of them.
 * `why`: the code of the side that did not observe them, or that they were not asked for there at all.
 * `open`: those among them that the other side saw open.
 */
export type CoverageChange =
  | (OnPorts & {
      readonly kind: 'coverage-lost' | 'coverage-gained';
      readonly why: ObserverCode | 'not-asked';
      readonly open: string;
    })
  | (OnEndpoint & {
      /** Open in both, and read off the wire in one only. */
      readonly kind: 'identification-lost' | 'identification-gained';
      readonly from: OpenService;
      readonly to: OpenService;
    });

export type Change = StateChange | ServiceChange | AddressChange | CoverageChange;

/** What differs between two snapshots, `from` the earlier and `to` the later, in order of address and port. */
export interface Diff {
  readonly from: DiffSide;
  readonly to: DiffSide;
  /** How many endpoints both decided, the same or not. */
  readonly compared: number;
  readonly changes: readonly Change[];
}

export type DiffOutcome = 'same' | 'different' | 'coverage-lost';

const notDifferences: readonly Change['kind'][] = [
  'coverage-lost',
  'coverage-gained',
  'identification-lost',
  'identification-gained',
];
const losses: readonly Change['kind'][] = ['coverage-lost', 'identification-lost'];

/**
 * What a comparison comes to: `different` where anything that both decided differs, else `coverage-lost` where something
 * that was observed before could not be observed again, or where there was nothing to compare, else `same`. A gain in
 * coverage alone is no difference.
 */
export function diffOutcome({ changes, compared }: Diff): DiffOutcome {
  if (changes.some(({ kind }) => !notDifferences.includes(kind))) return 'different';
  return compared === 0 || changes.some(({ kind }) => losses.includes(kind)) ? 'coverage-lost' : 'same';
}
