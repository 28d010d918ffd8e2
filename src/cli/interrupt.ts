import { exitCodes } from './exit-code.js';

/**
 * Turns the first SIGINT or SIGTERM into an abort, so that what was seen is still written; the second one ends the process at
 * once. `release` gives the signals back.
 */
export function onInterrupt(say: (line: string) => void): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    say('interrupted: writing what was seen so far; once more to stop at once');
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return {
    signal: controller.signal,
    release() {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
    },
  };
}
