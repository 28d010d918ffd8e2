import { everyPort, type PortIndex } from './port-index.js';

/**
 * When silence means anything. A silent probe counts if the address answered a probe that was sent no later, and one that was sent
 * no earlier, with no canary lost in between. Each port needs as many of them as it is probed, or it stays unknown.
 */
export interface SilenceLog {
  /** Which of the counts is whose. */
  readonly index: PortIndex;
  /** Silent probes of each port that count so far. */
  readonly counts: Uint8Array;
  /** Of these, the ones that wait for a later answer, in the order of their time-outs. */
  pending: { readonly port: number; readonly sentAt: number }[];
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

/** A probe of this port went unanswered. */
export function noteSilence(log: SilenceLog, port: number, sentAt: number): void {
  if (sentAt < log.aliveFrom - simultaneous) return;
  const slot = log.index.of(port);
  log.counts[slot] = Math.min(255, (log.counts[slot] ?? 0) + 1);
  log.pending.push({ port, sentAt });
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
  for (const { port } of log.pending) {
    const slot = log.index.of(port);
    log.counts[slot] = Math.max(0, (log.counts[slot] ?? 0) - 1);
  }
  log.pending = [];
  log.aliveFrom = Number.POSITIVE_INFINITY;
  log.doubtedAt = Math.max(log.doubtedAt, canarySentAt);
}

/** Whether the silence of this port is proved, as far as silence can be: by its first probe and all repeats. */
export function isProvedSilent(log: SilenceLog, port: number, repeats: number): boolean {
  return silentProbes(log, port) > repeats;
}

/** How many silent probes of this port count. */
export function silentProbes(log: SilenceLog, port: number): number {
  return log.counts[log.index.of(port)] ?? 0;
}
