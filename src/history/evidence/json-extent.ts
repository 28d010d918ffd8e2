/** No document of exposcan comes near these. */
const maxDepth = 64;
const maxValues = 16_000_000;

const quote = 0x22;
const backslash = 0x5c;

/**
 * Whether JSON text may be parsed without harm. A few bytes of it (`[[[[`, `{},{},`) can become twenty times as much memory, so
 * depth and values are counted first. Says nothing about whether it is valid.
 */
export function fitsInMemory(json: Uint8Array): boolean {
  let depth = 0;
  let values = 0;
  let inText = false;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at];
    if (inText) {
      if (byte === backslash) at += 1;
      else if (byte === quote) inText = false;
      continue;
    }
    switch (byte) {
      case quote:
        inText = true;
        break;
      case 0x5b: // [
      case 0x7b: // {
        depth += 1;
        values += 1;
        if (depth > maxDepth) return false;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth -= 1;
        break;
      case 0x2c: // ,
        values += 1;
        break;
      default:
        break;
    }
    if (values > maxValues) return false;
  }
  return true;
}
