import { cpe } from '../cpe.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { latin1 } from '../reader.js';
import { startTls } from '../start-tls.js';
import { readVersionWords } from '../version-words.js';

/** No list of capabilities is longer. */
const maxText = 4096;

/**
 * ManageSieve (RFC 5804, sections 1.7 and 2.4): the server speaks first, one capability a line, the name and version of its
 * implementation among them.
 *
 * ```
 * <"> IMPLEMENTATION <"> SP <"> text <"> CRLF          … SIEVE, SASL, STARTTLS, VERSION …
 * OK [ SP ( code ) ] [ SP <"> text <"> ] CRLF          or BYE, NO
 * ```
 */
export const sieve: Protocol = {
  name: 'sieve',
  ports: [4190],
  startTls: startTls.sieve,
  farewell: Buffer.from('LOGOUT\r\n'),
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the capabilities it greets with (IMPLEMENTATION)',
    logs: 'one disconnection without a login',
  },
  examples: [
    {
      from: 'Dovecot 2.3.19.1 with Pigeonhole, Debian 12',
      bytes: Buffer.from(
        '"IMPLEMENTATION" "Dovecot (Debian) Pigeonhole"\r\n' +
          '"SIEVE" "fileinto reject envelope encoded-character vacation subaddress comparator-i;ascii-numeric relational regex"\r\n' +
          '"NOTIFY" "mailto"\r\n"SASL" "PLAIN"\r\n"VERSION" "1.0"\r\nOK "Dovecot (Debian) ready."\r\n',
      ),
      service: {
        name: 'sieve',
        product: 'Dovecot Pigeonhole',
        extraInfo: 'Debian; SASL PLAIN',
        cpe: ['cpe:2.3:a:dovecot:pigeonhole:*:*:*:*:*:*:*:*'],
      },
    },
    {
      from: "built from RFC 5804, with Cyrus's words",
      bytes: Buffer.from(
        '"IMPLEMENTATION" "Cyrus timsieved v2.4.17-Debian-2.4.17-13"\r\n"SASL" "PLAIN LOGIN"\r\n' +
          '"SIEVE" "comparator-i;ascii-numeric fileinto reject"\r\n"STARTTLS"\r\n"UNAUTHENTICATE"\r\nOK\r\n',
      ),
      service: {
        name: 'sieve',
        product: 'Cyrus timsieved',
        version: '2.4.17',
        extraInfo: 'Debian-2.4.17-13; STARTTLS; SASL PLAIN LOGIN',
        cpe: ['cpe:2.3:a:cyrus:imap:2.4.17:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'built from RFC 5804, section 1.7',
      bytes: Buffer.from(
        '"IMPlemENTATION" "Example1 ManageSieved v001"\r\n"SASl" "DIGEST-MD5 GSSAPI"\r\n"SIeVE" "fileinto vacation"\r\n' +
          '"StaRTTLS"\r\n"NOTIFY" "xmpp mailto"\r\n"MAXREdIRECTS" "5"\r\n"VERSION" "1.0"\r\nOK\r\n',
      ),
      service: {
        name: 'sieve',
        product: 'Example1 ManageSieved',
        version: '001',
        extraInfo: 'STARTTLS; SASL DIGEST-MD5 GSSAPI',
      },
    },
  ],
  negatives: [
    { from: 'an OK that does not say what of', bytes: Buffer.from('OK "ready"\r\n') },
    { from: 'a quoted word', bytes: Buffer.from('"IMPORTANT" "welcome"\r\nOK\r\n') },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const text = latin1(bytes.subarray(0, maxText));
  const start = '"IMPLEMENTATION" "';
  const begun = text.slice(0, start.length).toUpperCase();
  if (!start.startsWith(begun)) return { kind: 'no' };
  const lines = text.split('\n').slice(0, -1);
  const [first] = lines;
  if (first === undefined) return { kind: text.length < maxText ? 'more' : 'no' };
  const implementation = /^"[A-Z]{1,20}" "([\x20\x21\x23-\x7e\x80-\xff]{0,200})"\r?$/i.exec(first)?.[1];
  if (implementation === undefined) return { kind: 'no' };
  const complete = lines.some((line) => /^(?:OK|NO|BYE)\b/.test(line)) || text.length >= maxText;
  return { kind: 'match', facts: readFacts(implementation, lines), ...(complete ? {} : { growing: true }) };
}

function readFacts(implementation: string, lines: readonly string[]): ServiceFacts {
  const sasl = lines
    .map((line) => /^"SASL" "([A-Z0-9_ -]{1,200})"/i.exec(line)?.[1])
    .find((found) => found !== undefined);
  const dovecot = /^Dovecot(?: \(([^()]{1,60})\))? Pigeonhole/.exec(implementation);
  const extraInfo = [
    dovecot?.[1],
    lines.some((line) => /^"STARTTLS"/i.test(line)) ? 'STARTTLS' : undefined,
    sasl === undefined ? undefined : `SASL ${sasl}`,
  ]
    .filter((part) => part !== undefined)
    .join('; ');
  if (dovecot !== null) return { product: 'Dovecot Pigeonhole', extraInfo, cpe: [cpe('dovecot', 'pigeonhole')] };
  const { product = implementation, version, extraInfo: revision } = readVersionWords(implementation);
  const told = [revision, extraInfo].filter((part) => part !== undefined && part !== '').join('; ');
  const names = product.startsWith('Cyrus ') ? [cpe('cyrus', 'imap', version)] : undefined;
  return { product, version, extraInfo: told, cpe: names };
}
