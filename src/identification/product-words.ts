import { cpe } from './cpe.js';
import type { ServiceFacts } from './protocol.js';
import { isHostName } from './reply.js';

/** How a product introduces itself in the text of a greeting. */
export interface ProductWords {
  /** Its named groups `product`, `version` and `extraInfo` become facts. */
  readonly pattern: RegExp;
  /** Absent where the pattern reads it off the text. */
  readonly product?: string;
  /** Vendor and product of its CPE. */
  readonly cpe?: readonly [vendor: string, product: string];
}

/** What the text proves by the first pattern that it matches; nothing where it matches none. */
export function productFacts(known: readonly ProductWords[], text: string): ServiceFacts {
  for (const { pattern, product: usual, cpe: names } of known) {
    const found = pattern.exec(text);
    if (found === null) continue;
    const { product = usual, version, extraInfo } = found.groups ?? {};
    return { product, version, extraInfo, cpe: names && [cpe(...names, version)] };
  }
  return {};
}

/** Mail and file servers often begin with their own name, which may be `imap.example.org` whatever is spoken there. */
export function splitHost(text: string): { readonly hostname?: string; readonly rest: string } {
  const [first = ''] = text.split(' ', 1);
  return isHostName(first) ? { hostname: first, rest: text.slice(first.length + 1) } : { rest: text };
}

/** The servers that speak IMAP and POP3 alike. */
export const mailboxProducts: readonly ProductWords[] = [
  { pattern: /^Dovecot(?: \((?<extraInfo>[^()]{1,60})\))? /, product: 'Dovecot', cpe: ['dovecot', 'dovecot'] },
  {
    pattern: /^The Microsoft Exchange (?:IMAP4|POP3) service is ready/,
    product: 'Microsoft Exchange',
    cpe: ['microsoft', 'exchange_server'],
  },
];
