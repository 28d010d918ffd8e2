import { everyPort, type PortIndex } from './port-index.js';

/**
 * When silence means anything. A silent probe counts if the address answered a probe that was sent no later, and one that was sent
 * no earlier, with no canary lost in between. Each port needs as many of them as the loss calls for, or it stays unknown.
 */
export interface SilenceLog {
  /** Which of the counts is whose. */
  readonly index: PortIndex;
  /** Silent packets to each port that count so far. */
  readonly counts: Uint8Array;
  /** Of these, the ones that wait for a later answer, in the order of their time-outs. */
  pending: { readonly port: number; readonly sentAt: number; readonly packets: number }[];
  /** When the first of the probes was sent that have been answered since the address was last in doubt. */
  aliveFrom: number;
  /** When the canary was sent that was lost last: an answer to anything older says nothing about the time since. */
  doubtedAt: number;
}

/** Probes sent this close together count as sent at once, in milliseconds. */
const simultaneous = 100;

export function createSilenceLog(index: PortIndex = everyPort): SilenceLog {
  return {
    index,
    counts: new Uint8Array(index.size),
    pending: [],
    aliveFrom: Number.POSITIVE_INFINITY,
    doubtedAt: Number.NEGATIVE_INFINITY,
  };
}

/** A probe of this port went unanswered: so many packets, since a kernel sends its SYN again by itself. */
export function noteSilence(log: SilenceLog, port: number, sentAt: number, packets = 1): void {
  if (sentAt < log.aliveFrom - simultaneous) return;
  const slot = log.index.of(port);
  log.counts[slot] = Math.min(255, (log.counts[slot] ?? 0) + packets);
  log.pending.push({ port, sentAt, packets });
}

/** The address answered a probe that was sent then. */
export function noteAlive(log: SilenceLog, sentAt: number): void {
  if (sentAt < log.doubtedAt) return;
  log.aliveFrom = Math.min(log.aliveFrom, sentAt);
  const later = log.pending.findIndex((silent) => silent.sentAt > sentAt);
  if (later !== 0) log.pending.splice(0, later < 0 ? log.pending.length : later);
}

/** A canary sent then did not answer: whatever has been silent since the last answer may have been so for the same reason. */
export function doubtSilence(log: SilenceLog, canarySentAt: number): void {
  for (const { port, packets } of log.pending) {
    const slot = log.index.of(port);
    log.counts[slot] = Math.max(0, (log.counts[slot] ?? 0) - packets);
  }
  log.pending = [];
  log.aliveFrom = Number.POSITIVE_INFINITY;
  log.doubtedAt = Math.max(log.doubtedAt, canarySentAt);
}

/** Whether the silence of this port is proved, as far as silence can be: by as many packets as are wanted. */
export function isProvedSilent(log: SilenceLog, port: number, wanted: number): boolean {
  return silentProbes(log, port) >= wanted;
}

/** How many silent packets to this port count. */
export function silentProbes(log: SilenceLog, port: number): number {
  return log.counts[log.index.of(port)] ?? 0;
}
