import { builtExamples } from '../built-examples.js';
import { readImplementation } from '../capability-list.js';
import { greetingFacts, splitHost, type ProductWords } from '../product-words.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { latin1 } from '../reader.js';

/** RFC 3977, section 3.1: 512 bytes with CR and LF. */
const maxLine = 512;

/**
 * NNTP's greeting (RFC 3977, section 5.1).
 *
 * ```
 * 200 text CRLF        posting allowed        201 posting prohibited
 * 400, 502             instead: no service now, or none for you; Leafnode has 503
 * ```
 *
 * The text is free, and many a protocol of its own making greets with 200. What proves NNTP are the words NNTP, NNRP and
 * news, or the name of a server. One that does not name itself is asked for its capabilities (section 5.2): `IMPLEMENTATION` says it.
 *
 * ```
 * → CAPABILITIES CRLF
 * ← 101 … CRLF · capability CRLF … · "." CRLF        500 from those that are older than the RFC
 * ```
 */
export const nntp: Protocol = {
  name: 'nntp',
  ports: [119],
  overTls: { name: 'nntps', ports: [563] },
  asks: {
    when: ({ product }, greeting) => product === undefined && /^20[01]/.test(latin1(greeting)),
    write: Buffer.from('CAPABILITIES\r\n'),
    read: (answer) => readImplementation(answer, '101', known),
    examples: [
      {
        from: 'built from RFC 3977, section 5.2',
        greeting: Buffer.from('200 NNTP Service Ready, posting permitted\r\n'),
        bytes: Buffer.from(
          '101 Capability list:\r\nVERSION 2\r\nREADER\r\nIMPLEMENTATION INN 2.7.1\r\nLIST ACTIVE NEWSGROUPS\r\n.\r\n',
        ),
        service: {
          name: 'nntp',
          product: 'INN',
          version: '2.7.1',
          extraInfo: 'posting allowed',
          cpe: ['cpe:2.3:a:isc:inn:2.7.1:*:*:*:*:*:*:*'],
        },
      },
    ],
  },
  farewell: Buffer.from('QUIT\r\n'),
  matchers: [{ parse }],
  about: { recognisedBy: 'the greeting (200, 201, 400, 502)', logs: 'one connection and its end (QUIT)' },
  examples: [
    {
      from: 'Leafnode 1.12.0, Debian 12, on a machine without a name of its own',
      bytes: Buffer.from(
        '503 Leafnode must have a unique fully-qualified domain name. Have its administrator fix the configuration. ' +
          'More detail is in the logs.\r\n',
      ),
      service: {
        name: 'nntp',
        product: 'Leafnode',
        extraInfo:
          '503 Leafnode must have a unique fully-qualified domain name. Have its administrator fix the configuration. ' +
          'More detail is in the logs.',
      },
    },
    {
      from: 'built from the format that Leafnode 1.12.0, Debian 12, has in its program',
      bytes: Buffer.from('200 Leafnode NNTP Daemon, version 1.12.0 running at news (my fqdn: news.example.org)\r\n'),
      service: { name: 'nntp', product: 'Leafnode', version: '1.12.0', extraInfo: 'posting allowed' },
    },
    {
      from: 'INN 2.7.1 (nnrpd), Debian 12, on a busy machine',
      bytes: Buffer.from('400 load at 21.78, try later\r\n'),
      service: { name: 'nntp', extraInfo: '400 load at 21.78, try later' },
    },
    {
      from: 'INN 2.7.1 (nnrpd), Debian 12',
      bytes: Buffer.from('201 news.example.org InterNetNews NNRP server INN 2.7.1 ready (no posting)\r\n'),
      service: {
        name: 'nntp',
        product: 'INN',
        version: '2.7.1',
        extraInfo: 'no posting',
        hostname: 'news.example.org',
        cpe: ['cpe:2.3:a:isc:inn:2.7.1:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'Cyrus NNTP 3.6.1, Debian 12',
      bytes: Buffer.from(
        '200 mail.example.org Cyrus NNTP 3.6.1-Debian-3.6.1-4+deb12u5 server ready, posting allowed\r\n',
      ),
      service: {
        name: 'nntp',
        product: 'Cyrus NNTP',
        version: '3.6.1',
        extraInfo: 'posting allowed',
        hostname: 'mail.example.org',
        cpe: ['cpe:2.3:a:cyrus:imap:3.6.1:*:*:*:*:*:*:*'],
      },
    },
    ...builtExamples('nntp', "built from RFC 3977, with INN's words", [
      [
        '200 news.example.org InterNetNews NNRP server INN 2.7.1 (20230806 prerelease) ready (posting ok)',
        {
          product: 'INN',
          version: '2.7.1',
          extraInfo: 'posting allowed',
          hostname: 'news.example.org',
          cpe: ['cpe:2.3:a:isc:inn:2.7.1:*:*:*:*:*:*:*'],
        },
      ],
      [
        '201 news.example.org InterNetNews server INN 2.6.3 ready (transit mode)',
        {
          product: 'INN',
          version: '2.6.3',
          extraInfo: 'no posting',
          hostname: 'news.example.org',
          cpe: ['cpe:2.3:a:isc:inn:2.6.3:*:*:*:*:*:*:*'],
        },
      ],
      ['200 NNTP Service Ready, posting permitted', { extraInfo: 'posting allowed' }],
      [
        '200 NNTP Service 6.0.3790.3959 Version: 6.0.3790.3959 Posting Allowed',
        { product: 'Microsoft NNTP Service', version: '6.0.3790.3959', extraInfo: 'posting allowed' },
      ],
      [
        '502 You have no permission to talk to this news server.  Goodbye!',
        { extraInfo: '502 You have no permission to talk to this news server.  Goodbye!' },
      ],
    ]),
  ],
  negatives: [
    { from: 'a 200 that does not say what of', bytes: Buffer.from('200 ready\r\n') },
    {
      from: 'another protocol that greets with 200',
      bytes: Buffer.from('200 poppassd v1.8.5 hello, who are you?\r\n'),
    },
    { from: 'a mail server', bytes: Buffer.from('220 news.example.org ESMTP Postfix\r\n') },
    { from: 'a host called news', bytes: Buffer.from('200 news.example.org ready\r\n') },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const text = latin1(bytes.subarray(0, maxLine));
  if (!['200 ', '201 ', '400 ', '502 ', '503 '].some((code) => text.startsWith(code) || code.startsWith(text))) {
    return { kind: 'no' };
  }
  const end = text.indexOf('\n');
  if (end < 0) return { kind: text.length < maxLine ? 'more' : 'no' };
  const line = text.slice(0, end).replace(/\r$/, '');
  if (/[^\t\x20-\x7e\x80-\xff]/.test(line)) return { kind: 'no' };
  const { hostname, rest } = splitHost(line.slice(4));
  const isBusy = line.startsWith('400 ') && busyWords.test(rest);
  if (!isBusy && !/\b(?:NN[TR]P|InterNetNews|INN|Leafnode|news ?server|newsgroups?|Usenet)\b|^DNEWS\b/i.test(rest)) {
    return { kind: 'no' };
  }
  return { kind: 'match', facts: readFacts(line, hostname, rest) };
}

/** INN's reader, on a machine with more to do than its `nnrpdloadlimit` (inn.conf(5)). */
const busyWords = /^load at [0-9.]{1,10}, try later$/;

const known: readonly ProductWords[] = [
  {
    pattern: /\b(?:InterNetNews(?: NNRP)? server )?INN (?<version>[0-9][\w.]{0,20})/,
    product: 'INN',
    cpe: ['isc', 'inn'],
  },
  { pattern: /\bInterNetNews\b/, product: 'INN', cpe: ['isc', 'inn'] },
  {
    pattern: /\bCyrus NNTP v?(?<version>[0-9]{1,3}(?:\.[0-9]{1,4}){1,3})(?:-\S{1,80})? server ready\b/,
    product: 'Cyrus NNTP',
    cpe: ['cyrus', 'imap'],
  },
  { pattern: /\bLeafnode\b(?: NNTP [Dd]aemon, version (?<version>[0-9][\w.]{0,20}))?/i, product: 'Leafnode' },
  {
    pattern: /^NNTP Service [0-9.]{1,30} Version: (?<version>[0-9.]{1,30}) Posting\b/,
    product: 'Microsoft NNTP Service',
  },
];

function readFacts(line: string, hostname: string | undefined, rest: string): ServiceFacts {
  const posting = line.startsWith('200') ? 'posting allowed' : line.startsWith('201') ? 'no posting' : line;
  return { ...greetingFacts(known, [rest]), hostname, extraInfo: posting };
}
