import { type Clock, systemClock } from '../net/clock.js';
import type { ScanProgress } from '../scan/scan.js';
import { widthOf } from './terminal.js';

/** One line about how far a scan is: done of total, rate, open so far, time left. `elapsed` in milliseconds. */
export function formatProgress(progress: ScanProgress, elapsed: number): string {
  const { total, decided, probes, open, identifying } = progress;
  const seconds = elapsed / 1000;
  const share = total === 0 ? 0 : decided / total;
  const parts = [
    `${decided.toLocaleString('en')} of ${total.toLocaleString('en')} endpoints (${Math.floor(share * 100)} %)`,
    `${Math.round(probes / Math.max(seconds, 0.001)).toLocaleString('en')} probes/s`,
    `${open} open`,
  ];
  if (identifying > 0) parts.push(`${identifying} being identified`);
  const left = timeLeft(share, seconds);
  if (left !== undefined) parts.push(left);
  return parts.join(', ');
}

/** Silence is decided last, all at once, so little can be said before a good part is through. */
function timeLeft(share: number, seconds: number): string | undefined {
  if (share < 0.05 || share >= 1 || seconds < 2) return undefined;
  const left = Math.ceil((seconds * (1 - share)) / share);
  return left >= 120 ? `about ${Math.ceil(left / 60)} min left` : `about ${left} s left`;
}

interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const terminalInterval = 250;
const logInterval = 15_000;

/**
 * Shows progress until the returned function is called: one line that redraws itself on a terminal, a line now and then elsewhere
 * and on a dumb terminal.
 */
export function showProgress(
  stream: ProgressStream,
  read: () => ScanProgress,
  isDumb = false,
  clock: Clock = systemClock,
): () => void {
  const startedAt = clock.now();
  const line = () => formatProgress(read(), clock.now() - startedAt);
  if (stream.isTTY !== true || isDumb) return repeat(clock, logInterval, () => stream.write(`exposcan: ${line()}\n`));
  const stop = repeat(clock, terminalInterval, () => stream.write(`\r\x1b[K${line().slice(0, widthOf(stream) - 1)}`));
  return () => {
    stop();
    stream.write('\r\x1b[K');
  };
}

function repeat(clock: Clock, interval: number, act: () => void): () => void {
  let cancel: () => void;
  const onTime = () => {
    cancel = clock.after(interval, onTime);
    act();
  };
  cancel = clock.after(interval, onTime);
  return () => {
    cancel();
  };
}
