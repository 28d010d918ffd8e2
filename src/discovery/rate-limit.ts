/** A token bucket: so many probes a second, with at most a twentieth of a second's worth at once. */
export interface RateLimit {
  allows(now: number): boolean;
  spend(): void;
}

/** `rate` in probes a second; undefined for no limit. */
export function createRateLimit(rate: number | undefined, now: number): RateLimit {
  if (rate === undefined) return { allows: () => true, spend: () => undefined };
  const burst = Math.max(1, rate / 20);
  let tokens = burst;
  let filledAt = now;
  return {
    allows(at) {
      tokens = Math.min(burst, tokens + ((at - filledAt) * rate) / 1000);
      filledAt = at;
      return tokens >= 1;
    },
    spend() {
      tokens -= 1;
    },
  };
}
