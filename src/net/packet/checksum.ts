/**
 * The Internet checksum of RFC 1071: the one's complement of the one's complement sum of 16-bit words.
 *
 * `sumWords` adds without folding, so that parts can be summed on their own and added; a sum stays exact up to 2^53,
 * far beyond any packet.
 */
export function sumWords(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0;
  for (let at = start; at + 1 < end; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  // An odd last byte counts as if a zero followed.
  if ((end - start) % 2 === 1) sum += (bytes[end - 1] ?? 0) << 8;
  return sum;
}

/** Folds the carries back in, and gives the complement: what goes into the checksum field. */
export function checksumOf(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded % 0x10000) + Math.floor(folded / 0x10000);
  return ~folded & 0xffff;
}

/**
 * The sum of the pseudo header that TCP's checksum covers: source and destination (4 or 16 bytes each), protocol and length
 * (RFC 9293, section 3.1; RFC 8200, section 8.1, whose wider fields hold the same words).
 */
export function sumPseudoHeader(source: Uint8Array, destination: Uint8Array, protocol: number, length: number): number {
  return sumWords(source, 0, source.length) + sumWords(destination, 0, destination.length) + protocol + length;
}
