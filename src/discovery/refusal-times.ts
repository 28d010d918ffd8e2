import { everyPort, type PortIndex } from './port-index.js';

/**
 * The least time that each port of one address took to refuse, in milliseconds. One byte a port, on a logarithmic scale that is
 * rounded up, by 4.5 % at most: a refusal never looks sooner than it was. Nothing is held before the first refusal.
 */
export interface RefusalTimes {
  note(port: number, milliseconds: number): void;
  /** Infinity where the port has not refused. */
  get(port: number): number;
}

const stepsPerDoubling = 16;

export function createRefusalTimes(index: PortIndex = everyPort): RefusalTimes {
  let codes: Uint8Array | undefined;
  return {
    note(port, milliseconds) {
      codes ??= new Uint8Array(index.size);
      const code = Math.min(255, 1 + Math.ceil(stepsPerDoubling * Math.log2(1 + Math.max(0, milliseconds))));
      const slot = index.of(port);
      const known = codes[slot] ?? 0;
      if (known === 0 || code < known) codes[slot] = code;
    },
    get(port) {
      const code = codes?.[index.of(port)] ?? 0;
      return code === 0 ? Number.POSITIVE_INFINITY : 2 ** ((code - 1) / stepsPerDoubling) - 1;
    },
  };
}
