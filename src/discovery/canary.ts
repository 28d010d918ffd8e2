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
  /** Pulses so far. */
  pulses: number;
  /** Of these, the ones that made a service's connection. */
  acceptedPulses: number;
  /** Pulses that went unanswered, in a row, and when the first of these was sent. */
  lostPulses: number;
  lostSince: number;
  /** When the latest probe was sent that the address answered. */
  lastAnswered: number;
  /** The scan of the address waits to see whether it comes back. */
  suspended: boolean;
  /** Up to four that can be asked without harm, refused ports first: they cost the host nothing. */
  harmless(punishes: (port: number) => boolean): number[];
  /** Those, or where there is none, one that counts connections. */
  choose(punishes: (port: number) => boolean): number[];
}

const remembered = 16;
const asked = 4;
/**
 * Milliseconds between pulses. What costs the host one packet is asked often, since each pulse is a sample of the loss; a real service
 * only while the window opens, then seldom, then no more.
 */
export const quickInterval = 10;
const serviceInterval = 100;
const openingPulses = 40;
const seldomInterval = 1000;
const mostServicePulses = 48;

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
    pulses: 0,
    acceptedPulses: 0,
    lostPulses: 0,
    lostSince: now,
    lastAnswered: now,
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

/** What may be asked of a host's services while it is scanned. */
interface PulseManners {
  readonly punishes: (port: number) => boolean;
  /** No service hears of a probe. */
  readonly isHalfOpen: boolean;
  /** Ports that refuse are worth asking. */
  readonly refusesReliably: boolean;
}

/**
 * The port to probe now, so that pacing has something to go by while all else is silent; undefined where none is due or none can be
 * asked without harm. Where it costs nothing, ports that accept and ports that refuse are asked in turn: a host may limit its refusals.
 */
export function duePulse(
  watch: CanaryWatch,
  now: number,
  { punishes, isHalfOpen, refusesReliably }: PulseManners,
): number | undefined {
  const since = now - watch.lastPulse;
  if (since < quickInterval) return undefined;
  const refused = turnOf(watch.refused, watch.pulses);
  const accepted = turnOf(isHalfOpen ? watch.accepted : watch.accepted.filter((port) => !punishes(port)), watch.pulses);
  const isAcceptedNext = isHalfOpen && watch.pulses % 2 === 0;
  const port = isAcceptedNext || !refusesReliably ? (accepted ?? refused) : (refused ?? accepted);
  if (port === undefined || (port === accepted && !isHalfOpen && !isServiceDue(watch, since))) return undefined;
  watch.lastPulse = now;
  watch.pulses += 1;
  if (port === accepted && !isHalfOpen) watch.acceptedPulses += 1;
  return port;
}

function isServiceDue({ acceptedPulses }: CanaryWatch, since: number): boolean {
  const interval = acceptedPulses < openingPulses ? serviceInterval : seldomInterval;
  return acceptedPulses < mostServicePulses && since >= interval;
}

function turnOf(ports: readonly number[], turn: number): number | undefined {
  return ports[(turn >> 1) % Math.max(1, ports.length)];
}
