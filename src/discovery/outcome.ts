import type { ObserverCode } from '../model/errors.js';
import type { Reason, State } from '../model/observation.js';
import type { DialResult, PacketReason } from '../net/dial.js';

/** What one probe showed of an endpoint: a state with its reason, or why nothing was learnt. */
export type ProbeOutcome =
  | { readonly kind: 'state'; readonly state: State; readonly reason: Reason }
  | { readonly kind: 'unknown'; readonly code: ObserverCode; readonly message: string };

/** The observer ran short of something (descriptors, ports, buffers): slow down and probe again. Never a state. */
export interface Congestion {
  readonly kind: 'congestion';
  readonly code: string;
}

const accepted: ProbeOutcome = { kind: 'state', state: 'open', reason: 'conn-accepted' };
/** Nothing came back in time. */
export const silence: ProbeOutcome = { kind: 'state', state: 'filtered', reason: 'no-response' };
const selfConnect: ProbeOutcome = {
  kind: 'unknown',
  code: 'ERR_SELF_CONNECT',
  message: 'the kernel connected the probe to itself, every time',
};

/**
 * What connect(2) reports after the SYN went out, measured on Linux 6.18. A refusal proves the port closed. The others came
 * as ICMP, from the host, a router or a firewall; IPv4's admin-prohibited comes as EHOSTUNREACH, IPv6's as EACCES.
 */
const remote: ReadonlyMap<string, ProbeOutcome> = new Map<string, ProbeOutcome>([
  ['ECONNREFUSED', { kind: 'state', state: 'closed', reason: 'conn-refused' }],
  ['EHOSTUNREACH', { kind: 'state', state: 'filtered', reason: 'host-unreachable' }],
  ['ENETUNREACH', { kind: 'state', state: 'filtered', reason: 'net-unreachable' }],
  ['EHOSTDOWN', { kind: 'state', state: 'filtered', reason: 'host-down' }],
  ['EACCES', { kind: 'state', state: 'filtered', reason: 'admin-prohibited' }],
  ['ETIMEDOUT', silence],
  // The handshake was complete, and the reset that followed overtook the news of it.
  ['ECONNRESET', accepted],
  ['EPIPE', accepted],
]);

/** What connect(2) reports before anything went out: it speaks of this machine only. */
const local: ReadonlyMap<string, ProbeOutcome> = new Map<string, ProbeOutcome>([
  ['ENETUNREACH', { kind: 'unknown', code: 'ERR_NO_ROUTE', message: 'this machine has no route there (ENETUNREACH)' }],
  [
    'EHOSTUNREACH',
    { kind: 'unknown', code: 'ERR_NO_ROUTE', message: 'this machine has no route there (EHOSTUNREACH)' },
  ],
  [
    'EAFNOSUPPORT',
    {
      kind: 'unknown',
      code: 'ERR_NO_ROUTE',
      message: 'this machine does not speak this address family (EAFNOSUPPORT)',
    },
  ],
]);

/** What a packet that came back proves. */
const seen: Readonly<Record<PacketReason, ProbeOutcome>> = {
  'syn-ack': { kind: 'state', state: 'open', reason: 'syn-ack' },
  reset: { kind: 'state', state: 'closed', reason: 'reset' },
  'host-unreachable': { kind: 'state', state: 'filtered', reason: 'host-unreachable' },
  'net-unreachable': { kind: 'state', state: 'filtered', reason: 'net-unreachable' },
  // A host refuses by a reset; this is how firewalls reject, in whose name one cannot tell.
  'port-unreachable': { kind: 'state', state: 'filtered', reason: 'port-unreachable' },
  'admin-prohibited': { kind: 'state', state: 'filtered', reason: 'admin-prohibited' },
};

/** EADDRNOTAVAIL: no ephemeral port was free, or (for ever) no source address fits. */
const shortages: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS', 'ENOMEM', 'EAGAIN']);

/** Reads what became of one connection attempt; the one table from what happened to what it means. */
export function outcomeOf(result: DialResult): ProbeOutcome | Congestion {
  switch (result.kind) {
    case 'accepted':
      return accepted;
    case 'packet':
      return seen[result.reason];
    case 'self-connect':
      return selfConnect;
    case 'error': {
      if (shortages.has(result.code)) return { kind: 'congestion', code: result.code };
      const known = (result.local ? local : remote).get(result.code);
      return known ?? { kind: 'unknown', code: 'ERR_LOCAL', message: `connecting failed: ${result.code}` };
    }
  }
}

export function isSilence(outcome: ProbeOutcome | undefined): boolean {
  return outcome?.kind === 'state' && outcome.reason === 'no-response';
}

export function isOpen(outcome: ProbeOutcome | undefined): boolean {
  return outcome?.kind === 'state' && outcome.state === 'open';
}

export function isClosed(outcome: ProbeOutcome | undefined): boolean {
  return outcome?.kind === 'state' && outcome.state === 'closed';
}

/** The host itself said something: accepted or refused. Only that makes its silence elsewhere mean anything. */
export function isAnswer(outcome: ProbeOutcome): boolean {
  return outcome.kind === 'state' && outcome.state !== 'filtered';
}

/** EADDRNOTAVAIL before anything could be sent: not a shortage of source ports, but no address of the family at all. */
export const noSourceAddress: ProbeOutcome = {
  kind: 'unknown',
  code: 'ERR_NO_ROUTE',
  message: 'this machine has no address to send from (EADDRNOTAVAIL)',
};

export function outOfResources(code: string): ProbeOutcome {
  const message = `this machine ran short (${code}) however much the scan slowed down`;
  return { kind: 'unknown', code: 'ERR_RESOURCES', message };
}
