import { setMaxListeners } from 'node:events';

/**
 * A signal of the scan's own that follows the caller's. Every service that is being identified listens to it, so it must not
 * warn about many listeners, and the caller's must not gather them. `release` stops following.
 */
export function followSignal(caller: AbortSignal | undefined): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const abort = () => {
    controller.abort(caller?.reason);
  };
  if (caller?.aborted === true) abort();
  caller?.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    release() {
      caller?.removeEventListener('abort', abort);
    },
  };
}
