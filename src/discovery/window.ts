/**
 * How many probes may be under way at once: TCP's congestion window (RFC 5681) with probes for segments.
 * Doubles per round trip until the first loss, then grows by about one per round trip, halves on loss.
 */
export interface Window {
  readonly size: number;
  /** Below this the window doubles; above it, it creeps. */
  readonly threshold: number;
  /** Loss does not shrink it below this: a host that limits its refusals must not stop the scan. */
  readonly minimum: number;
  readonly maximum: number;
}

export function openWindow(initial: number, minimum: number, maximum: number): Window {
  const size = Math.max(1, Math.min(initial, maximum));
  return { size, threshold: maximum, minimum: Math.min(minimum, size), maximum };
}

/** `answers` probes came back. */
export function growWindow(window: Window, answers = 1): Window {
  const step = window.size < window.threshold ? answers : answers / window.size;
  return { ...window, size: Math.min(window.maximum, window.size + step) };
}

/** A probe that stands for a windowful of silent ones came back. */
export function growByWindowful(window: Window): Window {
  const step = window.size < window.threshold ? window.size : window.size / 8;
  return { ...window, size: Math.min(window.maximum, window.size + step) };
}

/** Something that should have come back did not, or this machine ran short of something. */
export function shrinkWindow(window: Window): Window {
  const half = Math.max(window.minimum, window.size / 2);
  return { ...window, size: half, threshold: half };
}
