import { builtExamples } from '../built-examples.js';
import { greetingFacts, mailboxProducts, splitHost, type ProductWords } from '../product-words.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { greetsAsDovecot, isHostName, readReply, type Reply } from '../reply.js';
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
 * does not demand it, a word about mail, or an enhanced status code, which only mail has. `220 ready` alone is named by neither
 * protocol until NOOP has been answered with 250, and a bare `220 host Dovecot ready.` neither, since LMTP says the same.
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
    {
      from: 'Sendmail 8.17.1.9, Debian 12',
      bytes: Buffer.from(
        '220 mail.example.org ESMTP Sendmail 8.17.1.9/8.17.1.9/Debian-2+deb12u2; Mon, 23 Nov 2026 17:43:23 GMT; ' +
          '(No UCE/UBE) logging access from: [198.51.100.1](FAIL)-[198.51.100.1]\r\n',
      ),
      service: {
        name: 'smtp',
        product: 'Sendmail',
        version: '8.17.1.9',
        extraInfo: 'Debian-2+deb12u2',
        hostname: 'mail.example.org',
        cpe: ['cpe:2.3:a:sendmail:sendmail:8.17.1.9:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'Haraka 3.3.4, npm',
      bytes: Buffer.from('220 mail.example.org ESMTP Haraka/3.3.4 ready (213494)\r\n'),
      service: { name: 'smtp', product: 'Haraka', version: '3.3.4', hostname: 'mail.example.org' },
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
        {
          product: 'MDaemon',
          version: '20.0.0',
          hostname: 'a.example.org',
          cpe: ['cpe:2.3:a:altn:mdaemon:20.0.0:*:*:*:*:*:*:*'],
        },
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
    { from: 'a complaint under a number that mail has too', bytes: Buffer.from('554 Database error\r\n') },
    { from: 'an enhanced code of another class', bytes: Buffer.from('554 4.7.1 nonsense\r\n') },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const reply = readReply(bytes);
  if (reply === 'more') return { kind: 'more' };
  if (reply === undefined || !/^(?:220|[45][0-9][0-9])$/.test(reply.code)) return { kind: 'no' };
  const text = reply.lines.join('\n');
  if (/\bLMTP\b/i.test(text) || reply.lines.some(namesFtp)) return { kind: reply.complete ? 'no' : 'more' };
  const isMail = namesMail(reply, text) || (reply.code === '220' && answersAsMail(reply));
  if (!isMail) return { kind: reply.complete ? 'no' : 'more' };
  const facts = reply.code === '220' ? readGreeting(reply) : readRefusal(reply);
  return { kind: 'match', facts, ...(reply.complete ? {} : { growing: true }) };
}

function namesMail({ code, lines }: Reply, text: string): boolean {
  if (/E?SMTP(?:\b|_)/i.test(text)) return true;
  if (code !== '220') {
    const enhanced = /^([45])\.[0-9]{1,3}\.[0-9]{1,3} /.exec(text)?.[1];
    // FTP has none of these codes, and RFC 5321 and 7504 have them for this very case: a host says, or of a client, that it is not served.
    const isOfMail = /^(?:554|521|556)$/.test(code) && !/^[245]\.[0-9]/.test(text);
    const isTurnedAway = turnedAwayWords.test(text) || lines.some((line) => splitHost(line).hostname !== undefined);
    return enhanced === code[0] || (isOfMail && isTurnedAway) || refusalWords.test(text);
  }
  return lines.some((line) => mailWords.test(withoutHost(line)));
}

/** Words of RFC 5321 for those it turns away, or words about mail. */
const refusalWords =
  /\btransmission channel\b|\b(?:e-?mails?|MTA|MX|sender|spam|DNSBL|RBL|blacklist|blocklist|mail (?:system|server|service))\b/i;

const turnedAwayWords =
  /\b(?:access|accept\w{0,3}|rejected|refused|denied|blocked|banned|listed|client|sorry|reputation|policy|PTR|reverse|rDNS|service|relay\w{0,3})\b/i;

/** Names of mail servers, and what only they say. */
const mailWords =
  /\b(?:Postfix|Exim|Sendmail|qmail|OpenSMTPD|MDaemon|MailEnable|GroupWise|Exchange|Zimbra|hMailServer|IceWarp|Merak|CommuniGate|SmarterMail|MailSite|Haraka|Stalwart|Domino|Mercury\/32|PMDF|InterScan|IronPort|Barracuda|UCE|UBE|spam|MTA)\b|\bmail(?:er|server)?\b/i;

/**
 * After NOOP: RFC 5321, section 4.1.1.9, has 250; FTP (RFC 959, section 5.4) has 200. Dovecot greets alike for LMTP and for submission, and
 * is asked LHLO, which SMTP does not know.
 */
function answersAsMail(reply: Reply): boolean {
  const { rest } = reply;
  return greetsAsDovecot(reply) ? /^50[02] /.test(rest) : /^250[ \r\n]/.test(`${rest}\n`);
}

/** A mail server says nothing of FTP, but for its own name. */
function namesFtp(line: string): boolean {
  return /\bFTPD?\b/i.test(withoutHost(line));
}

/** Names of hosts and addresses prove nothing about what is spoken there. */
function withoutHost(line: string): string {
  return line
    .split(' ')
    .filter((word) => !/\.[a-z0-9]|:\/\/|@/i.test(word) || /^\(?[A-Za-z]{1,20}[/_-]?v?[0-9]/.test(word))
    .join(' ');
}

function readRefusal({ code, lines: [line = ''] }: Reply): ServiceFacts {
  const [name = ''] = line.replace(/^[45]\.[0-9]{1,3}\.[0-9]{1,3} /, '').split(/[ :]/, 1);
  return { extraInfo: `${code} ${line}`, hostname: isHostName(name) ? name : undefined };
}

/** Products whose words need more than the general rules, and those that tell no version. */
const known: readonly ProductWords[] = [
  { pattern: /\bSendmail Switch-(?<version>[0-9][\w.]{0,20})/, product: 'Sendmail Switch' },
  {
    pattern: /\bPostfix \(Postfix-(?<version>[0-9]{8}[\w.-]{0,20})\)/,
    product: 'Postfix',
    cpe: ['postfix', 'postfix'],
  },
  {
    pattern: /\bPostfix\b(?: \(?(?<version>[0-9]{1,3}\.[\w.-]{1,20})\)?| \((?<extraInfo>[^()]{1,60})\))?/,
    product: 'Postfix',
    cpe: ['postfix', 'postfix'],
  },
  { pattern: /\bExim (?<version>[0-9][\w.]{0,20})/, product: 'Exim', cpe: ['exim', 'exim'] },
  { pattern: /\bExim\b/, product: 'Exim', cpe: ['exim', 'exim'] },
  {
    pattern:
      /\bSendmail (?:SMI-|AIX[0-9.]{1,8}\/)?(?<version>[0-9][\w.+-]{0,30})(?:\/[\w.]{1,24}(?:\/(?<extraInfo>[\w.+~-]{1,60}))?)?/i,
    product: 'Sendmail',
    cpe: ['sendmail', 'sendmail'],
  },
  { pattern: /\bSendmail\b/i, product: 'Sendmail', cpe: ['sendmail', 'sendmail'] },
  { pattern: /\bOpenSMTPD\b/, product: 'OpenSMTPD', cpe: ['openbsd', 'opensmtpd'] },
  // Since 2007 Exchange leaves out the version that the SMTP service of Windows goes on telling.
  {
    pattern: /\bMicrosoft ESMTP MAIL Service(?:,? )?ready\b|\bMicrosoft ESMTP MAIL Service$/i,
    product: 'Microsoft Exchange',
    cpe: ['microsoft', 'exchange_server'],
  },
  {
    pattern: /\bMicrosoft ESMTP MAIL Service, Version: (?<version>[0-9.]{1,30})/i,
    product: 'Microsoft ESMTP MAIL Service',
  },
  {
    pattern: /\bMicrosoft Exchange (?:Server )?Internet Mail (?:Service|Connector) (?<version>[0-9.]{1,30})/,
    product: 'Microsoft Exchange',
    cpe: ['microsoft', 'exchange_server'],
  },
  { pattern: /\b(?:IBM|HCL|Lotus) Domino\b(?: Release (?<version>[0-9][\w.-]{0,20}))?/, product: 'Domino' },
  // Its build follows the version without a space of its own in any release.
  {
    pattern: /\bMailEnable Service, Version: {0,3}(?:0-){0,2}(?<version>[0-9]{1,4}\.[0-9]{1,6}b?)/,
    product: 'MailEnable',
    cpe: ['mailenable', 'mailenable'],
  },
  { pattern: /\bMercury\/32 v(?<version>[0-9][\w.]{0,20})/, product: 'Mercury/32' },
  { pattern: /\bqmail\b/i, product: 'qmail' },
  ...mailboxProducts,
];

function readGreeting({ lines }: Reply): ServiceFacts {
  const [first = ''] = lines;
  const { hostname, rest } = splitHost(first);
  // RFC 5321 has the name of the host first, and that may be a single label.
  const said = hostname === undefined ? rest.replace(/^[a-z][a-z0-9-]{0,62} (?=[A-Za-z])/, '') : rest;
  return { ...greetingFacts(known, [said, ...lines.slice(1, 8)]), hostname };
}
