import { readElement, type Element } from './der.js';

/** RFC 4055, RFC 5758, RFC 8410 and their older kin; by OpenSSL's names. */
const names: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.2': 'md2WithRSAEncryption',
  '1.2.840.113549.1.1.4': 'md5WithRSAEncryption',
  '1.2.840.113549.1.1.5': 'sha1WithRSAEncryption',
  '1.2.840.113549.1.1.10': 'rsassaPss',
  '1.2.840.113549.1.1.11': 'sha256WithRSAEncryption',
  '1.2.840.113549.1.1.12': 'sha384WithRSAEncryption',
  '1.2.840.113549.1.1.13': 'sha512WithRSAEncryption',
  '1.2.840.113549.1.1.14': 'sha224WithRSAEncryption',
  '1.2.840.10040.4.3': 'dsaWithSHA1',
  '1.2.840.10045.4.1': 'ecdsa-with-SHA1',
  '1.2.840.10045.4.3.1': 'ecdsa-with-SHA224',
  '1.2.840.10045.4.3.2': 'ecdsa-with-SHA256',
  '1.2.840.10045.4.3.3': 'ecdsa-with-SHA384',
  '1.2.840.10045.4.3.4': 'ecdsa-with-SHA512',
  '2.16.840.1.101.3.4.3.2': 'dsaWithSHA256',
  '1.3.101.112': 'ed25519',
  '1.3.101.113': 'ed448',
};

const [sequenceTag, oidTag] = [0x30, 0x06];
const maxOid = 32;

/**
 * The algorithm that a certificate is signed with, which Node does not tell; undefined where the bytes are no certificate (RFC 5280,
 * section 4.1; DER: X.690, section 8).
 *
 * ```
 * Certificate  SEQUENCE { TBSCertificate SEQUENCE · signatureAlgorithm SEQUENCE { OID · … } · signature }
 * ```
 */
export function signatureAlgorithmOf(certificate: Uint8Array): string | undefined {
  const whole = sequence(certificate);
  const signed = whole === undefined ? undefined : sequence(whole.body);
  const algorithm = signed === undefined ? undefined : sequence(signed.rest);
  const oid = algorithm === undefined ? undefined : readElement(algorithm.body);
  if (oid === undefined || oid === 'more' || oid.tag !== oidTag) return undefined;
  if (oid.body.length === 0 || oid.body.length > maxOid) return undefined;
  const text = oidText(oid.body);
  return names[text] ?? text;
}

function sequence(bytes: Uint8Array): Element | undefined {
  const element = readElement(bytes);
  return element === undefined || element === 'more' || element.tag !== sequenceTag ? undefined : element;
}

/** X.690, section 8.19: base 128, and the first two arcs in one number. */
function oidText(body: Uint8Array): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of body) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      arcs.push(arc);
      arc = 0;
    }
  }
  const [first = 0, ...others] = arcs;
  const top = Math.min(2, Math.floor(first / 40));
  return [top, first - 40 * top, ...others].join('.');
}
