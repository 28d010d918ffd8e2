import type { AddressScan } from './address-scan.js';

/** Whose turn it is: the scans that may have a probe due, each once. Round robin is fair, and the politest order. */
export interface Turns {
  /** Puts a scan at the end, unless it waits already. */
  add(scan: AddressScan): void;
  /** The next in turn, taken out; undefined where none waits. */
  take(): AddressScan | undefined;
}

/** Taken entries are dropped in bulk, so that taking one does not move all others. */
const compactAfter = 1024;

export function createTurns(): Turns {
  let queue: AddressScan[] = [];
  let head = 0;
  return {
    add(scan) {
      if (scan.isInTurn) return;
      scan.isInTurn = true;
      queue.push(scan);
    },
    take() {
      const scan = queue[head];
      if (scan === undefined) return undefined;
      head += 1;
      if (head >= compactAfter && head * 2 >= queue.length) {
        queue = queue.slice(head);
        head = 0;
      }
      scan.isInTurn = false;
      return scan;
    },
  };
}
