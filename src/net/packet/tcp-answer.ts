import { ipv4PayloadStart, readInt32, readUint16, tcpHeaderBytes, tcpProtocol } from './headers.js';

/** A segment that answers a SYN (RFC 9293, section 3.10.7): it acknowledges exactly that, and accepts or refuses. */
export interface TcpAnswer {
  readonly reason: 'syn-ack' | 'reset';
  /** The port that answers, and ours that it answers to. */
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** The sequence number of the SYN that it answers, as a signed 32-bit integer: what it acknowledges, less one. */
  readonly sequence: number;
}

/** Likewise with the address that it came from, as a signed 32-bit integer. */
export interface Ipv4TcpAnswer extends TcpAnswer {
  readonly source: number;
}

const flagBits = { fin: 0x01, syn: 0x02, reset: 0x04, ack: 0x10 } as const;

/** Reads an IPv4 packet as a raw socket gives it, header first; undefined for whatever is no answer to a SYN. */
export function parseIpv4TcpAnswer(bytes: Uint8Array, length: number): Ipv4TcpAnswer | undefined {
  const end = Math.min(length, bytes.length);
  const tcp = ipv4PayloadStart(bytes, 0, end, tcpProtocol);
  if (tcp === undefined) return undefined;
  // What lies beyond the length that the header tells is padding.
  const answer = parseSegment(bytes, tcp, Math.min(end, readUint16(bytes, 2)));
  return answer === undefined ? undefined : { ...answer, source: readInt32(bytes, 12) };
}

/** Reads a TCP segment without an IP header, as a raw IPv6 socket gives it. */
export function parseTcpAnswer(bytes: Uint8Array, length: number): TcpAnswer | undefined {
  return parseSegment(bytes, 0, Math.min(length, bytes.length));
}

/** A reset that answers a SYN bears an acknowledgment; one without answers something else, or is a guess. */
function parseSegment(bytes: Uint8Array, at: number, end: number): TcpAnswer | undefined {
  if (end - at < tcpHeaderBytes) return undefined;
  const headerBytes = ((bytes[at + 12] ?? 0) >> 4) * 4;
  if (headerBytes < tcpHeaderBytes || headerBytes > end - at) return undefined;
  const reason = reasonOf(bytes[at + 13] ?? 0);
  if (reason === undefined) return undefined;
  return {
    reason,
    sourcePort: readUint16(bytes, at),
    destinationPort: readUint16(bytes, at + 2),
    sequence: (readInt32(bytes, at + 8) - 1) | 0,
  };
}

function reasonOf(flags: number): TcpAnswer['reason'] | undefined {
  const { fin, syn, reset, ack } = flagBits;
  switch (flags & (fin | syn | reset | ack)) {
    case syn | ack:
      return 'syn-ack';
    case reset | ack:
      return 'reset';
    default:
      return undefined;
  }
}
