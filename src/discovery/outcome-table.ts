import type { Outcome } from './outcome.js';

/** One outcome per port in one byte each: a scan of 65,535 ports costs 64 KiB, not 65,535 objects. */
export interface OutcomeTable {
  get(port: number): Outcome | undefined;
  set(port: number, outcome: Outcome): void;
}

/** More kinds of outcome than the table has codes for share the last one: no more than 254 differ in practice. */
const mostKinds = 254;

export function createOutcomeTable(): OutcomeTable {
  const codes = new Uint8Array(65536);
  const kinds: Outcome[] = [];
  const codeByKey = new Map<string, number>();

  const codeOf = (outcome: Outcome): number => {
    const key = outcome.kind === 'state' ? `${outcome.state}/${outcome.reason}` : `${outcome.code}/${outcome.message}`;
    const known = codeByKey.get(key);
    if (known !== undefined) return known;
    if (kinds.length < mostKinds) kinds.push(outcome);
    codeByKey.set(key, kinds.length);
    return kinds.length;
  };

  return {
    get: (port) => kinds[(codes[port] ?? 0) - 1],
    set(port, outcome) {
      codes[port] = codeOf(outcome);
    },
  };
}
