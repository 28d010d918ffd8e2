import type { ProbeOutcome } from './outcome.js';
import { everyPort, type PortIndex } from './port-index.js';

/** One outcome per port in one byte each: a scan of 65,535 ports costs 64 KiB, not 65,535 objects. */
export interface OutcomeTable {
  get(port: number): ProbeOutcome | undefined;
  set(port: number, outcome: ProbeOutcome): void;
}

/** What one byte can tell apart, beside nothing. States and error codes are few. */
const mostKinds = 255;

export function createOutcomeTable(index: PortIndex = everyPort): OutcomeTable {
  const codes = new Uint8Array(index.size);
  const kinds: ProbeOutcome[] = [];
  // Nearly all outcomes are one of a few constants.
  let [lastOutcome, lastCode]: [ProbeOutcome | undefined, number] = [undefined, 0];

  const codeOf = (outcome: ProbeOutcome): number => {
    if (outcome !== lastOutcome) [lastOutcome, lastCode] = [outcome, lookUp(outcome)];
    return lastCode;
  };

  const lookUp = (outcome: ProbeOutcome): number => {
    const known = kinds.findIndex((kind) => isSame(kind, outcome));
    if (known >= 0) return known + 1;
    if (kinds.length >= mostKinds) throw new RangeError(`more than ${mostKinds} kinds of outcome at one address`);
    return kinds.push(outcome);
  };

  return {
    get: (port) => kinds[(codes[index.of(port)] ?? 0) - 1],
    set(port, outcome) {
      codes[index.of(port)] = codeOf(outcome);
    },
  };
}

function isSame(a: ProbeOutcome, b: ProbeOutcome): boolean {
  if (a.kind === 'state') return b.kind === 'state' && a.state === b.state && a.reason === b.reason;
  return b.kind === 'unknown' && a.code === b.code && a.message === b.message;
}
