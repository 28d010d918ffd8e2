import { builtExamples } from '../built-examples.js';
import { readImplementation } from '../capability-list.js';
import { greetingFacts, mailboxProducts, splitHost, type ProductWords } from '../product-words.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { latin1 } from '../reader.js';
import { isHostName } from '../reply.js';
import { startTls } from '../start-tls.js';

/** RFC 1939: 512 bytes with CR and LF. */
const maxLine = 512;

/**
 * POP3's greeting (RFC 1939, sections 4 and 7; RFC 2449, section 8; RFC 3206).
 *
 * ```
 * +OK SP text [ "<" process.clock "@" host ">" ] CRLF        the last is there where APOP is supported
 * -ERR SP [ "[" code "]" SP ] text CRLF                      code: SYS/TEMP, SYS/PERM, IN-USE, LOGIN-DELAY, AUTH
 * ```
 *
 * `+OK` and `-ERR` alone prove nothing, since Redis answers so. What proves POP3 is the word, APOP's time stamp, one of the
 * codes, or the name or the own words of a server that says `+OK` on no other port: Dovecot, Courier's "Hello there". One that says
 * none of these is asked CAPA, which it answers in a way of its own, whether or not it knows the command.
 *
 * A server that does not name itself is asked for its capabilities (RFC 2449, sections 5 and 6.9), one of which names it at some:
 *
 * ```
 * → CAPA CRLF
 * ← +OK … CRLF · capability CRLF … · "." CRLF        IMPLEMENTATION SP text        or -ERR
 * ```
 */
