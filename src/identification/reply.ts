import { latin1 } from './reader.js';

/** No greeting that names a server is longer. */
const maxBytes = 4096;

/** A reply of SMTP (RFC 5321, section 4.2) or FTP (RFC 959, section 4.2), as far as it has come. */
export interface Reply {
  readonly code: string;
  /** The text of each whole line that has come, without the code. */
  readonly lines: readonly string[];
  /** Its last line has come. */
  readonly complete: boolean;
  /** Whole lines after it: what was answered to a question. */
  readonly rest: string;
}

/**
 * Reads the first reply: `220 text`, or `220-text` … `220 text`. Inside a reply of several lines FTP leaves it open what
 * the lines between start with; empty lines before it are passed over. Undefined where the bytes are no reply, `more` while the first line is on its way.
 */
export function readReply(bytes: Uint8Array): Reply | 'more' | undefined {
  const text = latin1(bytes.subarray(0, maxBytes)).replace(/^[\r\n]{1,16}/, '');
  if (!/^(?:$|[1-5](?:$|[0-5](?:$|[0-9](?:$|[ \r\n-]))))/.test(text)) return undefined;
  const ended = text.split('\n').slice(0, -1);
  if (ended[0] === undefined) return text.length < maxBytes ? 'more' : undefined;
  const code = text.slice(0, 3);
  const lines: string[] = [];
  for (const [at, line] of ended.map((whole) => whole.replace(/\r$/, '')).entries()) {
    if (/[^\t\x1b\x20-\x7e\x80-\xff]/.test(line)) return undefined;
    const isLast = line === code || line.startsWith(`${code} `);
    lines.push(isLast || line.startsWith(`${code}-`) ? line.slice(4) : line);
    if (isLast) return { code, lines, complete: true, rest: ended.slice(at + 1).join('\n') };
  }
  return { code, lines, complete: text.length >= maxBytes, rest: '' };
}

/** `220 host Dovecot ready.`, whether the host has one label or many: said for LMTP, and for submission. */
export function greetsAsDovecot({ lines: [line = ''] }: Reply): boolean {
  return /^(?:[!-~]{1,253} )?Dovecot\b/.test(line);
}

/** A name as mail and file servers give their own: at least two labels, the last of them not a number. */
export function isHostName(text: string): boolean {
  return text.length <= 253 && /^(?:[A-Za-z0-9_][A-Za-z0-9_-]{0,62}\.){1,20}[A-Za-z][A-Za-z0-9-]{0,62}$/.test(text);
}
