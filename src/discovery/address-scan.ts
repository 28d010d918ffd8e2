import type { Address } from '../model/address.js';
import { type CanaryWatch, createCanaryWatch } from './canary.js';
import { isAnswer } from './outcome.js';
import { createHandshakeTimes, type HandshakeTimes } from './handshake-times.js';
import { createLosses, type Losses } from './loss.js';
import type { OriginCheck } from './origin-check.js';
import { createOutcomeTable, type OutcomeTable } from './outcome-table.js';
import type { PortIndex } from './port-index.js';
import { placeInQueue } from './probe-order.js';
import { createRefusalTimes, type RefusalTimes } from './refusal-times.js';
import type { RoundTrip, TimeoutLimits } from './round-trip.js';
import { createSilenceLog, type SilenceLog } from './silence.js';
import { openWindow, type Window } from './window.js';

/** What is to be done at every address alike. Times in milliseconds. */
export interface AddressPlan {
  /** The ports asked for, in the order in which they are probed, but for where each address starts. */
  readonly ports: Uint16Array;
  /** How many of these, at the front, come first at every address. */
  readonly leading: number;
  /** Where in the order an address starts: an integer from 0, unlike its neighbours'. */
  readonly startOf: (address: Address) => number;
  readonly isAsked: (port: number) => boolean;
  /** Ports that are still probed on an address where every port accepts. */
  readonly hasPriority: (port: number) => boolean;
  /** True where another connection would count against us at the service; such ports are canaries of last resort. */
  readonly punishes: (address: Address, port: number) => boolean;
  /** Ports where nothing can be expected to listen: if these accept, everything does. */
  readonly randomControls: readonly number[];
  /** Ports, asked for or not, that are likely to answer: tried when no port asked for has answered. */
  readonly likelyToAnswer: readonly number[];
  /** Numbers all ports above. */
  readonly index: PortIndex;
  /** How often silence is probed again at least before it is believed, and at most. */
  readonly repeats: number;
  readonly mostRepeats: number;
  /** The chance of a missed open port that the repeats are to bring it under, each time for one endpoint. */
  readonly missTarget: number;
  /** True where a probe leaves a handshake half open, so that no service hears of it. */
  readonly isHalfOpen: boolean;
  /** Pause before silence is probed again. */
  readonly spacing: number;
  readonly timeouts: TimeoutLimits;
  readonly initialWindow: number;
  readonly maximumWindow: number;
  /** Probes under way at once over all addresses of this plan. */
  readonly totalWindow: number;
}

/**
 * Why a probe is sent: for the endpoint itself; to learn whether everything accepts; to find something that answers; to see
 * during the scan (`pulse`) and at its end (`canary`) that the address still answers; to learn whether anyone has the address; to
 * learn whether refusals come from the host (`origin`).
 */
export type Purpose = 'endpoint' | 'random-control' | 'hunt' | 'pulse' | 'canary' | 'neighbour' | 'origin';

export interface Probe {
  readonly scan: AddressScan;
  readonly port: number;
  readonly purpose: Purpose;
  readonly sentAt: number;
  /** In the time that the engine ran, without its standstills, once it is sent. */
  deadline: number;
  /** Calls it off; undefined once it is over. Who sends the probe sets it: one record a probe, since there are millions. */
  abandon: (() => void) | undefined;
}

