import type { Family } from '../../model/address.js';
import type { FindingCode } from '../../model/finding-codes.js';
import type { State } from '../../model/observation.js';
import type { Outcome } from '../../model/snapshot.js';
import type { Vantage } from '../resolution/vantage.js';
import type { AcceptedState, Exposure, ServiceRule } from '../policy.js';
import { vantageSide, type VantageSide } from '../resolution/vantage-side.js';

/** What a rule asks of a port as a vantage sees it. `undecidable`: one cannot tell on which side of a restriction it stands. */
export type Expectation = 'open' | 'not-open' | 'undecidable';

const bySide: Readonly<Record<VantageSide, Expectation>> = {
  inside: 'open',
  outside: 'not-open',
  unclear: 'undecidable',
};

/** `side` matters to `restricted` only. */
export function expectationOnSide(exposure: Exposure, side: VantageSide): Expectation {
  switch (exposure) {
    case 'public':
      return 'open';
    case 'local-only':
    case 'absent':
      return 'not-open';
    case 'restricted':
      return bySide[side];
  }
}

export function expectationOf(rule: ServiceRule, vantage: Vantage, family: Family): Expectation {
  if (rule.exposure !== 'restricted') return expectationOnSide(rule.exposure, 'outside');
  return expectationOnSide(rule.exposure, vantageSide(rule, vantage, family));
}

/** One cell: what comes of a state where this was expected. */
export interface Cell {
  readonly outcome: Outcome;
  readonly code: FindingCode;
}

/** What is known of a port: its state, or why there is none. */
export type Knowledge = State | 'unknown' | 'stale' | 'not-covered';

/** What nobody could see decides nothing, whatever was expected. */
const undecided: Readonly<Record<'unknown' | 'stale' | 'not-covered', Cell>> = {
  unknown: { outcome: 'indeterminate', code: 'unknown' },
  stale: { outcome: 'indeterminate', code: 'stale' },
  'not-covered': { outcome: 'indeterminate', code: 'not-covered' },
};

const cells: Readonly<Record<'open' | 'not-open', Readonly<Record<Knowledge, Cell>>>> = {
  open: {
    open: { outcome: 'pass', code: 'open' },
    closed: { outcome: 'fail', code: 'missing' },
    filtered: { outcome: 'fail', code: 'missing' },
    ...undecided,
  },
  'not-open': {
    open: { outcome: 'fail', code: 'exposed' },
    closed: { outcome: 'pass', code: 'closed' },
    filtered: { outcome: 'pass', code: 'filtered' },
    ...undecided,
  },
};

/** Silence, where the rule takes a refusal for proof and nothing else. */
const notProved: Cell = { outcome: 'indeterminate', code: 'not-proved' };

/** One cannot tell on which side of a restriction the vantage stands, so what it saw decides nothing about the rule. */
export const sideUnclear: Cell = { outcome: 'indeterminate', code: 'vantage-unclear' };

/** A side of a restriction from which nobody looked. */
export const sideLacking: Cell = { outcome: 'indeterminate', code: 'vantage-lacking' };

/** The one table by which every port with a rule is judged. `accept`: what the rule takes as proof that a port is not open. */
export function cellOf(expectation: 'open' | 'not-open', knowledge: Knowledge, accept: readonly AcceptedState[]): Cell {
  if (expectation === 'not-open' && knowledge === 'filtered' && !accept.includes('filtered')) return notProved;
  return cells[expectation][knowledge];
}
