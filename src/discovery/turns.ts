import type { AddressScan } from './address-scan.js';

/**
 * Whose turn it is: the scans that may have a probe due, each once. Round robin is fair, and the politest order; but addresses that
 * answer and those that have not yet take turns as groups, so that a thousand dead ones do not hold up a live one.
 */
export interface Turns {
  /** Puts a scan at the end, unless it waits already. */
  add(scan: AddressScan): void;
  /** The next in turn, taken out; undefined where none waits. */
  take(): AddressScan | undefined;
}

export function createTurns(): Turns {
  const answered = createQueue();
  const silent = createQueue();
  let isForSilent = false;
  return {
    add(scan) {
      if (scan.isInTurn) return;
      scan.isInTurn = true;
      (scan.answered ? answered : silent).add(scan);
    },
    take() {
      isForSilent = !isForSilent;
      const scan = isForSilent ? (silent.take() ?? answered.take()) : (answered.take() ?? silent.take());
      if (scan !== undefined) scan.isInTurn = false;
      return scan;
    },
  };
}

/** Taken entries are dropped in bulk, so that taking one does not move all others. */
const compactAfter = 1024;

function createQueue() {
  let queue: AddressScan[] = [];
  let head = 0;
  return {
    add(scan: AddressScan) {
      queue.push(scan);
    },
    take(): AddressScan | undefined {
      const scan = queue[head];
      if (scan === undefined) return undefined;
      head += 1;
      if (head >= compactAfter && head * 2 >= queue.length) {
        queue = queue.slice(head);
        head = 0;
      }
      return scan;
    },
  };
}
