import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { parseAddress } from '../model/address.js';

/** One of a certificate's subject alternative names: a DNS name, an address, or something that no target is called by. */
export interface PresentedName {
  readonly kind: 'name' | 'address' | 'other';
  readonly text: string;
}

/**
 * Whether a certificate with these names is for the target (RFC 9525, section 6). A name is compared label by label, without regard
 * to case, in its ASCII form (section 6.3); `*` stands for exactly one label, the first, and nothing but all of it. An address is
 * compared as a number, with addresses only (section 6.4). The common name of the subject does not count (section 2).
 *
 * Undefined for an address that the certificate does not name: certificates name addresses seldom, and whoever scans an address
 * has not said by what name it is used.
 */
export function matchesTarget(names: readonly PresentedName[], target: string): boolean | undefined {
  if (isIP(target) !== 0) {
    const address = parseAddress(target)?.text;
    const isNamed = names.some(({ kind, text }) => kind === 'address' && parseAddress(text)?.text === address);
    return isNamed && address !== undefined ? true : undefined;
  }
  const wanted = asciiLabels(target);
  return wanted !== undefined && names.some(({ kind, text }) => kind === 'name' && isFor(text, wanted));
}

function isFor(presented: string, wanted: readonly string[]): boolean {
  const isWild = presented.startsWith('*.');
  const labels = asciiLabels(isWild ? presented.slice(2) : presented);
  const compared = isWild ? wanted.slice(1) : wanted;
  return labels?.length === compared.length && labels.every((label, index) => label === compared[index]);
}

/** Undefined for what is no name, a `*` anywhere but in the place of the first label included. */
function asciiLabels(name: string): readonly string[] | undefined {
  const relative = name.replace(/\.$/, '');
  const ascii = /^[\x00-\x7f]*$/.test(relative) ? relative : domainToASCII(relative);
  const labels = ascii.toLowerCase().split('.');
  return labels.every((label) => /^[a-z0-9_-]{1,63}$/.test(label)) ? labels : undefined;
}
