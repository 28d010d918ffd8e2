import type { Address } from '../model/address.js';
import type { ObserverCode } from '../model/errors.js';
import type { Reason } from '../model/observation.js';
import { type PortRange, rangesOf } from '../model/ports.js';
import { acceptsEverything, type AddressPlan, type AddressScan } from './address-scan.js';
import { isNearerProved, isTooSoon } from './origin.js';
import type { ProbeOutcome } from './outcome.js';
import { limitsRefusals, lossBound, lossOf } from './loss.js';
import { isProvedSilent, silentProbes } from './silence.js';

/** What a scan of one address amounts to; together the ports are exactly those asked for. */
export interface AddressReport {
  readonly address: Address;
  readonly open: readonly number[];
  readonly notOpen: readonly {
    state: 'closed' | 'filtered';
    reason: Reason;
    ports: readonly PortRange[];
    /** Of filtered ports: the chance that one of them is open and was missed, by the upper bound of the loss measured; null where none was. */
    missProbability?: number | null;
  }[];
  readonly unknown: readonly { code: ObserverCode; message: string; ports: readonly PortRange[] }[];
  readonly acceptsEverything: boolean;
  /** The host limits its refusals: what is filtered may as well be closed, but not open. */
  readonly limitsRefusals?: true;
  /** The least time that an accepted handshake took, in milliseconds; undefined where none was accepted in time to measure it. */
  readonly roundTrip?: number;
}

export const acceptsEverythingMessage = 'every port accepts here, also those that nothing listens on';

const cancelledMessage = 'the scan was stopped before this was decided';

/** By port number: why this vantage may be cut off from it, and whether by something that refuses in the host's name. */
export type ControlFailures = ReadonlyMap<number, { readonly message: string; readonly refused: boolean }>;

/** The report for an address that a cancelled scan never came to. */
export function reportUnstarted(address: Address, { ports }: AddressPlan): AddressReport {
  const unknown = [{ code: 'ERR_CANCELLED', message: cancelledMessage, ports: rangesOf(ports) }] as const;
  return { address, open: [], notOpen: [], unknown, acceptsEverything: false };
}

type Decision =
  | { readonly kind: 'open' }
  | { readonly kind: 'not-open'; readonly state: 'closed' | 'filtered'; readonly reason: Reason }
  | { readonly kind: 'unknown'; readonly code: ObserverCode; readonly message: string };

/**
 * Weighs what was seen. Silence and ICMP errors become `filtered` only if the address answered before and after them, and no
 * control endpoint says that this vantage cannot reach the port number anywhere.
 */
export function reportAddress(scan: AddressScan, controlFailures: ControlFailures): AddressReport {
  const open: number[] = [];
  const notOpen = new Map<string, { state: 'closed' | 'filtered'; reason: Reason; ports: number[] }>();
  const unknown = new Map<string, { code: ObserverCode; message: string; ports: number[] }>();
  const weakness = weaknessOfSilence(scan);
  const forged = refusedByAnother(scan);
  for (const port of scan.plan.ports) {
    const decision = decide(scan, port, scan.outcomes.get(port), weakness, forged, controlFailures.get(port));
    if (decision.kind === 'open') open.push(port);
    else if (decision.kind === 'not-open') {
      const { state, reason } = decision;
      entry(notOpen, `${state}/${reason}`, () => ({ state, reason, ports: [] })).ports.push(port);
    } else {
      const { code, message } = decision;
      entry(unknown, `${code}/${message}`, () => ({ code, message, ports: [] })).ports.push(port);
    }
  }
  return {
    address: scan.address,
    open: open.sort((a, b) => a - b),
    notOpen: [...notOpen.values()].map((group) => ({
      ...group,
      ports: rangesOf(group.ports),
      ...(group.state === 'filtered' ? { missProbability: missProbability(scan, group.ports) } : {}),
    })),
    unknown: [...unknown.values()].map((group) => ({ ...group, ports: rangesOf(group.ports) })),
    acceptsEverything: acceptsEverything(scan),
    ...(limitsRefusals(scan.losses) ? { limitsRefusals: true } : {}),
    ...(scan.handshakes.least === Number.POSITIVE_INFINITY ? {} : { roundTrip: scan.handshakes.least }),
  };
}