export const pop3: Protocol = {
  name: 'pop3',
  ports: [110],
  overTls: { name: 'pop3s', ports: [995] },
  startTls: startTls.pop3,
  asks: {
    when: ({ product }, greeting) => product === undefined && latin1(greeting).startsWith('+OK'),
    write: Buffer.from('CAPA\r\n'),
    read: (answer) => readImplementation(answer, '+OK', known),
    examples: [
      {
        from: 'Courier POP3 5.0.13, Debian 12',
        greeting: Buffer.from('+OK Hello there.\r\n'),
        bytes: Buffer.from(
          "+OK Here's what I can do:\r\nSASL LOGIN\r\nTOP\r\nUSER\r\nLOGIN-DELAY 10\r\nPIPELINING\r\nUIDL\r\nUTF8 USER\r\n" +
            'IMPLEMENTATION Courier Mail Server\r\n.\r\n',
        ),
        service: { name: 'pop3', product: 'Courier Mail Server' },
      },
      {
        from: 'built from RFC 2449, section 6.9, with the words of Cyrus',
        greeting: Buffer.from('+OK POP3 ready <1896.697170952@mail.example.org>\r\n'),
        bytes: Buffer.from(
          '+OK List of capabilities follows\r\nTOP\r\nIMPLEMENTATION Cyrus POP3 v2.4.17-Debian-2\r\n.\r\n',
        ),
        service: {
          name: 'pop3',
          product: 'Cyrus POP3',
          version: '2.4.17',
          extraInfo: 'Debian-2',
          hostname: 'mail.example.org',
          cpe: ['cpe:2.3:a:cyrus:imap:2.4.17:*:*:*:*:*:*:*'],
        },
      },
    ],
  },
  farewell: Buffer.from('QUIT\r\n'),
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the greeting (+OK)',
    logs: 'one disconnection without a login',
  },
  examples: [
    {
      from: 'Dovecot 2.3.19.1, Debian 12',
      bytes: Buffer.from('+OK Dovecot (Debian) ready.\r\n'),
      service: {
        name: 'pop3',
        product: 'Dovecot',
        extraInfo: 'Debian',
        cpe: ['cpe:2.3:a:dovecot:dovecot:*:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'Cyrus POP3 3.6.1, Debian 12',
      bytes: Buffer.from(
        '+OK mail.example.org Cyrus POP3 3.6.1-Debian-3.6.1-4+deb12u5 server ready <14698574355585442086.1795455818@mail.example.org>\r\n',
      ),
      service: {
        name: 'pop3',
        product: 'Cyrus POP3',
        version: '3.6.1',
        extraInfo: 'Debian-3.6.1-4+deb12u5',
        hostname: 'mail.example.org',
        cpe: ['cpe:2.3:a:cyrus:imap:3.6.1:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'Solid POP3 0.15, Debian 12',
      bytes: Buffer.from('+OK Solid POP3 server ready <29511.1795455539@vm>\r\n'),
      service: { name: 'pop3', product: 'Solid POP3' },
    },
    {
      from: 'GNU Mailutils pop3d 3.15, Debian 12',
      bytes: Buffer.from('+OK POP3 Ready <29560.1795455542@vm>\r\n'),
      service: { name: 'pop3' },
    },
    {
      from: 'Perdition 2.2, Debian 12',
      bytes: Buffer.from('+OK POP3 perditon ready on 198.51.100.2 0002e65e\r\n'),
      service: { name: 'pop3', product: 'Perdition' },
    },
    {
      from: 'popa3d 1.0.3, Debian 12: the greeting and the answer to CAPA',
      bytes: Buffer.from('+OK\r\n-ERR\r\n'),
      service: { name: 'pop3' },
    },
    {
      from: "built from RFC 2449, section 5: a greeting without words, and its example's answer to CAPA",
      bytes: Buffer.from('+OK ready\r\n+OK Capability list follows\r\nTOP\r\nUSER\r\nSASL CRAM-MD5\r\n.\r\n'),
      service: { name: 'pop3' },
    },
    { from: 'Courier POP3 5.0.13, Debian 12', bytes: Buffer.from('+OK Hello there.\r\n'), service: { name: 'pop3' } },
    ...builtExamples('pop3', "built from RFC 1939, with the product's own words", [
      ['+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>', { hostname: 'dbc.mtview.ca.us' }],
      [
        '+OK Dovecot ready. <4f3.5.65a1.abc==@mail.example.org>',
        { product: 'Dovecot', hostname: 'mail.example.org', cpe: ['cpe:2.3:a:dovecot:dovecot:*:*:*:*:*:*:*:*'] },
      ],
      [
        '+OK mail.example.org Cyrus POP3 v2.4.17-Fedora-RPM-2.4.17-13.el7 server ready <1.2@mail.example.org>',
        {
          product: 'Cyrus POP3',
          version: '2.4.17',
          extraInfo: 'Fedora-RPM-2.4.17-13.el7',
          hostname: 'mail.example.org',
          cpe: ['cpe:2.3:a:cyrus:imap:2.4.17:*:*:*:*:*:*:*'],
        },
      ],
      [
        '+OK The Microsoft Exchange POP3 service is ready. [abc=]',
        { product: 'Microsoft Exchange', cpe: ['cpe:2.3:a:microsoft:exchange_server:*:*:*:*:*:*:*:*'] },
      ],
      [
        '+OK Qpopper (version 4.0.19) at mail.example.org starting.',
        { product: 'Qpopper', version: '4.0.19', cpe: ['cpe:2.3:a:qualcomm:qpopper:4.0.19:*:*:*:*:*:*:*'] },
      ],
      ['-ERR [SYS/TEMP] Try again later', { extraInfo: '-ERR [SYS/TEMP] Try again later' }],
    ]),
  ],
  negatives: [
    { from: 'what Redis answers', bytes: Buffer.from('+OK\r\n') },
    { from: 'an OK that does not say what of', bytes: Buffer.from('+OK ready\r\n') },
    { from: 'an address of mail', bytes: Buffer.from('+OK job accepted, ask <admin@www.example.org>\r\n') },
    { from: "Redis's complaint", bytes: Buffer.from("-ERR unknown command 'POP'\r\n") },
    { from: 'Dovecot 2.3.19.1 whose authentication is broken', bytes: Buffer.from('-ERR Auth process broken\r\n') },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const text = latin1(bytes.subarray(0, maxLine)).replace(/^[\r\n]{1,16}/, '');
  if (!/^(?:\+(?:$|O(?:$|K(?:$|[ \r\n])))|-(?:$|E(?:$|R(?:$|R(?:$| )))))/.test(text)) return { kind: 'no' };
  const end = text.indexOf('\n');
  if (end < 0) return { kind: text.length < maxLine ? 'more' : 'no' };
  const line = text.slice(0, end).replace(/\r$/, '');
  const said = line.replace(/^\S+ ?/, '');
  if (/[^\t\x1b\x20-\x7e\x80-\xff]/.test(said)) return { kind: 'no' };
  const isRefusal = line.startsWith('-');
  const answer = latin1(bytes)
    .replace(/^[\r\n]{1,16}/, '')
    .slice(end + 1);
  const isPop3 = isRefusal
    ? /^\[(?:SYS\/(?:TEMP|PERM)|IN-USE|LOGIN-DELAY|AUTH)\]/.test(said) || /\bPOP3\b/i.test(said)
    : /pop(?:3|per|d)?\b/i.test(splitHost(said).rest) ||
      timestampHost(said) !== undefined ||
      ownWords.test(said) ||
      answersCapa(answer);
  if (!isPop3) return { kind: 'no' };
  return { kind: 'match', facts: isRefusal ? { extraInfo: line } : readText(said) };
}

/** After CAPA (RFC 2449, section 5): a list that ends with a point, or -ERR, as a server has it that knows no such command. */
function answersCapa(answer: string): boolean {
  if (/^-ERR(?: [^\r\n]{0,500})?\r?\n$/.test(answer)) return true;
  return (
    /^\+OK(?: [^\r\n]{0,500})?\r?\n/.test(answer) &&
    /\n(?:TOP|UIDL|USER|STLS|SASL|RESP-CODES|IMPLEMENTATION)\b/.test(answer)
  );
}

/** The host in APOP's time stamp, which has a number before it; empty where it has one that is no name. */
function timestampHost(said: string): string | undefined {
  const host = /<[^<>@0-9\s]{0,100}[0-9][\x21-\x3b\x3d\x3f\x41-\x7e]{1,200}@([A-Za-z0-9._:-]{1,253})>/.exec(said)?.[1];
  return host === undefined ? undefined : isHostName(host) ? host : '';
}

const ownWords =
  /^Hello there\b|\b(?:Dovecot|Courier|Cyrus|Domino|Exchange|Kerio|Zimbra|MailEnable|hMailServer|MDaemon|IceWarp|GroupWise|CommuniGate|SmarterMail|MERCUR|Stalwart|e?mail ?server|mailbox|messaging)\b|\b(?:web|e|inter)?mail\b/i;

const known: readonly ProductWords[] = [
  ...mailboxProducts,
  { pattern: /^Solid POP3 server\b/, product: 'Solid POP3' },
  // Its own misspelling, for POP3 alone.
  { pattern: /^POP3 perditi?on ready on\b/, product: 'Perdition' },
  {
    pattern: /\bCyrus POP3 v?(?<version>[0-9]{1,3}(?:\.[0-9]{1,4}){1,3})(?:-(?<extraInfo>\S{1,80}))?(?: |$)/,
    product: 'Cyrus POP3',
    cpe: ['cyrus', 'imap'],
  },
  {
    pattern: /\bQPOP(?:per)?\b[^(]{0,40}\(version (?<version>[0-9][\w.-]{0,20})\)/i,
    product: 'Qpopper',
    cpe: ['qualcomm', 'qpopper'],
  },
  // The University of Washington's: POP3 host v2001.78rh server ready
  {
    pattern:
      /^POP3 (?:\S{1,100} )?v?(?<version>(?:19|20)[0-9]{2}[a-z]?\.[0-9]{1,4}[a-z]{0,3}|[1-9]\.[0-9]{1,3}) server ready/,
    product: 'UW ipop3d',
  },
];

function readText(said: string): ServiceFacts {
  const { hostname = timestampHost(said), rest } = splitHost(said);
  return { ...greetingFacts(known, [rest]), hostname };
}
