import { checksumOf, sumPseudoHeader, sumWords } from './checksum.js';
import { ipv4HeaderBytes, tcpHeaderBytes, tcpProtocol } from './headers.js';

/** What a SYN says besides its addresses. All integers, in host order. */
export interface SynFields {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
}

/** A SYN of ours: the fixed header and the one option that every stack sends, the maximum segment size. */
const synBytes = tcpHeaderBytes + 4;
const ipv4SynBytes = ipv4HeaderBytes + synBytes;
const ipv6SynBytes = synBytes;

/** What fits into an Ethernet frame after both headers (RFC 6691); as Linux sends, and its window too. */
const segmentSizes = { 4: 1460, 6: 1440 } as const;
const windowSize = 64_240;

/** Writes SYNs to one destination after another, always into the same bytes: send them before asking for the next. */
export interface Ipv4SynWriter {
  readonly packet: Uint8Array;
  write(pair: Ipv4Pair, fields: SynFields): void;
}

/** Two ends, and what their addresses and all that never changes add to the checksum. */
export interface Ipv4Pair {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly sum: number;
}

/** Both addresses are 4 bytes. */
export function pairIpv4(source: Uint8Array, destination: Uint8Array): Ipv4Pair {
  return { source, destination, sum: sumPseudoHeader(source, destination, tcpProtocol, synBytes) };
}

/**
 * IPv4 with its header (RFC 791), for a socket that includes headers: the kernel fills in the header's checksum, the identification
 * and the length (raw(7)); the length is set all the same.
 */
export function createIpv4SynWriter(): Ipv4SynWriter {
  const packet = new Uint8Array(ipv4SynBytes);
  const view = new DataView(packet.buffer);
  const tcp = ipv4HeaderBytes;
  packet[0] = 0x45;
  view.setUint16(2, ipv4SynBytes);
  // Don't fragment, as Linux sends its own SYNs; time to live; protocol.
  view.setUint16(6, 0x4000);
  packet[8] = 64;
  packet[9] = tcpProtocol;
  writeFixedFields(view, tcp, segmentSizes[4]);
  const fixed = sumWords(packet, tcp, ipv4SynBytes);
  return {
    packet,
    write({ source, destination, sum }, { sourcePort, destinationPort, sequence }) {
      packet.set(source, 12);
      packet.set(destination, 16);
      view.setUint16(tcp, sourcePort);
      view.setUint16(tcp + 2, destinationPort);
      view.setUint32(tcp + 4, sequence);
      const total = fixed + sum + sourcePort + destinationPort + (sequence >>> 16) + (sequence & 0xffff);
      view.setUint16(tcp + 16, checksumOf(total));
    },
  };
}

export interface Ipv6SynWriter {
  readonly packet: Uint8Array;
  write(fields: SynFields): void;
}

/** IPv6: the segment alone. The kernel adds the header and, with IPV6_CHECKSUM set, the checksum (RFC 3542, section 3.1). */
export function createIpv6SynWriter(): Ipv6SynWriter {
  const packet = new Uint8Array(ipv6SynBytes);
  const view = new DataView(packet.buffer);
  writeFixedFields(view, 0, segmentSizes[6]);
  return {
    packet,
    write({ sourcePort, destinationPort, sequence }) {
      view.setUint16(0, sourcePort);
      view.setUint16(2, destinationPort);
      view.setUint32(4, sequence);
      // The kernel sums over what is there.
      view.setUint16(16, 0);
    },
  };
}

/** Header length with flags (SYN), window, and the option: kind 2, length 4, size (RFC 9293, section 3.2). */
function writeFixedFields(view: DataView, tcp: number, segmentSize: number): void {
  view.setUint16(tcp + 12, ((synBytes / 4) << 12) | 0x002);
  view.setUint16(tcp + 14, windowSize);
  view.setUint16(tcp + 20, 0x0204);
  view.setUint16(tcp + 22, segmentSize);
}
