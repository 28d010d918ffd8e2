import { builtExamples } from '../built-examples.js';
import { greetingFacts, mailboxProducts, splitHost, type ProductWords } from '../product-words.js';
import type { Parsed, Protocol, ProvenFacts, ServiceFacts } from '../protocol.js';
import { latin1 } from '../reader.js';
import { startTls } from '../start-tls.js';

/** Longer greetings are not read; those with many capabilities have some 500 bytes. */
const maxLine = 2048;

/**
 * IMAP's greeting (RFC 9051 and RFC 3501, section 7.1).
 *
 * ```
 * * OK | PREAUTH | BYE  SP  [ "[" code "]" SP ]  text CRLF        code: CAPABILITY IMAP4rev1 …, ALERT, UNAVAILABLE, …
 * ```
 *
 * `* OK` alone proves little, since other protocols of the same make greet like that (MUPDATE, MTQP); the capability
 * IMAP4… or IMAP in the text does, or in the answer to CAPABILITY, which is asked where neither is there, or the name of a
 * server which says it on no other port: `* OK Dovecot ready.`
 *
 * A server that does not name itself, and has ID among its capabilities, is asked by that (RFC 2971):
 *
 * ```
 * → a ID NIL CRLF
 * ← * ID ( string SP nstring … ) CRLF · a OK …        the strings in turn: a field such as "name", and its value
 * ```
 */
