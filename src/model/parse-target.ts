import { addressFromValue, parseAddress, parseCidr, rangeOf, type Address, type AddressRange } from './address.js';
import { ExposcanError } from './errors.js';
import { printableText, shorten } from './printable.js';
import { parseHostName } from './host-name.js';

/** One target as it was typed, and what it means. */
export type TargetSpec =
  /** `name` is lower-case ASCII; with its trailing dot where one was typed. */
  | { readonly kind: 'name'; readonly text: string; readonly name: string }
  | { readonly kind: 'address'; readonly text: string; readonly address: Address }
  | { readonly kind: 'block' | 'range'; readonly text: string; readonly range: AddressRange };

/**
 * Reads one target: a name, `192.0.2.7`, `2001:db8::7`, `[2001:db8::7]`, `fe80::1%eth0`, `192.0.2.0/24`,
 * `192.0.2.1-192.0.2.9`, or for short `192.0.2.1-9` and `2001:db8::1-9` (the last number alone, in hexadecimal for IPv6).
 * Throws `ERR_BAD_TARGET`.
 */
export function parseTarget(text: string): TargetSpec {
  if (text === '')
    throw new ExposcanError('ERR_BAD_TARGET', 'A target is empty: expected a name, an address or a block.');
  const shown = shorten(printableText(text), 80);
  if (/[\s\p{Cc}\p{Cf}]/u.test(text)) {
    throw new ExposcanError(
      'ERR_BAD_TARGET',
      `"${shown}" holds white space or an invisible character: expected one target.`,
    );
  }
  if (text.length > 1000) throw new ExposcanError('ERR_BAD_TARGET', `"${shown}" is too long to be a target.`);
  const block = parseBlock(text);
  if (block !== undefined) return { kind: 'block', text, range: block };
  const range = parseAddressRange(text);
  if (range !== undefined) return { kind: 'range', text, range };
  // One colon, or one after the bracket, is a port's: the name reader says so. An IPv6 address has two at least.
  const address = /^[^:]*:[^:]*$|\]:|:\/\/|@/.test(text) ? undefined : parseAddress(text);
  if (address !== undefined) return { kind: 'address', text, address };
  return { kind: 'name', text, name: parseHostName(text) };
}

/** What a recorded target means, as a snapshot holds them; undefined where the text is no target at all. */
export function recordedTarget(text: string): TargetSpec | undefined {
  try {
    return parseTarget(text);
  } catch (error) {
    if (error instanceof ExposcanError) return undefined;
    throw error;
  }
}

/** The addresses that a target names by number (`192.0.2.7`, `192.0.2.0/24`, `192.0.2.1-9`); undefined for a name. */
export function literalRange(target: TargetSpec | undefined): AddressRange | undefined {
  switch (target?.kind) {
    case 'address':
      return rangeOf(target.address);
    case 'block':
    case 'range':
      return target.range;
    default:
      return undefined;
  }
}

function parseBlock(text: string): AddressRange | undefined {
  if (text.includes('://') || !text.includes('/')) return undefined;
  const base = text.slice(0, text.indexOf('/'));
  const range = /^[^:]*:[^:]*$|@/.test(base) ? undefined : parseCidr(text);
  if (range === undefined) {
    throw new ExposcanError(
      'ERR_BAD_TARGET',
      `"${shorten(printableText(text), 80)}" is neither a host nor a block: only an address takes a slash, like 192.0.2.0/24 or ` +
        '2001:db8::/120.',
    );
  }
  if (range.family === 4 && text.includes(':')) {
    throw new ExposcanError(
      'ERR_BAD_TARGET',
      `"${text}" is a block of IPv4-mapped addresses. Write it as an IPv4 block, like 192.0.2.0/24.`,
    );
  }
  return range;
}

function parseAddressRange(text: string): AddressRange | undefined {
  const match = /^(\d+(?:\.\d+){3}|\[?[0-9a-f.]*:[0-9a-f:.]*\]?)-([0-9a-f:.[\]]+)$/i.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  const first = parseAddress(match[1]);
  // A host name may look like this: 192.0.2.1-static, 192.0.2.1-2.example.org.
  if (first === undefined || (first.family === 4 && /[^\d.:[\]]/.test(match[2]) && !match[2].includes(':')))
    return undefined;
  const last = rangeEnd(first, match[2], text);
  if (last.family !== first.family) {
    throw new ExposcanError('ERR_BAD_TARGET', `"${text}" begins and ends in different address families: expected one.`);
  }
  if (last.value < first.value) {
    throw new ExposcanError('ERR_BAD_TARGET', `The range "${text}" runs backwards. Write ${last.text}-${first.text}`);
  }
  return { family: first.family, first: first.value, last: last.value };
}

function rangeEnd(first: Address, text: string, whole: string): Address {
  const bare = first.family === 4 ? /^\d{1,3}$/ : /^[0-9a-f]{1,4}$/i;
  if (bare.test(text)) {
    const [size, number] = first.family === 4 ? [0x100n, BigInt(text)] : [0x10000n, BigInt(`0x${text}`)];
    if (number < size) return addressFromValue(first.family, first.value - (first.value % size) + number);
  }
  const last = /[:.]/.test(text) ? parseAddress(text) : undefined;
  if (last !== undefined) return last;
  throw new ExposcanError(
    'ERR_BAD_TARGET',
    `"${whole}" is not a range: expected an address after the hyphen, or its last number, like 192.0.2.1-192.0.2.9 or 192.0.2.1-9.`,
  );
}
