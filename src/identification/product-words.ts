import { cpe } from './cpe.js';
import { ownWords } from './own-words.js';
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

/** What the text proves by the pattern that it matches first, and of those that match there, by the first; nothing where it matches none. */
export function productFacts(known: readonly ProductWords[], text: string): ServiceFacts {
  const introduction = introductionIn(known, text);
  if (introduction === undefined) return {};
  const { entry, found } = introduction;
  const { product = entry.product, version, extraInfo } = found.groups ?? {};
  return { product, version, extraInfo, cpe: entry.cpe && [cpe(...entry.cpe, version)] };
}

interface Introduction {
  readonly entry: ProductWords;
  readonly found: RegExpExecArray;
}

function introductionIn(known: readonly ProductWords[], text: string): Introduction | undefined {
  return known.reduce<Introduction | undefined>((first, entry) => {
    const found = entry.pattern.exec(text);
    return found === null || (first !== undefined && first.found.index <= found.index) ? first : { entry, found };
  }, undefined);
}

/**
 * What a greeting of several lines proves: by the first line that a known product introduces itself in, and otherwise by the first
 * that tells a version in any of the ways that servers of all makes do. A known product's version may stand where only the general
 * rules find it. Lines after the first are often the administrator's own: there a version counts only if it is called one, or is a server's.
 */
export function greetingFacts(known: readonly ProductWords[], lines: readonly string[]): ServiceFacts {
  const own = lines.map(ownWords);
  for (const line of own) {
    const facts = productFacts(known, line);
    if (facts.product === undefined && facts.version === undefined) continue;
    return facts.version === undefined ? withVersion(known, facts, line) : facts;
  }
  for (const [at, line] of own.entries()) {
    if (at > 0 && !serverWords.test(line)) continue;
    const facts = readVersionWords(line);
    if (facts.version !== undefined) return facts;
  }
  return {};
}

const serverWords = /\b(?:server|service|daemon|ftpd|version|ready)\b/i;

/** A product that is known by name, with the version that stands where the general rules look for it, if it is told of this very product. */
function withVersion(known: readonly ProductWords[], facts: ServiceFacts, line: string): ServiceFacts {
  const { product, version } = readVersionWords(line);
  const introduction = introductionIn(known, line);
  const named = introduction?.found[0].toLowerCase() ?? '';
  const last = product
    ?.toLowerCase()
    .split(' ')
    .filter((word) => !editionWords.test(word))
    .at(-1);
  if (version === undefined || (last !== undefined && !named.includes(last))) return facts;
  const names = introduction?.entry.cpe;
  return { ...facts, version, cpe: names && [cpe(...names, version)] };
}

/** What may stand between a product's name and its version. */
const editionWords =
  /^(?:pro|professional|standard|enterprise|lite|edition|server|mail|esmtp|smtp|imap4?|pop3?|service|internet|agent|for|unix|linux|windows)$/;

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
  { pattern: /\bCommuniGate Pro\b/, product: 'CommuniGate Pro' },
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
