/**
 * Turns the first SIGINT, SIGTERM or SIGHUP into an abort, so that what was seen is still written; the second one ends the process at
 * once. `release` gives the signals back.
 */
export function onInterrupt(say: (line: string) => void): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) {
      endAtOnce();
      return;
    }
    say('interrupted: writing what was seen so far; once more to stop at once');
    controller.abort();
  };
  const release = () => {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    process.off('SIGHUP', interrupt);
  };
  /**
   * By the signal itself, which a shell reports as 130: `process.exit` would first wait for calls that nothing can cancel, a name
   * lookup or a pipe that nobody reads.
   */
  const endAtOnce = () => {
    release();
    process.kill(process.pid, 'SIGINT');
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  process.on('SIGHUP', interrupt);
  return {
    signal: controller.signal,
    release,
  };
}
