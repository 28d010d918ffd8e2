import { ExposcanError } from '../model/errors.js';
import { countAddresses, type Span } from './address-set.js';

/** More addresses than these are scanned only when the user says that they are meant. */
const withoutAsking = 65_536n;

/** As many as IPv4 has; nothing larger could be scanned in a lifetime. */
const everScanned = 1n << 32n;

const secondsPerYear = 31_557_600n;

/** Throws `ERR_TOO_MANY_ADDRESSES` for a block that no scan could get through, whatever the user says. */
export function checkTargetSize(target: string, spans: readonly Span[]): void {
  const count = countAddresses(spans);
  if (count <= everScanned) return;
  const years = count / 1_000_000n / secondsPerYear;
  const time = years > 0n ? `${group(years)} years` : 'weeks';
  throw new ExposcanError(
    'ERR_TOO_MANY_ADDRESSES',
    `${target} holds ${group(count)} addresses, and can never be scanned whole: at a million probes a second, one port of each ` +
      `would take ${time}. Name its hosts or their addresses instead (from DNS, DHCPv6 or a router's neighbour table).`,
  );
}

/** Throws `ERR_TOO_MANY_ADDRESSES` where this many addresses need the user's word. */
export function checkTotal(count: bigint, confirmed: boolean): void {
  if (confirmed || count <= withoutAsking) return;
  throw new ExposcanError(
    'ERR_TOO_MANY_ADDRESSES',
    `The targets hold ${group(count)} addresses. More than ${group(withoutAsking)} are scanned only with --yes: ` +
      'add it if that is what you mean.',
  );
}

function group(count: bigint): string {
  return count.toString().replace(/\B(?=(?:\d{3})+$)/g, ',');
}
