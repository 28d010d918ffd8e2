import { type Family, parseAddress } from '../model/address.js';
import type { PacketReason } from './dial.js';
import { parseIpv4TcpAnswer, parseTcpAnswer } from './packet/tcp-answer.js';
import { parseIpv4Unreachable, parseIpv6Unreachable } from './packet/unreachable.js';
import type { RawReceiver } from './raw-socket-channel.js';
import { ipv6Text, type Remote, type Remotes } from './syn-remotes.js';

/** What shows whose probe a packet is about: the endpoint's port, which of our source ports, and our sequence number. */
export interface Sign {
  readonly port: number;
  readonly slot: number;
  readonly sequence: number;
}

/**
 * Takes what came to one of our source ports: the remotes that it may be about, none where the address is nobody's, and the sign that
 * tells which. `isOwnWord`: this machine's kernel said so itself.
 */
export type SynHeard = (candidates: readonly Remote[], sign: Sign, reason: PacketReason, isOwnWord?: boolean) => void;

/** Reads the packets that the raw sockets of each family get; what went to none of the source ports is this machine's other traffic. */
export function createSynReceivers(
  sourcePorts: readonly number[],
  remotes: Remotes,
  heard: SynHeard,
): Readonly<Record<Family, Readonly<Record<'tcp' | 'icmp', RawReceiver>>>> {
  const slotByPort = new Int8Array(65_536).fill(-1);
  sourcePorts.forEach((port, slot) => (slotByPort[port] = slot));
  const signOf = (ourPort: number, port: number, sequence: number): Sign | undefined => {
    const slot = slotByPort[ourPort] ?? -1;
    return slot < 0 ? undefined : { port, slot, sequence };
  };
  const ofIpv4 = (value: number): readonly Remote[] => {
    const remote = remotes.ofIpv4(value);
    return remote === undefined ? [] : [remote];
  };
  return {
    4: {
      tcp(bytes, length) {
        const answer = parseIpv4TcpAnswer(bytes, length);
        if (answer === undefined) return;
        const sign = signOf(answer.destinationPort, answer.sourcePort, answer.sequence);
        if (sign !== undefined) heard(ofIpv4(answer.source), sign, answer.reason);
      },
      icmp(bytes, length) {
        const error = parseIpv4Unreachable(bytes, length);
        if (error === undefined) return;
        const sign = signOf(error.sourcePort, error.destinationPort, error.sequence);
        const isOwnWord = error.reporter === error.source;
        if (sign !== undefined) heard(ofIpv4(error.destination), sign, error.reason, isOwnWord);
      },
    },
    6: {
      tcp(bytes, length, source) {
        const answer = parseTcpAnswer(bytes, length);
        if (answer === undefined) return;
        const sign = signOf(answer.destinationPort, answer.sourcePort, answer.sequence);
        if (sign !== undefined) heard(remotes.ofIpv6(source), sign, answer.reason);
      },
      icmp(bytes, length, reporter) {
        const error = parseIpv6Unreachable(bytes, length);
        if (error === undefined) return;
        const sign = signOf(error.sourcePort, error.destinationPort, error.sequence);
        if (sign === undefined) return;
        const isOwnWord = ipv6Text(error.source) === parseAddress(reporter)?.text;
        heard(remotes.ofIpv6(ipv6Text(error.destination)), sign, error.reason, isOwnWord);
      },
    },
  };
}
