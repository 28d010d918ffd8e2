import type { Bell } from '../../watch/bell.js';
import type { WatchSignals } from '../../watch/watch.js';

/** What a watch is told from outside. */
export interface WatchControl extends WatchSignals {
  /** True after SIGINT, which a person sends; SIGTERM is how a service is ended. */
  wasInterrupted(): boolean;
  release(): void;
}

/**
 * SIGHUP rings. To be called before all else: until then it ends the process, and service managers take that for a clean end. Gives what
 * puts an end to it.
 */
export function ringOnHangup(reload: Bell, say: (line: string) => void): () => void {
  const onHangup = () => {
    say('SIGHUP: reading the policy and the notifiers anew, once no run is under way');
    reload.ring();
  };
  process.on('SIGHUP', onHangup);
  return () => {
    process.off('SIGHUP', onHangup);
  };
}

/** SIGTERM and SIGINT end the watch, the second one the process at once. */
export function watchSignals(reload: Bell, say: (line: string) => void): WatchControl {
  const controller = new AbortController();
  let isInterrupted = false;
  const end = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      release();
      process.kill(process.pid, name);
      return;
    }
    isInterrupted = name === 'SIGINT';
    say(`${name}: ending; once more to end at once`);
    controller.abort();
  };
  const release = () => {
    process.off('SIGINT', end);
    process.off('SIGTERM', end);
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  return { stop: controller.signal, reload, wasInterrupted: () => isInterrupted, release };
}
