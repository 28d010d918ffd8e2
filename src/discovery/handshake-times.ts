/** How long the accepted handshakes of one address took, in milliseconds. */
export interface HandshakeTimes {
  /** The least of all: a busy machine sees an answer late, never early, so this is the nearest to the true round trip. */
  least: number;
  /** The least of each port, for some of them. */
  byPort: Map<number, number> | undefined;
}

/** As many ports as are remembered as canaries. */
const remembered = 16;
/**
 * From here on, the answer may be to a second SYN or itself be sent a second time, so that nothing is measured by it: systems do either
 * after a second (RFC 6298, section 2.1; for why such samples do not count, its section 3). In milliseconds.
 */
export const secondSyn = 1000;

export function createHandshakeTimes(): HandshakeTimes {
  return { least: Number.POSITIVE_INFINITY, byPort: undefined };
}

export function noteHandshake(times: HandshakeTimes, port: number, milliseconds: number): void {
  if (milliseconds >= secondSyn) return;
  times.least = Math.min(times.least, milliseconds);
  const byPort = (times.byPort ??= new Map<number, number>());
  const known = byPort.get(port);
  if (known !== undefined || byPort.size < remembered) byPort.set(port, Math.min(known ?? milliseconds, milliseconds));
}

/** The port that accepted soonest, out of those that may be asked; undefined where there is none. */
export function quickestPort(times: HandshakeTimes, may: (port: number) => boolean): number | undefined {
  const [quickest] = [...(times.byPort ?? [])].filter(([port]) => may(port)).sort((a, b) => a[1] - b[1]);
  return quickest?.[0];
}
