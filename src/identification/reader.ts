/** Reads bytes from front to back and cannot run past their end: every read gives undefined where too little is left. */
export interface Reader {
  /** How many bytes are left. */
  readonly remaining: number;
  readonly u8: () => number | undefined;
  readonly u16be: () => number | undefined;
  readonly u16le: () => number | undefined;
  readonly u24le: () => number | undefined;
  /** Four bytes, big-endian, unsigned. */
  readonly u32: () => number | undefined;
  readonly u32le: () => number | undefined;
  /** The Latin-1 text before a NUL that lies within the next `max` + 1 bytes; reads the NUL too. Undefined, and nothing read, where there is none. */
  readonly cString: (max: number) => string | undefined;
  /** The next `count` bytes. Undefined, and nothing read, where fewer are left. */
  readonly take: (count: number) => Uint8Array | undefined;
}

export function readerOf(bytes: Uint8Array): Reader {
  let at = 0;
  const take = (count: number): Uint8Array | undefined => {
    if (count < 0 || count > bytes.length - at) return undefined;
    const taken = bytes.subarray(at, at + count);
    at += count;
    return taken;
  };
  // Multiplication instead of shifts: a shift by 24 would make the top bit a sign.
  const bigEndian = (count: number) => take(count)?.reduce((value, byte) => value * 256 + byte, 0);
  const littleEndian = (count: number) => take(count)?.reduceRight((value, byte) => value * 256 + byte, 0);
  return {
    get remaining() {
      return bytes.length - at;
    },
    u8: () => bigEndian(1),
    u16be: () => bigEndian(2),
    u16le: () => littleEndian(2),
    u24le: () => littleEndian(3),
    u32: () => bigEndian(4),
    u32le: () => littleEndian(4),
    cString(max) {
      const length = bytes.subarray(at, at + max + 1).indexOf(0);
      if (length < 0) return undefined;
      const text = latin1(bytes.subarray(at, at + length));
      at += length + 1;
      return text;
    },
    take,
  };
}

/** One character a byte, so that no byte is lost or merged with its neighbour. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