function decide(
  scan: AddressScan,
  port: number,
  outcome: ProbeOutcome | undefined,
  weakness: Decision | undefined,
  forged: Decision | undefined,
  controlFailure: { readonly message: string; readonly refused: boolean } | undefined,
): Decision {
  if (outcome === undefined) {
    if (acceptsEverything(scan)) return unknownBecause('ERR_ACCEPTS_EVERYTHING', acceptsEverythingMessage);
    return weakness ?? unknownBecause('ERR_CANCELLED', cancelledMessage);
  }
  if (outcome.kind === 'unknown') return outcome;
  if (outcome.state === 'open') return { kind: 'open' };
  if (controlFailure !== undefined && (outcome.state === 'filtered' || controlFailure.refused)) {
    return unknownBecause('ERR_CONTROL_FAILED', controlFailure.message);
  }
  if (forged !== undefined && outcome.state === 'closed' && isTooSoon(scan, scan.refusals.get(port))) return forged;
  if (outcome.state === 'closed') return { kind: 'not-open', state: 'closed', reason: outcome.reason };
  if (weakness !== undefined) return weakness;
  if (isProvedSilent(scan.silence, port, scan.silenceWanted)) {
    return { kind: 'not-open', state: 'filtered', reason: outcome.reason };
  }
  // Silent once and not asked again, because every other port accepted.
  if (acceptsEverything(scan)) return unknownBecause('ERR_ACCEPTS_EVERYTHING', acceptsEverythingMessage);
  return unknownBecause(
    'ERR_CANARY_LOST',
    'the address answered only for a part of the scan, and this was silent in the other',
  );
}

/** That of the port with the fewest silent probes that count. */
function missProbability({ pathLosses, silence }: AddressScan, ports: readonly number[]): number | null {
  const bound = lossBound(lossOf(pathLosses));
  if (bound === undefined) return null;
  const fewest = ports.reduce((least, port) => Math.min(least, silentProbes(silence, port)), Number.POSITIVE_INFINITY);
  return roundUp(bound ** fewest);
}

/** To one digit that counts: more were not true of a bound, and would tell every scan from the one before. */
function roundUp(chance: number): number {
  if (chance <= 0) return 0;
  const digit = 10 ** Math.floor(Math.log10(chance));
  return Math.min(1, Number((Math.ceil(chance / digit - 1e-9) * digit).toPrecision(1)));
}

/** What refusals are worth that came too soon; undefined where it is not proved that something else than the host refuses. */
function refusedByAnother(scan: AddressScan): Decision | undefined {
  const { origin, handshakes } = scan;
  if (origin?.nearer === undefined || !isNearerProved(scan)) return undefined;
  const [refusal, handshake] = [origin.nearer, handshakes.least].map((time) => time.toFixed(1));
  return unknownBecause(
    'ERR_NOT_FROM_HOST',
    `refused within ${refusal} ms, when no handshake here takes less than ${handshake} ms: something nearer than the host, ` +
      'perhaps a firewall on this machine, refuses in its name',
  );
}

/** Why this address's silence proves nothing, or undefined where it does. */
function weaknessOfSilence(scan: AddressScan): Decision | undefined {
  if (scan.stage !== 'done') return unknownBecause('ERR_CANCELLED', cancelledMessage);
  if (scan.neighbourMissing && !scan.answered)
    return unknownBecause('ERR_NO_NEIGHBOUR', 'no neighbour on this link has the address');
  if (!scan.answered) {
    return unknownBecause(
      'ERR_NEVER_ANSWERED',
      'nothing was ever heard from the address: it may be down, mistyped, cut off from here, or dropping everything',
    );
  }
  if (!scan.canaries.confirmed) {
    return unknownBecause(
      'ERR_CANARY_LOST',
      'the address answered at first and had gone silent by the end of the scan',
    );
  }
  if (scan.lossesInRound > 0 && !limitsRefusals(scan.losses)) {
    return unknownBecause(
      'ERR_LOSSY',
      'answers get lost on the way, or the host limits them: to the last, ports that were silent answered when asked again',
    );
  }
  return undefined;
}

function unknownBecause(code: ObserverCode, message: string): Decision {
  return { kind: 'unknown', code, message };
}

function entry<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
