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
  const codeByKey = new Map<string, number>();
  // Nearly all outcomes are one of a few constants.
  let [lastOutcome, lastCode]: [ProbeOutcome | undefined, number] = [undefined, 0];

  const codeOf = (outcome: ProbeOutcome): number => {
    if (outcome !== lastOutcome) [lastOutcome, lastCode] = [outcome, lookUp(outcome)];
    return lastCode;
  };

  const lookUp = (outcome: ProbeOutcome): number => {
    const key = outcome.kind === 'state' ? `${outcome.state}/${outcome.reason}` : `${outcome.code}/${outcome.message}`;
    const known = codeByKey.get(key);
    if (known !== undefined) return known;
    if (kinds.length >= mostKinds) throw new RangeError(`more than ${mostKinds} kinds of outcome at one address`);
    kinds.push(outcome);
    codeByKey.set(key, kinds.length);
    return kinds.length;
  };

  return {
    get: (port) => kinds[(codes[index.of(port)] ?? 0) - 1],
    set(port, outcome) {
      codes[index.of(port)] = codeOf(outcome);
    },
  };
}
