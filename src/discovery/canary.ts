import type { ProbeOutcome } from './outcome.js';

/** Endpoints of one address that are known to answer, and so tell whether its silence elsewhere means anything. */
export interface CanaryWatch {
  readonly refused: number[];
  readonly accepted: number[];
  /** One of them answered again after the last silence. */
  confirmed: boolean;
  /** How often they were asked since the scan of the address came to its end, or to a halt. */
  attempts: number;
  lastPulse: number;
  acceptedPulses: number;
  /** Pulses that went unanswered, in a row. */
  lostPulses: number;
  /** The scan of the address waits to see whether it comes back. */
  suspended: boolean;
  /** Up to four that can be asked without harm, refused ports first: they cost the host nothing. */
  harmless(punishes: (port: number) => boolean): number[];
  /** Those, or where there is none, one that counts connections. */
  choose(punishes: (port: number) => boolean): number[];
}

const remembered = 16;
const asked = 4;
/** Milliseconds between pulses; a real service is asked often only while the window opens, then seldom, then no more. */
const pulseInterval = 250;
const openingPulses = 8;
const seldomInterval = 1000;
const mostAcceptedPulses = 24;

export function createCanaryWatch(now: number): CanaryWatch {
  const refused: number[] = [];
  const accepted: number[] = [];
  const harmless = (punishes: (port: number) => boolean) =>
    [...refused.slice(0, 3), ...accepted.filter((port) => !punishes(port))].slice(0, asked);
  return {
    refused,
    accepted,
    confirmed: false,
    attempts: 0,
    lastPulse: now,
    acceptedPulses: 0,
    lostPulses: 0,
    suspended: false,
    harmless,
    choose(punishes) {
      const ports = harmless(punishes);
      return ports.length > 0 ? ports : accepted.slice(0, 1);
    },
  };
}

export function noteAnswer(watch: CanaryWatch, port: number, outcome: ProbeOutcome): void {
  if (outcome.kind !== 'state') return;
  const list = outcome.state === 'open' ? watch.accepted : watch.refused;
  if (list.length < remembered && !list.includes(port)) list.push(port);
}

/**
 * The port to probe now, so that pacing has something to go by while all else is silent; undefined where none is due or none
 * can be asked without harm.
 */
export function duePulse(watch: CanaryWatch, now: number, punishes: (port: number) => boolean): number | undefined {
  const refused = watch.refused[0];
  const accepted = watch.accepted.find((port) => !punishes(port));
  const isSeldom = refused === undefined && watch.acceptedPulses >= openingPulses;
  const interval = isSeldom ? seldomInterval : pulseInterval;
  if (now - watch.lastPulse < interval) return undefined;
  if (refused === undefined && (accepted === undefined || watch.acceptedPulses >= mostAcceptedPulses)) return undefined;
  watch.lastPulse = now;
  if (refused !== undefined) return refused;
  watch.acceptedPulses += 1;
  return accepted;
}
