import { builtExamples } from '../built-examples.js';
import { productFacts, splitHost, type ProductWords } from '../product-words.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { isHostName, readReply, type Reply } from '../reply.js';
import { startTls } from '../start-tls.js';

/**
 * SMTP's greeting (RFC 5321, sections 3.1 and 4.2), the same for submission (RFC 6409).
 *
 * ```
 * 220 domain [SP text] CRLF        or 220-domain … CRLF *(220-text CRLF) 220 text CRLF
 * 554 or 421, 521, …               instead: no service for you, or none now; often with an enhanced code (RFC 3463): 5.7.1
 * ```
 *
 * FTP greets with 220 as well. What proves SMTP is the word SMTP or ESMTP, which nearly all servers say though the RFC
 * does not demand it, or an enhanced status code, which only mail has. `220 ready` alone is named by neither protocol, and a
 * bare `220 host Dovecot ready.` neither, since LMTP says the same.
 */
export const smtp: Protocol = {
  name: 'smtp',
  ports: [25, 587],
  overTls: { name: 'smtps', ports: [465] },
  startTls: startTls.smtp,
  farewell: Buffer.from('QUIT\r\n'),
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the greeting (220, 554, 421)',
    logs: 'one connection and its end (QUIT)',
  },
  examples: [
    {
      from: 'Postfix 3.7.11, Debian 12',
      bytes: Buffer.from('220 mail.example.org ESMTP Postfix (Debian/GNU)\r\n'),
      service: {
        name: 'smtp',
        product: 'Postfix',
        extraInfo: 'Debian/GNU',
        hostname: 'mail.example.org',
        cpe: ['cpe:2.3:a:postfix:postfix:*:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'Postfix 3.7.11 with smtpd_delay_reject = no, to a client that it rejects',
      bytes: Buffer.from('554 5.7.1 <localhost[127.0.0.1]>: Client host rejected: Access denied\r\n'),
      service: { name: 'smtp', extraInfo: '554 5.7.1 <localhost[127.0.0.1]>: Client host rejected: Access denied' },
    },
    {
      from: 'Exim 4.96, Debian 12',
      bytes: Buffer.from('220 mail.example.org ESMTP Exim 4.96 Mon, 23 Nov 2026 02:22:07 +0000\r\n'),
      service: {
        name: 'smtp',
        product: 'Exim',
        version: '4.96',
        hostname: 'mail.example.org',
        cpe: ['cpe:2.3:a:exim:exim:4.96:*:*:*:*:*:*:*'],
      },
    },
    ...builtExamples('smtp', "built from RFC 5321, with the product's own words", [
      [
        '220 a.example.org ESMTP Sendmail 8.15.2/8.15.2/Debian-22; Mon, 23 Nov 2026',
        {
          product: 'Sendmail',
          version: '8.15.2',
          extraInfo: 'Debian-22',
          hostname: 'a.example.org',
          cpe: ['cpe:2.3:a:sendmail:sendmail:8.15.2:*:*:*:*:*:*:*'],
        },
      ],
      [
        '220 a.example.org ESMTP OpenSMTPD',
        { product: 'OpenSMTPD', hostname: 'a.example.org', cpe: ['cpe:2.3:a:openbsd:opensmtpd:*:*:*:*:*:*:*:*'] },
      ],
      [
        '220 a.example.org Microsoft ESMTP MAIL Service ready at Mon, 23 Nov 2026 02:22:07 +0000',
        {
          product: 'Microsoft Exchange',
          hostname: 'a.example.org',
          cpe: ['cpe:2.3:a:microsoft:exchange_server:*:*:*:*:*:*:*:*'],
        },
      ],
      [
        '220 a.example.org Microsoft ESMTP MAIL Service, Version: 10.0.14393.2608 ready',
        { product: 'Microsoft ESMTP MAIL Service', version: '10.0.14393.2608', hostname: 'a.example.org' },
      ],
      [
        '220 a.example.org ESMTP Haraka/3.0.3 ready',
        { product: 'Haraka', version: '3.0.3', hostname: 'a.example.org' },
      ],
      [
        '220 a.example.org ESMTP MDaemon 20.0.0; Mon, 23 Nov 2026',
        { product: 'MDaemon', version: '20.0.0', hostname: 'a.example.org' },
      ],
      [
        '220 a.example.org ESMTP Postfix (3.7.11)',
        {
          product: 'Postfix',
          version: '3.7.11',
          hostname: 'a.example.org',
          cpe: ['cpe:2.3:a:postfix:postfix:3.7.11:*:*:*:*:*:*:*'],
        },
      ],
      ['220 a.example.org ESMTP', { hostname: 'a.example.org' }],
      [
        '220-a.example.org ESMTP Exim 4.97.1\r\n220-We do not authorize the use of this system\r\n220 for bulk mail.',
        {
          product: 'Exim',
          version: '4.97.1',
          hostname: 'a.example.org',
          cpe: ['cpe:2.3:a:exim:exim:4.97.1:*:*:*:*:*:*:*'],
        },
      ],
    ]),
    {
      from: "built from RFC 5321, with Postfix's words for too many connections",
      bytes: Buffer.from('421 4.7.0 mail.example.org Error: too many connections from 192.0.2.9\r\n'),
      service: {
        name: 'smtp',
        extraInfo: '421 4.7.0 mail.example.org Error: too many connections from 192.0.2.9',
        hostname: 'mail.example.org',
      },
    },
    {
      from: 'built from RFC 5321, section 3.1',
      bytes: Buffer.from('554 No SMTP service here\r\n'),
      service: { name: 'smtp', extraInfo: '554 No SMTP service here' },
    },
  ],
  negatives: [
    { from: 'a 220 that does not say what of', bytes: Buffer.from('220 ready\r\n') },
    {
      from: 'Dovecot, which says this for LMTP and for submission',
      bytes: Buffer.from('220 mail.example.org Dovecot ready.\r\n'),
    },
    { from: 'vsftpd 3.0.3', bytes: Buffer.from('220 (vsFTPd 3.0.3)\r\n') },
    { from: 'vsftpd 3.0.3, full', bytes: Buffer.from('421 There are too many connected users, please try later.\r\n') },
    { from: 'an enhanced code of another class', bytes: Buffer.from('554 4.7.1 nonsense\r\n') },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const reply = readReply(bytes);
  if (reply === 'more') return { kind: 'more' };
  if (reply === undefined || !/^(?:220|[45][0-9][0-9])$/.test(reply.code)) return { kind: 'no' };
  const text = reply.lines.join('\n');
  const enhanced = /^([45])\.[0-9]{1,3}\.[0-9]{1,3} /.exec(text)?.[1];
  const isMail = /\bE?SMTP\b/i.test(text) || (reply.code !== '220' && enhanced === reply.code[0]);
  if (!isMail || /\bLMTP\b|\bFTP\b/i.test(text)) return { kind: reply.complete ? 'no' : 'more' };
  const facts = reply.code === '220' ? readGreeting(reply) : readRefusal(reply);
  return { kind: 'match', facts, ...(reply.complete ? {} : { growing: true }) };
}

function readRefusal({ code, lines: [line = ''] }: Reply): ServiceFacts {
  const [name = ''] = line.replace(/^[45]\.[0-9]{1,3}\.[0-9]{1,3} /, '').split(/[ :]/, 1);
  return { extraInfo: `${code} ${line}`, hostname: isHostName(name) ? name : undefined };
}

/** Products whose words need more than the general rule; `rest` is what follows the name. */
const known: readonly ProductWords[] = [
  {
    pattern:
      /^E?SMTP (?:[^ ]{1,60} ){0,2}Postfix\b(?: \(?(?<version>[0-9]{1,3}\.[\w.-]{1,20})\)?| \((?<extraInfo>[^()]{1,60})\))?/,
    product: 'Postfix',
    cpe: ['postfix', 'postfix'],
  },
  { pattern: /^ESMTP Exim (?<version>[0-9][\w.]{0,20})/, product: 'Exim', cpe: ['exim', 'exim'] },
  {
    pattern: /^ESMTP Sendmail (?<version>[0-9][\w.]{0,20})(?:\/[\w.]{1,20}(?:\/(?<extraInfo>[\w.+~-]{1,60}))?)?/,
    product: 'Sendmail',
    cpe: ['sendmail', 'sendmail'],
  },
  { pattern: /^ESMTP OpenSMTPD\b/, product: 'OpenSMTPD', cpe: ['openbsd', 'opensmtpd'] },
  // Since 2007 Exchange leaves out the version that the SMTP service of Windows goes on telling.
  {
    pattern: /^Microsoft ESMTP MAIL Service ready\b/,
    product: 'Microsoft Exchange',
    cpe: ['microsoft', 'exchange_server'],
  },
  {
    pattern: /^Microsoft ESMTP MAIL Service, Version: (?<version>[0-9.]{1,30})/,
    product: 'Microsoft ESMTP MAIL Service',
  },
  { pattern: /^ESMTP (?<product>[A-Za-z][\w.-]{1,40})[ /]v?(?<version>[0-9]{1,5}\.[\w.]{0,20})/ },
];

function readGreeting({ lines: [line = ''] }: Reply): ServiceFacts {
  const { hostname, rest } = splitHost(line);
  // A server may call itself by a single label, or by an address: what follows gives it away.
  const [, ...words] = line.split(' ');
  const text = /^E?SMTP$/i.test(words[0] ?? '') ? words.join(' ') : rest;
  return { ...productFacts(known, text), hostname };
}
