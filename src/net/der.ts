/** One element of DER or BER (X.690, section 8.1): `tag · length · body`, and what follows it. */
export interface Element {
  readonly tag: number;
  readonly body: Uint8Array;
  readonly rest: Uint8Array;
}

/**
 * The element that the bytes begin with. The length is below 128 itself, or else 0x80 + how many bytes of length follow. `more` where
 * the end of it is not among the bytes; undefined where it is none, or of a length that is told at its end only.
 */
export function readElement(bytes: Uint8Array): Element | 'more' | undefined {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined) return 'more';
  const more = first < 0x80 ? 0 : first - 0x80;
  // Four bytes of length are four gigabytes.
  if (more > 4 || first === 0x80) return undefined;
  const start = 2 + more;
  if (bytes.length < start) return 'more';
  const length = more === 0 ? first : bytes.subarray(2, start).reduce((value, byte) => value * 256 + byte, 0);
  if (length > bytes.length - start) return 'more';
  return { tag, body: bytes.subarray(start, start + length), rest: bytes.subarray(start + length) };
}
