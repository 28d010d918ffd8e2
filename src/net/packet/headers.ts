/** Lengths and numbers of RFC 791, RFC 8200 and RFC 9293, and the one reading of an IPv4 header that all parsers share. */
export const ipv4HeaderBytes = 20;
export const ipv6HeaderBytes = 40;
export const tcpHeaderBytes = 20;
export const icmpProtocol = 1;
export const tcpProtocol = 6;
export const icmpv6Protocol = 58;

export function readUint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** 32 bits as a signed integer, which is what bitwise operators give and what makes the quickest key of a Map. */
export function readInt32(bytes: Uint8Array, at: number): number {
  return (readUint16(bytes, at) << 16) | readUint16(bytes, at + 2);
}

/**
 * Where the payload of an IPv4 packet of this protocol begins, as an offset into `bytes`, or undefined where there is none: not
 * version 4, cut short within the header, another protocol, or a fragment (no answer of interest here comes in several).
 */
export function ipv4PayloadStart(bytes: Uint8Array, at: number, end: number, protocol: number): number | undefined {
  if (end - at < ipv4HeaderBytes) return undefined;
  const first = bytes[at] ?? 0;
  const headerBytes = (first & 0x0f) * 4;
  if (first >> 4 !== 4 || headerBytes < ipv4HeaderBytes || headerBytes > end - at) return undefined;
  if (bytes[at + 9] !== protocol) return undefined;
  // More fragments to come, or an offset: 14 bits between the reserved bit, "don't fragment" and the rest.
  if ((readUint16(bytes, at + 6) & 0x3fff) !== 0) return undefined;
  return at + headerBytes;
}