/** The state of one address's scan. Pure: it is told what happened and when, and says what to probe next. */
export interface AddressScan {
  readonly address: Address;
  readonly plan: AddressPlan;
  readonly outcomes: OutcomeTable;
  readonly canaries: CanaryWatch;
  silence: SilenceLog;
  readonly handshakes: HandshakeTimes;
  readonly refusals: RefusalTimes;
  /** Set where refusals came suspiciously early, once that is looked into. */
  origin: OriginCheck | undefined;
  stage: 'rounds' | 'linger' | 'neighbour' | 'canaries' | 'origin' | 'done';
  round: number;
  /** Packets that must have gone unanswered before silence is believed, by what is known of the loss; and the rounds that takes. */
  silenceWanted: number;
  repeats: number;
  /** How probes fared that went to ports of this address which are known to accept, or to refuse. */
  readonly losses: Losses;
  /** Likewise of its neighbours and itself: what one of them alone could not tell of the path that they share. */
  readonly pathLosses: Losses;
  /** Rounds beyond the repeats asked for, because some silence was worth nothing. */
  extraRounds: number;
  /** Ports that were silent before and answered in this round: that silence was loss. */
  lossesInRound: number;
  /** A canary was asked after this round. */
  askedAfterRound: boolean;
  queue: Uint16Array;
  cursor: number;
  readonly start: number;
  /** Probes that go before the queue. */
  readonly urgent: { readonly port: number; readonly purpose: Purpose }[];
  notBefore: number;
  inFlight: number;
  window: Window;
  roundTrip: RoundTrip | undefined;
  /** The shortest round trip seen: what is far above it is queueing, mostly our own. */
  fastest: number;
  /** Probes so far. */
  sent: number;
  /** At least one probe left this machine. */
  hasSent: boolean;
  answered: boolean;
  hunted: boolean;
  lingered: boolean;
  /** Endpoint probes that this machine refused to send, in a row. */
  localFailures: number;
  randomControlsStarted: boolean;
  randomControlsAccepted: number;
  randomControlsSettled: number;
  /** On a link of ours, EHOSTUNREACH came back: no neighbour has the address. */
  neighbourMissing: boolean;
  /** On a link of ours, and it is not known yet whether anybody has the address. */
  doubtsNeighbour: boolean;
  lastShrink: number;
  lastGrowth: number;
  lastCoast: number;
  /** Ports asked for that will not be probed again. */
  decided: number;
  /** Waits in the engine for its turn. */
  isInTurn: boolean;
}

export function startAddressScan(
  address: Address,
  plan: AddressPlan,
  now: number,
  pathLosses: Losses = createLosses(),
): AddressScan {
  return {
    address,
    plan,
    outcomes: createOutcomeTable(plan.index),
    canaries: createCanaryWatch(now),
    silence: createSilenceLog(plan.index),
    handshakes: createHandshakeTimes(),
    refusals: createRefusalTimes(plan.index),
    origin: undefined,
    stage: 'rounds',
    round: 0,
    silenceWanted: plan.repeats + 1,
    repeats: plan.repeats,
    losses: createLosses(),
    pathLosses,
    extraRounds: 0,
    lossesInRound: 0,
    askedAfterRound: false,
    queue: plan.ports,
    cursor: 0,
    start: plan.startOf(address),
    urgent: [],
    notBefore: now,
    inFlight: 0,
    window: openWindow(plan.initialWindow, plan.initialWindow, plan.maximumWindow),
    roundTrip: undefined,
    fastest: Number.POSITIVE_INFINITY,
    sent: 0,
    hasSent: false,
    answered: false,
    hunted: false,
    lingered: false,
    localFailures: 0,
    randomControlsStarted: false,
    randomControlsAccepted: 0,
    randomControlsSettled: 0,
    neighbourMissing: false,
    doubtsNeighbour: false,
    lastShrink: Number.NEGATIVE_INFINITY,
    lastGrowth: Number.NEGATIVE_INFINITY,
    lastCoast: now,
    decided: 0,
    isInTurn: false,
  };
}

const shareThatIsEverything = 0.9;

/** Every port accepts, also those that nothing listens on. */
export function acceptsEverything(scan: AddressScan): boolean {
  const controls = scan.plan.randomControls.length;
  return (
    controls > 0 &&
    scan.randomControlsSettled >= controls &&
    scan.randomControlsAccepted >= Math.ceil(controls * shareThatIsEverything)
  );
}

/** Accepted or refused: no repeat can make that any surer. */
export function isSettledFor(scan: AddressScan, port: number): boolean {
  const outcome = scan.outcomes.get(port);
  return outcome !== undefined && isAnswer(outcome);
}

/** The port whose turn it is at this point of the queue. */
export function portInTurn({ queue, plan, start }: AddressScan, turn: number): number {
  return queue[placeInQueue(turn, queue.length, plan.leading, start)] ?? 0;
}

/** How many ports are done: those that answered, and the others in proportion to the rounds they have been through. */
export function portsDone({ plan, decided, round, repeats, cursor, queue }: AddressScan): number {
  const share = (round + cursor / Math.max(1, queue.length)) / (repeats + 1);
  return decided + Math.floor((plan.ports.length - decided) * Math.min(1, share));
}
