import type { Family } from '../model/address.js';
import type { FindingCode } from '../model/finding-codes.js';
import type { State } from '../model/observation.js';
import type { Outcome, Snapshot } from '../model/snapshot.js';
import type { ServiceRule } from './policy.js';
import { vantageSide, type VantageSide } from './vantage-side.js';

/** What a rule asks of a port as this vantage sees it. `undecidable`: one cannot tell on which side of a restriction it stands. */
export type Expectation = 'open' | 'not-open' | 'undecidable';

const bySide: Readonly<Record<VantageSide, Expectation>> = {
  inside: 'open',
  outside: 'not-open',
  unclear: 'undecidable',
};

export function expectationOf(rule: ServiceRule, vantage: Snapshot['vantage'], family: Family): Expectation {
  switch (rule.exposure) {
    case 'public':
      return 'open';
    case 'local-only':
    case 'absent':
      return 'not-open';
    case 'restricted':
      return bySide[vantageSide(rule, vantage, family)];
  }
}

/** One cell: what comes of a state where this was expected. */
export interface Cell {
  readonly outcome: Outcome;
  readonly code: FindingCode;
}

const unknown: Cell = { outcome: 'indeterminate', code: 'unknown' };

/** Unknown decides nothing, whatever was expected. */
export const truthTable: Readonly<Record<'open' | 'not-open', Readonly<Record<State | 'unknown', Cell>>>> = {
  open: {
    open: { outcome: 'pass', code: 'open' },
    closed: { outcome: 'fail', code: 'missing' },
    filtered: { outcome: 'fail', code: 'missing' },
    unknown,
  },
  'not-open': {
    open: { outcome: 'fail', code: 'exposed' },
    closed: { outcome: 'pass', code: 'closed' },
    filtered: { outcome: 'pass', code: 'filtered' },
    unknown,
  },
};
