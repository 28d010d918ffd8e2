/** How long the services of one host take to greet, and so how long a silent port of the same host is worth waiting for. */
export interface GreetingTimes {
  /** A service spoke unasked, so long after its connection was there. */
  note(milliseconds: number): void;
  /** The longest that a greeting is waited for; undefined while too few were heard to tell. */
  bound(roundTripMs: number): number | undefined;
}

const fewest = 3;
const leastMs = 500;
/** Greetings that are made by looking something up take several times as long as others of the same host. */
const timesSlowest = 10;
const timesRoundTrip = 5;

export function createGreetingTimes(): GreetingTimes {
  let heard = 0;
  let slowest = 0;
  return {
    note(milliseconds) {
      heard += 1;
      slowest = Math.max(slowest, milliseconds);
    },
    bound: (roundTripMs) =>
      heard < fewest ? undefined : Math.max(leastMs, timesSlowest * slowest, timesRoundTrip * roundTripMs),
  };
}
