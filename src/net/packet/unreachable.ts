import type { PacketReason } from '../dial.js';
import { icmpProtocol, ipv4PayloadStart, ipv6HeaderBytes, readInt32, readUint16, tcpProtocol } from './headers.js';

/** An ICMP error, and the start of the TCP packet of ours that it is about. */
export interface Unreachable<Bits> {
  readonly reason: PacketReason;
  /** Where our packet came from, and where it went. */
  readonly source: Bits;
  readonly destination: Bits;
  /** Our own port, the port that we asked, and our sequence number as a signed 32-bit integer. */
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
}

const icmpHeaderBytes = 8;
/** As much of the quoted TCP header as RFC 792 promises: both ports and the sequence number. */
const quotedBytes = 8;

/**
 * Destination unreachable (type 3) by code: RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1.
 *
 * Port unreachable (3), and protocol unreachable (2), are no host's answer to a SYN, which is a reset: firewalls send them. Code 4 asks for smaller packets, and is no answer.
 */
const ipv4Reasons: readonly (PacketReason | undefined)[] = [
  'net-unreachable',
  'host-unreachable',
  'port-unreachable', // protocol unreachable
  'port-unreachable',
  undefined,
  'net-unreachable', // source route failed
  'net-unreachable', // network unknown
  'host-unreachable', // host unknown
  'host-unreachable', // source host isolated
  'admin-prohibited', // network prohibited
  'admin-prohibited', // host prohibited
  'net-unreachable', // for this type of service
  'host-unreachable', // for this type of service
  'admin-prohibited', // communication prohibited
  'admin-prohibited', // host precedence violation
  'admin-prohibited', // precedence cutoff
];

/** Destination unreachable (type 1) by code: RFC 4443, section 3.1. Port unreachable (4) as in IPv4. */
const ipv6Reasons: readonly PacketReason[] = [
  'net-unreachable', // no route
  'admin-prohibited',
  'net-unreachable', // beyond the scope of the source address
  'host-unreachable', // address unreachable
  'port-unreachable',
  'admin-prohibited', // source address failed a policy
  'admin-prohibited', // reject route
];

/** Likewise with who says so. IPv4 addresses are signed 32-bit integers. */
export interface Ipv4Unreachable extends Unreachable<number> {
  readonly reporter: number;
}

/** Reads an IPv4 packet with its header that holds an ICMP error about TCP; undefined for anything else. */
export function parseIpv4Unreachable(bytes: Uint8Array, length: number): Ipv4Unreachable | undefined {
  const end = Math.min(length, bytes.length);
  const icmp = ipv4PayloadStart(bytes, 0, end, icmpProtocol);
  if (icmp === undefined || end - icmp < icmpHeaderBytes || bytes[icmp] !== 3) return undefined;
  const reason = ipv4Reasons[bytes[icmp + 1] ?? 0];
  const quoted = icmp + icmpHeaderBytes;
  const tcp = ipv4PayloadStart(bytes, quoted, end, tcpProtocol);
  if (reason === undefined || tcp === undefined || end - tcp < quotedBytes) return undefined;
  return {
    reason,
    reporter: readInt32(bytes, 12),
    source: readInt32(bytes, quoted + 12),
    destination: readInt32(bytes, quoted + 16),
    ...readQuoted(bytes, tcp),
  };
}

/** Reads an ICMPv6 message, which comes without an IPv6 header; addresses are 16 bytes each, copied. */
export function parseIpv6Unreachable(bytes: Uint8Array, length: number): Unreachable<Uint8Array> | undefined {
  const end = Math.min(length, bytes.length);
  const tcp = icmpHeaderBytes + ipv6HeaderBytes;
  if (end - tcp < quotedBytes || bytes[0] !== 1) return undefined;
  const reason = ipv6Reasons[bytes[1] ?? 0];
  // We send no extension headers, so TCP follows at once in whatever is ours.
  const isTcp = (bytes[icmpHeaderBytes] ?? 0) >> 4 === 6 && bytes[icmpHeaderBytes + 6] === tcpProtocol;
  if (reason === undefined || !isTcp) return undefined;
  const [source, destination] = [bytes.slice(tcp - 32, tcp - 16), bytes.slice(tcp - 16, tcp)];
  return { reason, source, destination, ...readQuoted(bytes, tcp) };
}

function readQuoted(bytes: Uint8Array, tcp: number) {
  return {
    sourcePort: readUint16(bytes, tcp),
    destinationPort: readUint16(bytes, tcp + 2),
    sequence: readInt32(bytes, tcp + 4),
  };
}
