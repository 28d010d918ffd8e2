/**
 * How many probes may be under way at once: TCP's congestion window (RFC 5681) with probes for segments.
 * Doubles per round trip until the first loss, then grows by about one per round trip, halves on loss.
 */
export interface Window {
  readonly size: number;
  /** Below this the window doubles; above it, it creeps. */
  readonly threshold: number;
  readonly maximum: number;
}

const minimum = 4;

export function openWindow(initial: number, maximum: number): Window {
  return { size: Math.max(minimum, Math.min(initial, maximum)), threshold: maximum, maximum };
}

/** `answers` probes came back. */
export function growWindow(window: Window, answers = 1): Window {
  const step = window.size < window.threshold ? answers : answers / window.size;
  return { ...window, size: Math.min(window.maximum, window.size + step) };
}

/** Something that should have come back did not, or this machine ran short of something. */
export function shrinkWindow(window: Window): Window {
  const half = Math.max(minimum, window.size / 2);
  return { ...window, size: half, threshold: half };
}
