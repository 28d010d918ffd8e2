import type { LogFault } from '../../model/log-verdict.js';

/** A longer gap is not followed up: its records may all turn up behind, and still count as missing. */
const longest = 1_000_000;

/** Records that were passed over; they may still turn up behind. */
interface Gap {
  readonly from: number;
  readonly to: number;
  /** What was said of it. */
  readonly fault: LogFault;
  left: number;
  /** Which of them turned up; made when the first one does. */
  seen?: Uint8Array;
}

/** The gaps of a log. */
export interface Gaps {
  open(from: number, to: number, fault: LogFault): void;
  /** Whether a record that turned up was missing until now; and the fault that falls, where it was the last one of its gap. */
  fill(seq: number): { readonly wasMissing: boolean; readonly closed?: LogFault };
}

export function gapsOfLog(): Gaps {
  const gaps: Gap[] = [];
  return {
    open(from, to, fault) {
      gaps.push({ from, to, fault, left: to - from + 1 });
    },
    fill(seq) {
      const at = gaps.findIndex(({ from, to, seen }) => seq >= from && seq <= to && seen?.[seq - from] !== 1);
      const gap = gaps[at];
      if (gap === undefined) return { wasMissing: false };
      const length = gap.to - gap.from + 1;
      if (length > longest) return { wasMissing: true };
      gap.seen ??= new Uint8Array(length);
      gap.seen[seq - gap.from] = 1;
      gap.left -= 1;
      if (gap.left > 0) return { wasMissing: true };
      gaps.splice(at, 1);
      return { wasMissing: true, closed: gap.fault };
    },
  };
}
