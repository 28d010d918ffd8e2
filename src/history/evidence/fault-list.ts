import type { LogFault } from '../../model/log-verdict.js';

/** More than this many show nothing that these do not. */
const mostFaults = 100;

/** Collects faults in order, the first ones where there are very many. A fault can still be put otherwise, or taken back, later. */
export interface FaultList {
  /** False where there are too many to keep it. */
  add(fault: LogFault): boolean;
  replace(fault: LogFault, by: LogFault): void;
  remove(fault: LogFault): void;
  readonly found: readonly LogFault[];
  readonly leftOut: number;
}

export function faultList(): FaultList {
  const found: LogFault[] = [];
  let leftOut = 0;
  return {
    add(fault) {
      if (found.length < mostFaults) return found.push(fault) > 0;
      leftOut += 1;
      return false;
    },
    replace(fault, by) {
      const at = found.indexOf(fault);
      if (at !== -1) found[at] = by;
    },
    remove(fault) {
      const at = found.indexOf(fault);
      if (at !== -1) found.splice(at, 1);
    },
    found,
    get leftOut() {
      return leftOut;
    },
  };
}
