import type { ServiceFacts } from './protocol.js';
import { isHostName } from './reply.js';

/** More words than these no server needs to say what it is. */
const maxWords = 60;
const maxProductWords = 6;

/** What stands between a product's name and its version. */
const versionLabel = /^(?:version|versions|ver|vers|release|rel|revision|rev|v|r)[.:#]?$/i;
/** Words that say what a server is for, and not whose it is. */
const genericWords = new Set(
  (
    'esmtp smtp esmtps smtps lmtp mail mailer email imap imaps imap4 imap4rev1 imap4rev2 pop pop3 pop3s ftp ftps sftp nntp server servers ' +
    'service services daemon agent system network internet host software ready protocol v gateway relay receiver file transfer secure ssl tls the a an'
  ).split(' '),
);
/** Words after which a name begins, or that are no part of one. */
const stopWords = new Set(
  (
    'welcome to this is the a an at on by of for from with using running runs powered and or hello hi your you our my in port user ' +
    'please ready since expires visit see rfc tls ssl http ipv4 ipv6 pid process id no not connection connected session sessions local time ' +
    'idle timeout up uptime load allowed max maximum number than after within only date built compiled copyright gmt utc est over via level code error ' +
    'sslv3 tlsv1 minutes seconds users last updated welcomes address are policy terms average queue call list client use firmware delay'
  ).split(' '),
);
const protocolWords = new Set('esmtp smtp lmtp imap imap4 imap4rev1 pop pop3 ftp nntp'.split(' '));
/** What a server runs on: its number is not the server's. */
const systems =
  /^(?:sunos|solaris|hp-ux|aix|linux|windows|winnt|nt|ubuntu|debian|centos|rhel|rocky|almalinux|alpine|suse|opensuse|redhat|fedora|freebsd|netbsd|openbsd|unix|irix|ultrix|osf1|os\/2|darwin|macos|vms|openvms|z\/os|os\/390|mpe|ios|armv\w{1,4}|x86\w{0,4}|i[3-6]86)$/i;

interface Word {
  /** Without what encloses it or follows it. */
  readonly bare: string;
  readonly opens: boolean;
  /** Something ends after it: a sentence, or what stands in parentheses. */
  readonly closes: boolean;
}

/**
 * How servers of all makes tell their version in a line of text: a number with a point in it, after a name
 * (`Product 1.2.3`, `Product/1.2`, `Product-1.2`, `Product v1.2`, `(Product 1.2)`) or after a word for version
 * (`Product (Version 1.2)`, `Product Service, Version: 1.2`, `Product Release 7`). The words before it that could be a name
 * are the product, unless they say only what any server of the protocol is. Dates, times, addresses, host names,
 * numbers of protocols and of systems are never taken for versions.
 */
export function readVersionWords(line: string): ServiceFacts {
  const words = line
    .replace(/\((?:TM|R)\)/gi, '')
    .split(/[ \t]/, 4 * maxWords)
    .filter((word) => word !== '');
  const parts = words.slice(0, maxWords).map(wordOf);
  let alone: ServiceFacts | undefined;
  let vague: ServiceFacts | undefined;
  for (const [at, { bare }] of parts.entries()) {
    const labelled = at > 0 && isLabel(parts[at - 1]);
    const joined = labelled ? undefined : joinedName(bare);
    const version =
      joined === undefined && isReleaseDay(parts, at) ? bare : versionIn(joined?.version ?? bare, labelled);
    if (version === undefined || isDateAround(parts, at)) continue;
    const before = parts.slice(0, labelled ? at - 1 : at);
    const own = joined === undefined ? [] : [joined.name];
    const opens = parts[labelled ? at - 1 : at]?.opens === true;
    const product = productOf(before, own, opens);
    if (product === 'refused') continue;
    const stage = /^(?:beta|alpha|rc)[0-9]{0,2}$/i.exec(parts[at + 1]?.bare ?? '')?.[0];
    const { upstream, revision } = withoutRevision(version);
    const facts = { product, version: stage === undefined ? upstream : `${upstream} ${stage}`, extraInfo: revision };
    if (/^[0-9]+$/.test(upstream) && !labelled) vague ??= facts;
    else if (product !== undefined) return facts;
    else if (labelled || isServer.test(before.at(-1)?.bare ?? '')) alone ??= facts;
  }
  return alone ?? vague ?? {};
}

/** What a distribution adds to a version is told apart from it: `2.4.17-Debian-2.4.17-13`, `16.28.0~dfsg-0+deb11u4`. */
function withoutRevision(version: string): { readonly upstream: string; readonly revision?: string } {
  const [, upstream, revision] = /^([0-9a-zA-Z.]{1,61})[-+~]([a-zA-Z]{3,20}[-+~0-9].{0,60})$/.exec(version) ?? [];
  const isStage = /^(?:alpha|beta|pre|final|patch|rel|stable|snapshot)/i.test(revision ?? '');
  return upstream === undefined || revision === undefined || isStage ? { upstream: version } : { upstream, revision };
}

const isServer = /^(?:server|service|ftpd|daemon)$/i;

function wordOf(word: string): Word {
  // A time stamp of APOP.
  if (word.startsWith('<')) return { bare: '', opens: true, closes: true };
  const bare = word.replace(/^["'([{<*|-]{1,40}/, '').slice(0, 80);
  const opens = /^["']?[([{]/.test(word);
  // A parenthesis that opened inside belongs to the version: 2.6.2(1).
  const trimmed = trimEnd(bare, bare.includes('(') ? /[\]"',;:.!>|*]/ : /[)\]}"',;:.!>|*]/);
  return { bare: trimmed, opens, closes: /[)\]};,.!>|:]/.test(word.slice(-1)) };
}

function trimEnd(text: string, ends: RegExp): string {
  let length = text.length;
  while (length > 0 && ends.test(text[length - 1] ?? '')) length -= 1;
  return text.slice(0, length);
}

function isLabel(word: Word | undefined): boolean {
  return word !== undefined && versionLabel.test(word.bare);
}

/** `Product/1.2`, `Product-1.2`, `Product_v1.2`, `wu-2.6.2`: a name and a version in one word. */
function joinedName(word: string): { readonly name: string; readonly version: string } | undefined {
  if (isHostName(word) || word.includes('@') || word.includes('://')) return undefined;
  const run = /^([A-Za-z]{4,20})([0-9]{1,3}\.[0-9.]{1,20})$/.exec(word);
  if (run?.[1] !== undefined && run[2] !== undefined) return { name: run[1], version: run[2] };
  const found = /^([A-Za-z][A-Za-z0-9+]{0,30}(?:[._-][A-Za-z][A-Za-z0-9+]{0,20}){0,3})[/_.-][vV]?([0-9].{0,60})$/.exec(
    word,
  );
  const [, name, version] = found ?? [];
  return name === undefined || version === undefined || versionLabel.test(name) || /^[vVrR][0-9]/.test(name)
    ? undefined
    : { name, version };
}

/** The version that a word is, or undefined; after a word for version a plain number will do. */
function versionIn(word: string, labelled: boolean): string | undefined {
  const bare = word.replace(/^(?:[vV]\.?|[vV]er\.?|[vV]ersion[:=])/, '');
  const version = beforeMark(bare);
  if (isDotted(version)) return isAddress(version, labelled) || isDottedDate(version) ? undefined : version;
  if (/^[vV][0-9]{1,4}$/.test(word)) return word.slice(1);
  if (!labelled) return undefined;
  return /^(?:[0-9]{1,5}[a-zA-Z]{0,3}|[A-Z]{1,3}[0-9]{1,3}(?:\.[0-9]{1,4}){1,4})$/.test(bare) ? bare : undefined;
}

/** What precedes `/`, `,`, and a parenthesis that holds more than a number: 2.6.2(1) is a version, 1.4(beta) is one and a remark. */
function beforeMark(word: string): string {
  const [text = ''] = word.split(/[/,]/, 1);
  const at = text.indexOf('(');
  return at < 0 || /^\([0-9]{1,5}\)$/.test(text.slice(at)) ? text : text.slice(0, at);
}

/** Numbers with points between them, and what a distribution or a build adds: 8.12.11.20060308, 1.82.00-R13, 4.86_2. */
function isDotted(text: string): boolean {
  const [, number = '', rest = ''] = /^([0-9][0-9a-zA-Z.]{0,60})((?:[-_+~(][\w.+~()-]{1,40})?)$/.exec(text) ?? [];
  const parts = number.split('.');
  const [first = '', ...others] = parts;
  return (
    others.length >= 1 &&
    others.length <= 5 &&
    /^[0-9]{1,5}[a-zA-Z]{0,2}$/.test(first) &&
    others.every((part) => /^[0-9][0-9a-zA-Z]{0,19}$/.test(part)) &&
    !rest.includes('@')
  );
}

function isAddress(text: string, labelled: boolean): boolean {
  const numbers = /^([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})$/.exec(text)?.slice(1).map(Number);
  if (numbers === undefined || labelled || numbers.some((number) => number > 255)) return false;
  const [first = 0] = numbers;
  return first >= 30 || first === 10 || first === 0;
}

function isDottedDate(text: string): boolean {
  return /^(?:[0-3]?[0-9]\.[01]?[0-9]\.(?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}\.[01][0-9]\.[0-3][0-9])$/.test(text);
}

/** The daemons of the BSDs and their kin count by days: NetBSD-ftpd 20100515. */
function isReleaseDay(parts: readonly Word[], at: number): boolean {
  return /^20[0-9]{6}(?:[+-][\w.]{1,20})?$/.test(parts[at]?.bare ?? '') && /[a-z]d$/.test(parts[at - 1]?.bare ?? '');
}

/** A number that belongs to a date: `23.11. 2026`, or one next to the name of a month. */
function isDateAround(parts: readonly Word[], at: number): boolean {
  const month = /^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}$/i;
  return [parts[at - 1], parts[at + 1]].some((word, side) => {
    if (word === undefined || !month.test(word.bare)) return false;
    return side === 0 || /^[0-9]{1,2}$/.test(parts[at]?.bare ?? '');
  });
}

/** The name before a version, `refused` where the number is of something else, undefined where there is none. */
function productOf(before: readonly Word[], own: readonly string[], opened: boolean): string | undefined {
  const names = [...own];
  // `Server ready v1.2`
  const trailing = before.at(-1)?.bare.toLowerCase() === 'ready' ? before.slice(0, -1) : before;
  // A joined name is whole, unless it is a mere `ftpd` or `server`.
  let inside = opened;
  if (own.length === 0 || own.every(isGeneric)) {
    for (let at = trailing.length - 1; at >= 0 && names.length < maxProductWords; at -= 1) {
      const word = trailing[at];
      if (word === undefined) break;
      // `Server for Windows NT, Version 1.4`
      if (/^(?:for|on)$/i.test(word.bare) && systems.test(names[0] ?? '')) {
        names.length = 0;
        continue;
      }
      if (isBoundary(word, at === trailing.length - 1 && !inside)) break;
      names.unshift(word.bare);
      if (word.opens) break;
      inside = false;
    }
  }
  const last = (own[0] ?? before.at(-1)?.bare ?? '').toLowerCase();
  if (last === 'v' && before.at(-2)?.bare.toLowerCase() === 'system') return 'refused';
  if (systems.test(last) || notAProduct.test(last)) return 'refused';
  while (names.length > 1 && protocolWords.has((names[0] ?? '').toLowerCase()) && !names.slice(1).every(isGeneric)) {
    names.shift();
  }
  while (/^[0-9]/.test(names[0] ?? '')) names.shift();
  if (names.length === 0 || names.every(isGeneric)) return undefined;
  return names.join(' ').slice(0, 60);
}

const notAProduct =
  /^(?:tls|ssl|http|rfc|ipv[46]|port|tlsv|sslv|tlsv1|sslv3|user|pid|kernel|build|id|for|from|at|to|on|welcome|perl|python|openssl|libressl|gnutls|size|php|java|jdk|policy|terms|conditions|average|queue|call|list|client|firmware)$/;

function isGeneric(word: string): boolean {
  return genericWords.has(word.toLowerCase());
}

/** What a name cannot go across. */
function isBoundary({ bare, closes }: Word, touches: boolean): boolean {
  if (closes && !touches) return true;
  // Models have numbers: Aficio MP 201.
  if (!/^(?:\.?[A-Za-z][\w.+'/&-]{0,40}|[0-9]{2,5}[a-z]{0,4}\+?)$/.test(bare)) return true;
  return versionLabel.test(bare) || stopWords.has(bare.toLowerCase()) || isHostName(bare);
}
