import { addressFromValue, isLoopback, parseAddress, type Address, type Family } from '../model/address.js';
import { ExposcanError } from '../model/errors.js';
import type { BoundTo } from '../model/listener.js';

/** Where a socket is bound, and the family that the text itself shows. */
export interface Host {
  readonly bound: BoundTo;
  readonly family?: Family;
}

/** The two halves of `host:port` or `host.port`. */
export interface Endpoint {
  readonly host: string;
  readonly port: string;
}

/** `127.0.0.1:631`, `[::]:80`, `:::22`, `*:mysql`, `fe80::1%eth0:53`: what stands before and behind the last colon. */
export function splitAtColon(text: string): Endpoint | undefined {
  return splitAt(text, text.lastIndexOf(':'));
}

/** `127.0.0.1.631`, `*.22`, `2001:db8::7.443`, as BSD and Solaris write it: before and behind the last dot. */
export function splitAtDot(text: string): Endpoint | undefined {
  return splitAt(text, text.lastIndexOf('.'));
}

function splitAt(text: string, at: number): Endpoint | undefined {
  if (at <= 0 || at === text.length - 1) return undefined;
  return { host: text.slice(0, at), port: text.slice(at + 1) };
}

/** True for the far end of a socket that is connected to nobody: `*:*`, `0.0.0.0:*`, `[::]:*`, `*.*`. */
export function isNobody(text: string): boolean {
  return text.endsWith(':*') || text === '*.*';
}

/** The same as Windows writes it. */
export function isWindowsNobody(text: string): boolean {
  return text === '0.0.0.0:0' || text === '[::]:0';
}

/** A name of the loopback interface, whole or cut off: `localhost`, `localhost.localdomai`, `localhost6`, `ip6-localhost`. */
function isLoopbackName(name: string): boolean {
  const lower = name.toLowerCase();
  if (/^localhost[46]?$/.test(lower) || lower === 'ip6-localhost' || lower === 'ip6-loopback') return true;
  const domain = /^localhost[46]?\.(.*)$/.exec(lower)?.[1];
  return (
    domain !== undefined && ['localdomain', 'localdomain4', 'localdomain6'].some((name) => name.startsWith(domain))
  );
}

function addressOf(text: string): Address | undefined {
  try {
    return parseAddress(text);
  } catch (error) {
    if (error instanceof ExposcanError) return undefined;
    throw error;
  }
}

const interfaceName = /^[\w.:@-]{1,32}$/;
const hostName = /^[\w.-]{1,255}$/;

/**
 * Reads the host half of an endpoint. `mayBeCut`: the column is as wide as it can get, so that what stands in it may have lost
 * its end. An address is then kept as a cut name, since it may be another one; except 0.0.0.0, and what is loopback however it goes on.
 *
 * Undefined where the text is neither an address nor a name.
 */
export function readHost(text: string, mayBeCut = false): Host | undefined {
  const { bare, device } = splitZone(text);
  if (device !== undefined && !interfaceName.test(device)) return undefined;
  if (bare === '*') return { bound: anyOf(device) };
  const address = addressOf(bare);
  if (address !== undefined) {
    const isSame = !mayBeCut || address.value === 0n || isLoopback(address);
    return isSame ? boundTo(address, device) : cutAddress(bare, address.family);
  }
  if (bare.includes(':')) return mayBeCut && /^[\da-f:.]{1,45}$/i.test(bare) ? cutAddress(bare, 6) : undefined;
  if (isLoopbackName(bare)) return { bound: { kind: 'loopback' } };
  // What holds no letter is an address that was cut or mangled, not a name.
  if (!hostName.test(bare) || !/[a-z]/i.test(bare)) return undefined;
  return { bound: { kind: 'name', name: bare, truncated: mayBeCut } };
}

function cutAddress(name: string, family: Family): Host {
  return { bound: { kind: 'name', name, truncated: true }, family };
}

/** `[fe80::1%eth0]`, `[fe80::1]%eth0`, `fe80::1%lo0`, `0.0.0.0%virbr0`: the address and the zone or device beside it. */
function splitZone(text: string): { bare: string; device?: string } {
  const plain = text.startsWith('[') ? text.slice(1).replace(']', '') : text;
  const percent = plain.indexOf('%');
  return percent < 0 ? { bare: plain } : { bare: plain.slice(0, percent), device: plain.slice(percent + 1) };
}

function anyOf(device: string | undefined): BoundTo {
  return device === undefined ? { kind: 'any' } : { kind: 'interface', interface: device };
}

function boundTo(address: Address, device: string | undefined): Host {
  const { family, value } = address;
  if (value === 0n) return { bound: anyOf(device), family };
  if (isLoopback(address)) return { bound: { kind: 'loopback' }, family };
  if (device === undefined) return { bound: { kind: 'address', address }, family };
  // Only a link-local address has a zone (RFC 4007); beside another one stands the device that the socket is bound to.
  const isLinkLocal = family === 6 && value >> 118n === 0x3fan;
  const zoned = isLinkLocal ? addressFromValue(family, value, device) : address;
  return { bound: { kind: 'address', address: zoned, interface: device }, family };
}
