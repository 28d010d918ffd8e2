import { cpe } from './cpe.js';
import type { ServiceFacts } from './protocol.js';
import { isHostName } from './reply.js';
import { readVersionWords } from './version-words.js';

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

/**
 * What a greeting of several lines proves: by the first line that a known product introduces itself in, and otherwise by the first
 * that tells a version in any of the ways that servers of all makes do. A known product's version may stand where only the general
 * rules find it.
 */
export function greetingFacts(known: readonly ProductWords[], lines: readonly string[]): ServiceFacts {
  for (const line of lines) {
    const facts = productFacts(known, line);
    if (facts.product === undefined && facts.version === undefined) continue;
    return facts.version === undefined ? withVersion(known, facts, line) : facts;
  }
  for (const line of lines) {
    const facts = readVersionWords(line);
    if (facts.version !== undefined) return facts;
  }
  return {};
}

/** A product that is known by name, with the version that stands where the general rules look for it, if it is told of this very product. */
function withVersion(known: readonly ProductWords[], facts: ServiceFacts, line: string): ServiceFacts {
  const { product, version } = readVersionWords(line);
  const entry = known.find(({ pattern }) => pattern.test(line));
  const named = entry?.pattern.exec(line)?.[0].toLowerCase() ?? '';
  const isOfIt = product === undefined || product.split(' ').some((word) => named.includes(word.toLowerCase()));
  if (version === undefined || !isOfIt) return facts;
  return { ...facts, version, cpe: entry?.cpe && [cpe(...entry.cpe, version)] };
}

/** Mail and file servers often begin with their own name, which may be `imap.example.org` whatever is spoken there. */
export function splitHost(text: string): { readonly hostname?: string; readonly rest: string } {
  const [first = ''] = text.split(' ', 1);
  return isHostName(first) ? { hostname: first, rest: text.slice(first.length + 1) } : { rest: text };
}

/** The servers that speak IMAP and POP3 alike. */
export const mailboxProducts: readonly ProductWords[] = [
  { pattern: /\bDovecot(?: \((?<extraInfo>[^()]{1,60})\))?/, product: 'Dovecot', cpe: ['dovecot', 'dovecot'] },
  {
    pattern:
      /^(?:The )?Microsoft Exchange\b(?:(?: Server)?(?: [0-9]{4})? (?:IMAP4(?:rev1)?|POP3) server version (?<version>[0-9.]{1,30}))?/,
    product: 'Microsoft Exchange',
    cpe: ['microsoft', 'exchange_server'],
  },
  { pattern: /\b(?:Lotus )?Domino (?:IMAP4|POP3|Server)/, product: 'Domino' },
  {
    pattern: /\bLotus Notes (?:IMAP4|POP3) server version (?:Release )?(?<version>[A-Z]?[0-9]\S{0,20})/i,
    product: 'Lotus Notes',
  },
  { pattern: /\bCommuniGate Pro\b/, product: 'CommuniGate Pro', cpe: ['communigate', 'communigate_pro'] },
  { pattern: /\bKerio Connect\b/, product: 'Kerio Connect', cpe: ['kerio', 'connect'] },
  { pattern: /\bKerio MailServer\b/, product: 'Kerio MailServer', cpe: ['kerio', 'kerio_mailserver'] },
  { pattern: /\bZimbra\b/, product: 'Zimbra' },
  { pattern: /\bMailEnable\b/, product: 'MailEnable', cpe: ['mailenable', 'mailenable'] },
  { pattern: /\bhMailServer\b/, product: 'hMailServer', cpe: ['hmailserver', 'hmailserver'] },
  { pattern: /\bMDaemon\b/, product: 'MDaemon', cpe: ['altn', 'mdaemon'] },
  { pattern: /\bIceWarp\b/, product: 'IceWarp', cpe: ['icewarp', 'mail_server'] },
  { pattern: /\bGroupWise\b/, product: 'GroupWise' },
  { pattern: /\bInterMail v(?<version>[A-Z]{0,3}\.?[0-9][0-9.]{0,20}[0-9])/, product: 'InterMail' },
  { pattern: /\bIMail (?<version>[0-9][0-9.]{0,20})/, product: 'IMail' },
  { pattern: /^Gimap\b|^Gpop\b/, product: 'Gmail' },
  { pattern: /\bSmarterMail\b/, product: 'SmarterMail', cpe: ['smartertools', 'smartermail'] },
  { pattern: /\biPlanet Messaging Server (?<version>[0-9]\S{0,20})/, product: 'iPlanet Messaging Server' },
  {
    pattern: /\bSun Java\(tm\) System Messaging Server (?<version>[0-9][\w.-]{0,20})/,
    product: 'Sun Java System Messaging Server',
  },
];
