import type { KeyObject, X509Certificate } from 'node:crypto';
import type { CertificateFacts, ChainLink } from '../model/observation.js';
import { matchesTarget, type PresentedName } from './certificate-name.js';
import { signatureAlgorithmOf } from './signature-algorithm.js';

const maxNames = 100;
const maxText = 512;
/** No honest server sends more: its own certificate, one or two intermediate ones, and perhaps the root. */
const maxChain = 10;

/** What a certificate says; undefined where its dates cannot be read. `target`: what the server was reached by, a name or an address. */
export function certificateFacts(
  certificate: X509Certificate,
  target: string | undefined,
): CertificateFacts | undefined {
  const [validFrom, validTo] = [isoTime(certificate.validFrom), isoTime(certificate.validTo)];
  if (validFrom === undefined || validTo === undefined) return undefined;
  const { subject, issuer } = certificate;
  const names = presentedNames(certificate.subjectAltName);
  const matches = target === undefined ? undefined : matchesTarget(names, target);
  const key = keyFacts(certificate);
  const signatureAlgorithm = signatureAlgorithmOf(certificate.raw);
  return {
    subject: oneLine(subject),
    issuer: oneLine(issuer),
    sans: names.map(({ text }) => text),
    validFrom,
    validTo,
    selfSigned: isSelfSigned(certificate),
    fingerprint256: certificate.fingerprint256,
    ...(key === undefined ? {} : { key }),
    ...(signatureAlgorithm === undefined ? {} : { signatureAlgorithm }),
    ...(target === undefined || matches === undefined ? {} : { target: { name: target, matches } }),
  };
}

/** The certificates that came after this one. */
export function chainAbove(certificate: X509Certificate): ChainLink[] {
  const links: ChainLink[] = [];
  for (let next = certificate.issuerCertificate; next !== undefined; next = next.issuerCertificate) {
    if (links.length === maxChain) break;
    links.push({
      subject: oneLine(next.subject),
      issuer: oneLine(next.issuer),
      validTo: isoTime(next.validTo) ?? '',
    });
  }
  return links;
}

/** `Nov 23 00:00:00 2026 GMT`, as OpenSSL writes it; the year has as many digits as it needs, and `Date` takes those below 100 for others. */
function isoTime(text: string): string | undefined {
  const [, day, year] = /^(.{15,40}) ([0-9]{1,4}) GMT$/.exec(text) ?? [];
  if (day === undefined || year === undefined) return undefined;
  // A leap year to read the day in, since February has 29 days in some.
  const time = new Date(`${day} ${Number(year) < 100 ? 2000 : year} GMT`);
  if (Number.isNaN(time.getTime())) return undefined;
  time.setUTCFullYear(Number(year));
  return time.toISOString();
}

/** Signed with its own key. Where that cannot be seen, for it is of a kind that OpenSSL does not know, its names have the word. */
function isSelfSigned(certificate: X509Certificate): boolean {
  const { subject, issuer } = certificate;
  const key = publicKeyOf(certificate);
  // A name that is left out is nobody's.
  if (subject !== issuer || subject === '') return false;
  return key === undefined || certificate.verify(key);
}

/** Undefined for a kind of key that OpenSSL does not know. */
function keyFacts(certificate: X509Certificate): CertificateFacts['key'] {
  const key = publicKeyOf(certificate);
  const type = key?.asymmetricKeyType;
  if (key === undefined || type === undefined) return undefined;
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  // Names of curves hold the size of their field: prime256v1, secp384r1, brainpoolP512r1, sect571k1.
  const bits = modulusLength ?? Number(/[1-9][0-9]{2}/.exec(namedCurve ?? '')?.[0] ?? NaN);
  return { type, ...(Number.isInteger(bits) && bits > 0 ? { bits } : {}) };
}

function publicKeyOf(certificate: X509Certificate): KeyObject | undefined {
  try {
    return certificate.publicKey;
  } catch {
    // The rest of the certificate is worth telling all the same.
    return undefined;
  }
}

/** Node gives one attribute a line (`O=Example\nCN=offsite7.example.org`); line ends within an attribute are escaped. */
function oneLine(name: string | undefined): string {
  return (name ?? '').slice(0, maxText).trim().split('\n').join(', ');
}

/** `DNS:offsite7.example.org, IP Address:192.0.2.7`, where a name with a comma in it is quoted like a JSON string. */
function presentedNames(subjectAltName: string | undefined): PresentedName[] {
  const text = subjectAltName?.slice(0, maxNames * maxText) ?? '';
  const names: string[] = [];
  let [start, isQuoted] = [0, false];
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') isQuoted = !isQuoted;
    else if (isQuoted && text[at] === '\\') at++;
    else if (text[at] === ',' && !isQuoted) {
      names.push(text.slice(start, at));
      start = at + 1;
    }
  }
  names.push(text.slice(start));
  return names
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .slice(0, maxNames)
    .map(presentedName);
}

function presentedName(text: string): PresentedName {
  const [, kind, name = text] = /^(DNS|IP Address):(.*)$/s.exec(text) ?? [];
  return { kind: kind === 'DNS' ? 'name' : kind === undefined ? 'other' : 'address', text: name.slice(0, maxText) };
}
