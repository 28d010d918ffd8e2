/** Smoothed round trip of one address, after RFC 6298. Milliseconds throughout. */
export interface RoundTrip {
  readonly smoothed: number;
  readonly variation: number;
}

/** RFC 6298, section 2: alpha = 1/8, beta = 1/4. */
export function addSample(estimate: RoundTrip | undefined, sample: number): RoundTrip {
  if (estimate === undefined) return { smoothed: sample, variation: sample / 2 };
  return {
    variation: 0.75 * estimate.variation + 0.25 * Math.abs(estimate.smoothed - sample),
    smoothed: 0.875 * estimate.smoothed + 0.125 * sample,
  };
}

export interface TimeoutLimits {
  /** Waited at least this long: a scheduler's hiccup on either side is no silence. */
  readonly minimum: number;
  /** Waited before the first answer tells the round trip (RFC 6298, section 2.1: one second). */
  readonly initial: number;
  readonly maximum: number;
}

export const defaultTimeouts: TimeoutLimits = { minimum: 200, initial: 1000, maximum: 3000 };

/**
 * How long to wait for an answer. Repeats wait longer: twice as long each before anything has answered, as RFC 6298, section
 * 5.5, backs off; by half as much each once the round trip is known, since it holds the variation already.
 */
export function timeoutFor(estimate: RoundTrip | undefined, repeat: number, limits: TimeoutLimits): number {
  const wanted = estimate === undefined ? limits.initial * 2 ** repeat : expectedWithin(estimate) * (1 + repeat / 2);
  return Math.min(limits.maximum, Math.max(limits.minimum, wanted));
}

/** Nearly every answer comes within this time (RFC 6298, section 2.3); 0 where nothing is known. */
export function expectedWithin(estimate: RoundTrip | undefined): number {
  return estimate === undefined ? 0 : estimate.smoothed + 4 * estimate.variation;
}