export const imap: Protocol = {
  name: 'imap',
  ports: [143],
  overTls: { name: 'imaps', ports: [993] },
  startTls: startTls.imap,
  asks: {
    when: ({ product }, greeting) => product === undefined && offersId(greeting),
    write: Buffer.from('a ID NIL\r\n'),
    read: readId,
    examples: [
      {
        from: 'Dovecot 2.3.19.1, Debian 12, with login_greeting = ready',
        greeting: Buffer.from(
          '* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE AUTH=PLAIN] ready\r\n',
        ),
        bytes: Buffer.from('* ID ("name" "Dovecot")\r\na OK ID completed.\r\n'),
        service: {
          name: 'imap',
          product: 'Dovecot',
          extraInfo: 'capabilities IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE AUTH=PLAIN',
          cpe: ['cpe:2.3:a:dovecot:dovecot:*:*:*:*:*:*:*:*'],
        },
      },
    ],
  },
  farewell: Buffer.from('a LOGOUT\r\n'),
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the greeting (* OK, * PREAUTH, * BYE)',
    logs: 'one disconnection without a login',
  },
  examples: [
    {
      from: 'Dovecot 2.3.19.1, Debian 12',
      bytes: Buffer.from(
        '* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ AUTH=PLAIN] Dovecot (Debian) ready.\r\n',
      ),
      service: {
        name: 'imap',
        product: 'Dovecot',
        extraInfo: 'Debian; capabilities IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ AUTH=PLAIN',
        cpe: ['cpe:2.3:a:dovecot:dovecot:*:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'Courier-IMAP 5.0.13, Debian 12, with capabilities set to a few',
      bytes: Buffer.from(
        '* OK [CAPABILITY IMAP4rev1 UIDPLUS IDLE ENABLE UTF8=ACCEPT] Courier-IMAP ready. ' +
          'Copyright 1998-2019 Double Precision, Inc.  See COPYING for distribution information.\r\n',
      ),
      service: {
        name: 'imap',
        product: 'Courier-IMAP',
        extraInfo: 'capabilities IMAP4rev1 UIDPLUS IDLE ENABLE UTF8=ACCEPT',
      },
    },
    {
      from: 'Cyrus IMAP 3.6.1, Debian 12',
      bytes: Buffer.from(
        '* OK [CAPABILITY IMAP4rev1 LITERAL+ ID ENABLE STARTTLS AUTH=PLAIN SASL-IR] ' +
          'mail.example.org Cyrus IMAP 3.6.1-Debian-3.6.1-4+deb12u5 server ready\r\n',
      ),
      service: {
        name: 'imap',
        product: 'Cyrus IMAP',
        version: '3.6.1',
        extraInfo: 'Debian-3.6.1-4+deb12u5; capabilities IMAP4rev1 LITERAL+ ID ENABLE STARTTLS AUTH=PLAIN SASL-IR',
        hostname: 'mail.example.org',
        cpe: ['cpe:2.3:a:cyrus:imap:3.6.1:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'GNU Mailutils imap4d 3.15, Debian 12',
      bytes: Buffer.from('* OK IMAP4rev1\r\n'),
      service: { name: 'imap' },
    },
    {
      from: 'Perdition 2.2, Debian 12',
      bytes: Buffer.from('* OK [CAPABILITY IMAP4 IMAP4REV1] perdition ready on 198.51.100.2 0002e7ac\r\n'),
      service: { name: 'imap', product: 'Perdition', extraInfo: 'capabilities IMAP4 IMAP4REV1' },
    },
    {
      from: 'built from RFC 9051, section 6.1.1: a greeting without words, and the answer to CAPABILITY',
      bytes: Buffer.from('* OK ready\r\n* CAPABILITY IMAP4rev1 STARTTLS\r\na OK CAPABILITY completed\r\n'),
      service: { name: 'imap' },
    },
    ...builtExamples('imap', "built from RFC 3501, with the product's own words", [
      [
        '* OK mail.example.org Cyrus IMAP 3.6.1-Debian-3.6.1-4+deb12u3 server ready',
        {
          product: 'Cyrus IMAP',
          version: '3.6.1',
          extraInfo: 'Debian-3.6.1-4+deb12u3',
          hostname: 'mail.example.org',
          cpe: ['cpe:2.3:a:cyrus:imap:3.6.1:*:*:*:*:*:*:*'],
        },
      ],
      [
        '* OK mail.example.org Cyrus IMAP4 v2.2.13-Debian-2.2.13-10 server ready',
        {
          product: 'Cyrus IMAP',
          version: '2.2.13',
          extraInfo: 'Debian-2.2.13-10',
          hostname: 'mail.example.org',
          cpe: ['cpe:2.3:a:cyrus:imap:2.2.13:*:*:*:*:*:*:*'],
        },
      ],
      [
        '* OK The Microsoft Exchange IMAP4 service is ready.',
        { product: 'Microsoft Exchange', cpe: ['cpe:2.3:a:microsoft:exchange_server:*:*:*:*:*:*:*:*'] },
      ],
      [
        '* OK mail.example.org IMAP4rev1 2007e.404 at Mon, 23 Nov 2026 02:22:07 +0000 (UTC)',
        { product: 'UW imapd', version: '2007e.404', hostname: 'mail.example.org' },
      ],
      ['* PREAUTH IMAP4rev1 server logged in as Smith', {}],
      ['* BYE [UNAVAILABLE] IMAP service not available', { extraInfo: 'BYE [UNAVAILABLE] IMAP service not available' }],
    ]),
  ],
  negatives: [
    { from: 'an untagged OK that does not say what of', bytes: Buffer.from('* OK ready\r\n') },
    { from: 'a capability cut off', bytes: Buffer.from('* OK [CAPABILITY IMAP4rev1') },
    {
      from: "MUPDATE's greeting (RFC 3656)",
      bytes: Buffer.from('* OK MUPDATE "mail.example.org" "Cyrus" "v3.6.1"\r\n'),
    },
    { from: 'a list in text', bytes: Buffer.from('* an item on IMAP\r\n') },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const text = latin1(bytes.subarray(0, maxLine)).replace(/^[\r\n]{1,16}/, '');
  if (!['* OK ', '* PREAUTH ', '* BYE '].some((start) => text.startsWith(start) || start.startsWith(text))) {
    return { kind: 'no' };
  }
  const end = text.indexOf('\n');
  if (end < 0) return { kind: text.length < maxLine ? 'more' : 'no' };
  const line = text.slice(0, end).replace(/\r$/, '');
  const found = /^\* (OK|PREAUTH|BYE) (?:\[([^\]]*)\] ?)?([\t\x20-\x7e\x80-\xff]*)$/.exec(line);
  const [, status, code = '', said] = found ?? [];
  if (status === undefined || said === undefined) return { kind: 'no' };
  const isCapable = capabilitiesOf(code).some((word) => /^IMAP4/i.test(word));
  const { rest } = splitHost(said);
  const answersCapability = /^\* CAPABILITY (?:[^\r\n]{0,500} )?IMAP4/i.test(text.slice(end + 1));
  const isImap =
    isCapable || answersCapability || /IMAP/i.test(rest) || (!/\bsync|MUPDATE/i.test(rest) && ownWords.test(rest));
  if (!isImap) return { kind: 'no' };
  return { kind: 'match', facts: readText(line, status, code, said) };
}

function capabilitiesOf(code: string): readonly string[] {
  const [label = '', ...words] = code.split(' ');
  return /^CAPABILITY$/i.test(label) ? words : [];
}

/** Names of mail servers that greet with `* OK` in no other protocol. */
const ownWords =
  /\b(?:Dovecot|Courier|Cyrus|Domino|Exchange|Kerio|Zimbra|MailEnable|hMailServer|MDaemon|IceWarp|GroupWise|CommuniGate|SmarterMail|MERCUR|Stalwart)\b|\be?mail\b/i;

const known: readonly ProductWords[] = [
  ...mailboxProducts,
  { pattern: /^perdition ready on\b/, product: 'Perdition' },
  { pattern: /\bCourier-IMAP\b/, product: 'Courier-IMAP' },
  {
    pattern: /\bCyrus IMAP4? v?(?<version>[0-9]{1,3}(?:\.[0-9]{1,4}){1,3})(?:-(?<extraInfo>\S{1,80}))?(?: |$)/,
    product: 'Cyrus IMAP',
    cpe: ['cyrus', 'imap'],
  },
  // The University of Washington's prints its own number after the protocol's name, and the time.
  {
    pattern: /\bIMAP4(?:rev1)? v?(?<version>(?:20[0-9]{2}[a-z]?|1[0-9])\.[0-9]{1,4}[a-z]{0,3})\b/i,
    product: 'UW imapd',
  },
];

function offersId(greeting: Uint8Array): boolean {
  const [start = ''] = latin1(greeting).split(']', 1);
  return start.startsWith('* OK [') && capabilitiesOf(start.slice(6)).includes('ID');
}

/** The answer to ID (RFC 2971, section 3.2): names and values in turn, each in quotes; a value may be NIL. */
function readId(answer: Uint8Array, { extraInfo }: ProvenFacts): Parsed {
  const lines = latin1(answer).split('\n').slice(0, -1);
  if (!lines.some((line) => /^a (?:OK|NO|BAD)\b/i.test(line))) return { kind: 'more' };
  const told = lines.find((line) => /^\* ID \(/i.test(line));
  if (told === undefined) return { kind: 'no' };
  // The strings stand at every other place between the quotes; an escaped quote cuts its string short.
  const strings = told.split('"', 64).filter((_, at) => at % 2 === 1);
  const valueOf = (name: string) => {
    const at = strings.findIndex((string, index) => index % 2 === 0 && string.toLowerCase() === name);
    return at < 0 ? undefined : strings[at + 1];
  };
  const [name, version = ''] = [valueOf('name'), valueOf('version')];
  if (name === undefined) return { kind: 'no' };
  const { product = name, extraInfo: more, ...facts } = greetingFacts(known, [`${name} ${version}`.trim()]);
  const all = [more, extraInfo].filter((part) => part !== undefined).join('; ');
  return { kind: 'match', facts: { ...facts, product, extraInfo: all } };
}

function readText(line: string, status: string, code: string, said: string): ServiceFacts {
  const { hostname, rest } = splitHost(said);
  const { extraInfo, ...facts } = greetingFacts(known, [rest]);
  const capabilities = capabilitiesOf(code);
  const told = [
    extraInfo,
    capabilities.length === 0 ? undefined : `capabilities ${capabilities.join(' ')}`,
    status === 'BYE' ? line.slice(2) : undefined,
  ];
  return { ...facts, hostname, extraInfo: told.filter((part) => part !== undefined).join('; ') };
}
