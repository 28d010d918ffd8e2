import ipaddr from 'ipaddr.js';
import { ExposcanError } from './errors.js';

export type Family = 4 | 6;

export const bothFamilies: readonly Family[] = [4, 6];

/** One IPv4 or IPv6 address. `text` is canonical (RFC 5952), with its zone where it has one. */
export interface Address {
  readonly family: Family;
  readonly text: string;
  readonly value: bigint;
  readonly zone?: string;
}

/** An inclusive run of addresses of one family. */
export interface AddressRange {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
}

const fourNumbers = /^\d+(?:\.\d+){3}$/;
const zonePattern = /^[A-Za-z0-9_.-]{1,15}$/;

function valueOf(bytes: readonly number[]): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function bytesOf(family: Family, value: bigint): number[] {
  const length = family === 4 ? 4 : 16;
  return Array.from({ length }, (_, index) => Number((value >> BigInt(8 * (length - 1 - index))) & 0xffn));
}

/** The address with this number; the inverse of `Address.value`. */
export function addressFromValue(family: Family, value: bigint, zone?: string): Address {
  const bytes = bytesOf(family, value);
  const bare = family === 4 ? bytes.join('.') : new ipaddr.IPv6(bytes).toRFC5952String();
  return zone === undefined ? { family, text: bare, value } : { family, text: `${bare}%${zone}`, value, zone };
}

/** True for a text that only an IPv4 address could be meant by, in whatever spelling: `127.1`, `0x7f000001`, `010.0.0.1`. */
function looksLikeIpv4(text: string): boolean {
  return /^(0x[0-9a-f]*|\d+)(\.(0x[0-9a-f]*|\d+)){0,3}$/i.test(text);
}

/** The value that the C library would read out of a lax IPv4 spelling, or undefined where it would read none. */
function laxIpv4(text: string): Address | undefined {
  return ipaddr.IPv4.isValid(text) ? addressFromValue(4, valueOf(ipaddr.IPv4.parse(text).toByteArray())) : undefined;
}

/**
 * Reads an address literal, or gives undefined where the text is not one (it may be a name).
 *
 * Only the dotted quad is an IPv4 address here: programs disagree on what `010.0.0.1` and `127.1` mean, so such spellings
 * throw `ERR_BAD_TARGET` with the canonical spelling to write instead. An IPv4-mapped IPv6 address (`::ffff:192.0.2.1`)
 * comes back as the IPv4 address that it stands for, since that is what the kernel would dial.
 */
export function parseAddress(text: string): Address | undefined {
  // Looked at first, because what is no address at all makes the library throw and catch, which costs more than the rest.
  if (fourNumbers.test(text) && ipaddr.IPv4.isValidFourPartDecimal(text)) {
    return addressFromValue(4, valueOf(ipaddr.IPv4.parse(text).toByteArray()));
  }
  if (looksLikeIpv4(text)) {
    const meant = laxIpv4(text);
    throw new ExposcanError(
      'ERR_BAD_TARGET',
      meant === undefined
        ? `"${text}" looks like an IPv4 address but is none: expected four numbers from 0 to 255, like 192.0.2.1.`
        : `"${text}" is an ambiguous spelling of an IPv4 address. Write it in full: ${meant.text}`,
    );
  }
  if (!text.includes(':')) return undefined;
  const bracketed = /^\[(.*)\]$/.exec(text);
  const [bare = '', zone, ...more] = (bracketed?.[1] ?? text).split('%');
  if (more.length > 0 || !ipaddr.IPv6.isValid(bare) || (zone !== undefined && !zonePattern.test(zone))) {
    throw new ExposcanError(
      'ERR_BAD_TARGET',
      `"${text}" is not an IPv6 address: expected something like 2001:db8::1, [2001:db8::1] or fe80::1%eth0.`,
    );
  }
  const parsed = ipaddr.IPv6.parse(bare);
  if (parsed.isIPv4MappedAddress()) return addressFromValue(4, valueOf(parsed.toIPv4Address().toByteArray()));
  return addressFromValue(6, valueOf(parsed.toByteArray()), zone);
}

/** Reads `192.0.2.0/24` or `2001:db8::/48`; undefined where the text is not of that form. Host bits must be zero. */
export function parseCidr(text: string): AddressRange | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const [base, length] = [text.slice(0, slash), text.slice(slash + 1)];
  const address = parseAddress(base);
  if (address === undefined) return undefined;
  const bits = address.family === 4 ? 32 : 128;
  if (!/^\d{1,3}$/.test(length) || Number(length) > bits || address.zone !== undefined) {
    throw new ExposcanError(
      'ERR_BAD_TARGET',
      `"${text}" is not an address block: expected a prefix length from 0 to ${bits} after the slash, and no zone.`,
    );
  }
  const size = 1n << BigInt(bits - Number(length));
  const first = address.value - (address.value % size);
  if (first !== address.value) {
    throw new ExposcanError(
      'ERR_BAD_TARGET',
      `"${text}" has host bits set, so it may mean one address or a block. ` +
        `Write ${address.text} for the address, ${addressFromValue(address.family, first).text}/${length} for the block.`,
    );
  }
  return { family: address.family, first, last: first + size - 1n };
}

export function rangeOf(address: Address): AddressRange {
  return { family: address.family, first: address.value, last: address.value };
}

/** Which family an address that is known to be one is of, by its text. */
export function familyOf(text: string): Family {
  return text.includes(':') ? 6 : 4;
}

export function rangeHolds(range: AddressRange, address: Address): boolean {
  return range.family === address.family && address.value >= range.first && address.value <= range.last;
}

/** Order of the snapshot document: IPv4 before IPv6, then by number, then by zone. */
export function compareAddresses(a: Address, b: Address): number {
  if (a.family !== b.family) return a.family - b.family;
  if (a.value !== b.value) return a.value < b.value ? -1 : 1;
  return (a.zone ?? '').localeCompare(b.zone ?? '');
}

export function isLoopback(address: Address): boolean {
  return address.family === 4 ? address.value >> 24n === 127n : address.value === 1n;
}

/** An address and port as one writes them together: `192.0.2.7:22`, `[2001:db8::7]:22`. */
export function formatEndpoint(address: { family: Family; text: string }, port: number): string {
  return address.family === 4 ? `${address.text}:${port}` : `[${address.text}]:${port}`;
}
