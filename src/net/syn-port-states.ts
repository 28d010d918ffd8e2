/**
 * What has become of the probes to each port of one address: how many have been sent, and which of the latest sixteen were answered.
 * A number a port: attempts, above sixteen bits of answers.
 */
export interface PortStates {
  get(port: number): number;
  set(port: number, state: number): void;
}

/** From here on a table of all ports takes less space than a map. */
const many = 4096;

export function createPortStates(): PortStates {
  const few = new Map<number, number>();
  let all: Uint32Array | undefined;
  return {
    get: (port) => (all === undefined ? (few.get(port) ?? 0) : (all[port] ?? 0)),
    set(port, state) {
      if (all !== undefined) all[port] = state;
      else {
        few.set(port, state);
        if (few.size > many) {
          all = new Uint32Array(65_536);
          for (const [each, value] of few) all[each] = value;
          few.clear();
        }
      }
    },
  };
}

const slots = 16;
/** So that a state fits 31 bits: the engine keeps such integers without a box. */
const attemptMask = 0x7fff;

/** Which of the sixteen source ports an attempt uses. */
export function slotOf(attempt: number): number {
  return attempt % slots;
}

export function lastAttempt(state: number): number {
  return state >>> slots;
}

/** The attempt that has last used this slot. One that never was gives a number, too: only its cookie shows that. */
export function attemptAt(state: number, slot: number): number {
  const last = lastAttempt(state);
  return (last - ((last - slot) & (slots - 1))) & attemptMask;
}

/** Another attempt begins: its slot holds no answer any more. */
export function withAttempt(state: number): number {
  const attempt = (lastAttempt(state) + 1) & attemptMask;
  return (attempt << slots) | (state & 0xffff & ~(1 << slotOf(attempt)));
}

export function isAnswered(state: number, slot: number): boolean {
  return (state & (1 << slot)) !== 0;
}

export function withAnswer(state: number, slot: number): number {
  return state | (1 << slot);
}
