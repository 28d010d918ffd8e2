import type { Clock } from '../net/clock.js';

/** Wakes whoever waits; rung while nobody does, it wakes the next at once. */
export interface Bell {
  ring(): void;
  /** Whether it was rung since it was last asked or waited for. */
  wasRung(): boolean;
  /** Resolves after this many milliseconds, when the bell rings, or when the signal fires. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export function createBell(clock: Clock): Bell {
  let isRung = false;
  let wake: (() => void) | undefined;
  const take = () => {
    const was = isRung;
    isRung = false;
    return was;
  };
  return {
    ring() {
      isRung = true;
      wake?.();
    },
    wasRung: take,
    wait(milliseconds, signal) {
      if (signal.aborted || isRung) return Promise.resolve();
      return new Promise((resolve) => {
        const end = () => {
          wake = undefined;
          cancel();
          signal.removeEventListener('abort', end);
          resolve();
        };
        const cancel = clock.after(milliseconds, end);
        wake = end;
        signal.addEventListener('abort', end);
      });
    },
  };
}
