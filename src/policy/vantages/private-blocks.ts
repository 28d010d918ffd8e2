import { type Address, type AddressRange, parseCidr, rangeHolds } from '../../model/address.js';

/** A block whose addresses mean something within one network only. */
export interface PrivateBlock {
  readonly text: string;
  /** What it is, with the document that says so. */
  readonly kind: string;
  readonly range: AddressRange;
}

/**
 * The blocks that the internet does not carry. The ranges for documentation (RFC 5737, RFC 3849) are not among them: they stand for
 * public addresses.
 */
const blocks: readonly PrivateBlock[] = [
  ['10.0.0.0/8', 'private, RFC 1918'],
  ['172.16.0.0/12', 'private, RFC 1918'],
  ['192.168.0.0/16', 'private, RFC 1918'],
  ['100.64.0.0/10', "shared behind a provider's address translation, RFC 6598"],
  ['169.254.0.0/16', 'link-local, RFC 3927'],
  ['127.0.0.0/8', 'loopback, RFC 1122'],
  ['fc00::/7', 'unique local, RFC 4193'],
  ['fe80::/10', 'link-local, RFC 4291'],
  ['::1/128', 'loopback, RFC 4291'],
].map(([text = '', kind = '']) => {
  const range = parseCidr(text);
  if (range === undefined) throw new RangeError(`not an address block: ${text}`);
  return { text, kind, range };
});

/** The block that makes this address a private one; undefined for a public address. */
export function privateBlockOf(address: Address): PrivateBlock | undefined {
  return blocks.find(({ range }) => rangeHolds(range, address));
}
