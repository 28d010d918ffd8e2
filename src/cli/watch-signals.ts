import type { Bell } from '../watch/bell.js';

/** What ended a watch from outside. */
export interface WatchControl {
  readonly stop: AbortSignal;
  /** True after SIGINT, which a person sends; SIGTERM is how a service is ended. */
  wasInterrupted(): boolean;
  release(): void;
}

/** SIGTERM and SIGINT end the watch, the second one the process at once; SIGHUP rings. */
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
  const onHangup = () => {
    say('SIGHUP: reading the policy and the notifiers anew, once no run is under way');
    reload.ring();
  };
  const release = () => {
    process.off('SIGINT', end);
    process.off('SIGTERM', end);
    process.off('SIGHUP', onHangup);
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  process.on('SIGHUP', onHangup);
  return { stop: controller.signal, wasInterrupted: () => isInterrupted, release };
}
