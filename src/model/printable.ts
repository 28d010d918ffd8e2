const dangerous = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u{fe00}-\u{fe0f}\u{e0100}-\u{e01ef}]/gu;
const dangerousOrBackslash = new RegExp(`${dangerous.source}|\\\\`, dangerous.flags);

/**
 * Makes text that came off the network, or out of a file, safe to show on a terminal, in a table and in a log line.
 *
 * Mapped to visible escapes: C0 and C1 controls and DEL (which drive terminals), line and paragraph separators (which forge
 * rows), bidirectional controls (which reorder what is read), zero-width and other invisible format characters, lone
 * surrogates, and the backslash itself, so that an escape that is shown was really made here.
 */
export function printableText(text: string): string {
  return text.replace(dangerousOrBackslash, escapeCharacter);
}

/**
 * The last edge before a terminal: maps what `printableText` maps, except the backslash. Text that is already printable
 * (a snapshot's `banner.text`) passes unchanged instead of being escaped twice, and raw text (a product, a title, a
 * certificate's subject) cannot drive the terminal or break out of its row. Whether an escape that is shown was made here or
 * sent so cannot be told; the bytes are in the JSON.
 */
export function terminalSafe(text: string): string {
  return text.replace(dangerous, escapeCharacter);
}

function escapeCharacter(character: string): string {
  switch (character) {
    case '\\':
      return '\\\\';
    case '\n':
      return '\\n';
    case '\r':
      return '\\r';
    case '\t':
      return '\\t';
    default: {
      const code = character.codePointAt(0) ?? 0;
      if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
      return `\\u{${code.toString(16)}}`;
    }
  }
}

/**
 * Raw bytes as printable text: valid UTF-8 is read as such, a byte that is not part of any becomes `\xNN`.
 * Reads at most `limit` bytes.
 */
export function printableBytes(bytes: Uint8Array, limit = bytes.length): string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const shown = bytes.subarray(0, limit);
  let text = '';
  for (let at = 0; at < shown.length;) {
    // Most of what services say is plain, and there may be megabytes of it.
    const plain = plainUntil(shown, at);
    if (plain > at) {
      text += Buffer.from(shown.buffer, shown.byteOffset + at, plain - at).toString('latin1');
      at = plain;
      continue;
    }
    const length = sequenceLength(shown[at] ?? 0);
    const sequence = shown.subarray(at, at + length);
    try {
      if (length === 0 || sequence.length < length) throw new TypeError('not a whole UTF-8 sequence');
      text += printableText(decoder.decode(sequence));
      at += length;
    } catch {
      text += `\\x${(shown[at] ?? 0).toString(16).padStart(2, '0')}`;
      at += 1;
    }
  }
  return text;
}

/** Where a run of printable ASCII that starts here ends; the backslash is not part of one. */
function plainUntil(bytes: Uint8Array, from: number): number {
  let at = from;
  for (; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x20 || byte > 0x7e || byte === 0x5c) break;
  }
  return at;
}

/** How long a UTF-8 sequence is that starts with this byte (RFC 3629), 0 where none does. */
function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  if (lead >= 0xf0 && lead < 0xf5) return 4;
  return 0;
}

/** Cuts a printable text to `width` characters, the last of them an ellipsis where anything was cut. */
export function shorten(text: string, width: number): string {
  const characters = Array.from(text);
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}
