import { builtExamples } from '../built-examples.js';
import { greetingFacts, productFacts, splitHost, type ProductWords } from '../product-words.js';
import type { Parsed, Protocol, ProvenFacts, ServiceFacts } from '../protocol.js';
import { readReply, type Reply } from '../reply.js';
import { startTls } from '../start-tls.js';

/**
 * FTP's greeting (RFC 959, sections 4.2 and 5.4).
 *
 * ```
 * 220 text CRLF        or 220-text CRLF *(text CRLF) 220 text CRLF
 * 120 in nnn minutes · 421 not available · 500, 530 some servers' ways to turn a client away
 * ```
 *
 * The text is free, and SMTP greets with 220 as well. What proves FTP is the word, alone or in the name of a server
 * (vsFTPd, ProFTPD), but not in a host name, for a mail server may run on ftp.example.org.
 *
 * A server that does not name itself is asked for its system (section 4.1.3), which many tell before a login:
 *
 * ```
 * → SYST CRLF
 * ← 215 SP system CRLF        or 530, as vsftpd has it
 * ```
 */
export const ftp: Protocol = {
  name: 'ftp',
  ports: [21],
  overTls: { name: 'ftps', ports: [990] },
  startTls: startTls.ftp,
  asks: {
    when: ({ product }, greeting) => product === undefined && isPlainGreeting(greeting),
    write: Buffer.from('SYST\r\n'),
    read: readSystem,
    examples: [
      systemExample('Pure-FTPd 1.0.50, Debian 12, with a greeting of its own', '215 UNIX Type: L8', {
        extraInfo: 'system UNIX Type: L8',
      }),
      systemExample("built from RFC 959, with FileZilla's words", '215 UNIX emulated by FileZilla', {
        product: 'FileZilla Server',
        extraInfo: 'system UNIX emulated by FileZilla',
        cpe: ['cpe:2.3:a:filezilla-project:filezilla_server:*:*:*:*:*:*:*:*'],
      }),
    ],
  },
  farewell: Buffer.from('QUIT\r\n'),
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the greeting (220)',
    logs: 'one connection and its end',
  },
  examples: [
    {
      from: 'vsftpd 3.0.3, Debian 12',
      bytes: Buffer.from('220 (vsFTPd 3.0.3)\r\n'),
      service: {
        name: 'ftp',
        product: 'vsftpd',
        version: '3.0.3',
        cpe: ['cpe:2.3:a:vsftpd_project:vsftpd:3.0.3:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'ProFTPD 1.3.8, Debian 12',
      bytes: Buffer.from('220 ProFTPD Server (Debian) [::ffff:127.0.0.1]\r\n'),
      service: {
        name: 'ftp',
        product: 'ProFTPD',
        extraInfo: 'Debian',
        cpe: ['cpe:2.3:a:proftpd:proftpd:*:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'Pure-FTPd 1.0.50, Debian 12',
      bytes: Buffer.from(
        '220---------- Welcome to Pure-FTPd [privsep] [TLS] ----------\r\n' +
          '220-You are user number 1 of 50 allowed.\r\n220-Local time is now 02:17. Server port: 13221.\r\n' +
          '220-IPv6 connections are also welcome on this server.\r\n' +
          '220 You will be disconnected after 15 minutes of inactivity.\r\n',
      ),
      service: {
        name: 'ftp',
        product: 'Pure-FTPd',
        extraInfo: 'privsep, TLS',
        cpe: ['cpe:2.3:a:pureftpd:pure-ftpd:*:*:*:*:*:*:*:*'],
      },
    },
    ...builtExamples('ftp', "built from RFC 959, with the product's own words", [
      [
        '220 ProFTPD 1.3.5e Server (ProFTPD Default Installation) [192.0.2.7]',
        {
          product: 'ProFTPD',
          version: '1.3.5e',
          extraInfo: 'ProFTPD Default Installation',
          cpe: ['cpe:2.3:a:proftpd:proftpd:1.3.5e:*:*:*:*:*:*:*'],
        },
      ],
      [
        '220-FileZilla Server 1.7.0\r\n220 Please visit https://filezilla-project.org/',
        {
          product: 'FileZilla Server',
          version: '1.7.0',
          cpe: ['cpe:2.3:a:filezilla-project:filezilla_server:1.7.0:*:*:*:*:*:*:*'],
        },
      ],
      [
        '220-FileZilla Server version 0.9.41 beta\r\n220 Welcome',
        {
          product: 'FileZilla Server',
          version: '0.9.41 beta',
          cpe: ['cpe:2.3:a:filezilla-project:filezilla_server:0.9.41_beta:*:*:*:*:*:*:*'],
        },
      ],
      ['220 Microsoft FTP Service', { product: 'Microsoft FTP Service' }],
      [
        '220 ftp.example.org FTP server (Version 6.4/OpenBSD/Linux-ftpd-0.17) ready.',
        { product: 'Linux-ftpd', version: '0.17', hostname: 'ftp.example.org' },
      ],
      [
        '220 ftp.example.org FTP server (GNU inetutils 2.4) ready.',
        {
          product: 'GNU inetutils ftpd',
          version: '2.4',
          hostname: 'ftp.example.org',
          cpe: ['cpe:2.3:a:gnu:inetutils:2.4:*:*:*:*:*:*:*'],
        },
      ],
      ['220 Serv-U FTP Server v15.1 ready...', { product: 'Serv-U FTP Server', version: '15.1' }],
      ['220 bftpd 6.1 at 192.0.2.7 ready.', { product: 'bftpd', version: '6.1' }],
      ['220 FTP', {}],
      [
        '500 OOPS: vsftpd: refusing to run with writable root inside chroot()',
        {
          product: 'vsftpd',
          extraInfo: '500 OOPS: vsftpd: refusing to run with writable root inside chroot()',
          cpe: ['cpe:2.3:a:vsftpd_project:vsftpd:*:*:*:*:*:*:*:*'],
        },
      ],
      ['421 FTP service not available', { extraInfo: '421 FTP service not available' }],
    ]),
  ],
  negatives: [
    { from: 'HylaFAX 6.0.7, Debian 12', bytes: Buffer.from('220 vm server (HylaFAX (tm) Version 6.0.7) ready.\r\n') },
    { from: 'a 220 that does not say what of', bytes: Buffer.from('220 ready\r\n') },
    {
      from: 'vsftpd 3.0.3, full: it no longer says what it is',
      bytes: Buffer.from('421 There are too many connected users, please try later.\r\n'),
    },
    { from: 'a mail server on a host called ftp', bytes: Buffer.from('220 ftp.example.org Dovecot ready.\r\n') },
    {
      from: 'a mail server that mentions FTP',
      bytes: Buffer.from('220 mail.example.org ESMTP, our FTP is elsewhere\r\n'),
    },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const reply = readReply(bytes);
  if (reply === 'more') return { kind: 'more' };
  if (reply === undefined || !/^(?:120|220|[45][0-9][0-9])$/.test(reply.code)) return { kind: 'no' };
  const text = reply.lines.join('\n');
  const isFtp =
    text.split(/[\s()[\]"']/).some(namesFtp) ||
    ownWords.test(text) ||
    (reply.code === '220' && saysFileNoop(reply.rest) && !mailWords.test(text));
  // HylaFAX speaks a language of its own that grew out of FTP's.
  if (!isFtp || /\b(?:E?SMTP|LMTP|HylaFAX)\b/i.test(text)) return { kind: reply.complete ? 'no' : 'more' };
  return { kind: 'match', facts: readText(reply), ...(reply.complete ? {} : { growing: true }) };
}

/** Nothing was asked yet: what NOOP was needed for is enough. */
function isPlainGreeting(greeting: Uint8Array): boolean {
  const reply = readReply(greeting);
  return typeof reply === 'object' && reply.code === '220' && reply.complete && reply.rest === '';
}

function readSystem(answer: Uint8Array, { extraInfo }: ProvenFacts): Parsed {
  const reply = readReply(answer);
  if (reply === 'more' || reply?.complete === false) return { kind: 'more' };
  if (reply?.code !== '215') return { kind: 'no' };
  const [system = ''] = reply.lines;
  const isFileZilla = /^UNIX emulated by FileZilla\b/.test(system);
  const facts = isFileZilla ? productFacts(known, 'FileZilla Server') : {};
  const told = [extraInfo, `system ${system}`].filter((part) => part !== undefined).join('; ');
  return { kind: 'match', facts: { ...facts, extraInfo: told } };
}

function systemExample(from: string, answer: string, facts: ServiceFacts) {
  const [greeting, bytes] = [Buffer.from('220 FTP here\r\n'), Buffer.from(`${answer}\r\n`)];
  return { from, greeting, bytes, service: { ...facts, name: 'ftp' } };
}

/** A word with FTP in it that is not a host name or an address on the web. */
function namesFtp(word: string): boolean {
  return /ftp/i.test(word) && (!/\.[a-z0-9]|:\/\/|@/i.test(word) || /ftpd?[/_-]v?[0-9]/i.test(word));
}

/** What RFC 959 says and mail does not, and the names of servers without FTP in them. */
const ownWords =
  /\b(?:control connection|Service ready for new user|FileZilla Server|Serv-U|[Ff]ile [Tt]ransfer|[Aa]nonymous (?:access|login|user)|EFT Server|TYPSoft|Titan|QTCP at|user number [0-9]{1,6} of)\b/;
const mailWords = /\bmail|\bPostfix\b|\bExim\b|\bSendmail\b|\bqmail\b|\bDovecot\b/i;

/** After NOOP: 200 (RFC 959, section 5.4), or `530 Please login` as vsftpd has it; SMTP has 250, and 530 with a code of RFC 3463. */
function saysFileNoop(answer: string): boolean {
  return /^(?:200[ \r\n-]|530[ -][^5])/.test(`${answer}\n`);
}

const known: readonly ProductWords[] = [
  // It counts its own server there: the system itself ended at 5.1.
  { pattern: /\((?:Digital|Compaq Tru64) UNIX Version (?<version>[0-9.]{1,10})\)/, product: 'Digital UNIX ftpd' },
  {
    pattern: /\(vsFTPd (?<version>[0-9][\w.]{0,20})|^OOPS: vsftpd:/,
    product: 'vsftpd',
    cpe: ['vsftpd_project', 'vsftpd'],
  },
  { pattern: /\bvsFTPd\b/i, product: 'vsftpd', cpe: ['vsftpd_project', 'vsftpd'] },
  {
    pattern: /\bProFTPD (?:(?<version>[0-9][\w.]{0,20}) )?Server(?: \((?<extraInfo>[^()]{1,80})\))?/,
    product: 'ProFTPD',
    cpe: ['proftpd', 'proftpd'],
  },
  {
    pattern: /\b(?<version>[0-9]\.[0-9]{1,2}\.[\w.]{1,12}) Server \(ProFTPD\b/,
    product: 'ProFTPD',
    cpe: ['proftpd', 'proftpd'],
  },
  { pattern: /\bProFTPD\b(?: (?<version>[0-9]\.[\w.]{0,20}))?/i, product: 'ProFTPD', cpe: ['proftpd', 'proftpd'] },
  {
    pattern: /\bPure-?FTPd\b(?: (?<version>[0-9]{1,4}\.[\w.]{1,20}))?(?<extraInfo>(?: \[\w{1,20}\]){0,8})/i,
    product: 'Pure-FTPd',
    cpe: ['pureftpd', 'pure-ftpd'],
  },
  {
    pattern: /\bFileZilla Server(?: version)? (?<version>[0-9][\w.]{0,20}(?: beta| rc[0-9]{0,2})?)/,
    product: 'FileZilla Server',
    cpe: ['filezilla-project', 'filezilla_server'],
  },
  { pattern: /\bFileZilla Server\b/, product: 'FileZilla Server', cpe: ['filezilla-project', 'filezilla_server'] },
  { pattern: /\bMicrosoft FTP Service\b(?: \(Version (?<version>[0-9.]{1,20})\))?/, product: 'Microsoft FTP Service' },
  // What is in parentheses: the version of a BSD's server first, and of those that grew out of it, their own.
  { pattern: /\bLinux-ftpd-(?<version>[0-9.]{1,10}[0-9])/, product: 'Linux-ftpd' },
  { pattern: /\(Version wu-(?<version>[0-9][^ )]{0,30}(?:\)[\w.-]{0,20}){0,1})/, product: 'wu-ftpd' },
  { pattern: /\bFTP server \((?<extraInfo>SunOS [0-9.]{1,10})\)/, product: 'Solaris ftpd' },
  {
    pattern: /\bFTP server \(GNU inetutils (?<version>[0-9][\w.]{0,20})\)/,
    product: 'GNU inetutils ftpd',
    cpe: ['gnu', 'inetutils'],
  },
  { pattern: /\((?<product>(?:NetBSD-ftpd|lukemftpd|tnftpd)) (?<version>[0-9][\w.+-]{0,30})\)/ },
  { pattern: /\bWS_FTP Server (?<version>[0-9][\w.()]{0,20})/, product: 'WS_FTP Server' },
  { pattern: /\bglFTPd (?<version>[0-9][\w.]{0,20})/i, product: 'glFTPd' },
  { pattern: /\bNcFTPd\b/, product: 'NcFTPd' },
  { pattern: /\bIBM FTP CS (?<version>V[0-9]{1,2}R[0-9]{1,2})/, product: 'IBM FTP CS' },
  { pattern: /\bCrushFTP\b/, product: 'CrushFTP' },
  { pattern: /\bCerberus FTP Server\b/, product: 'Cerberus FTP Server' },
];

function readText({ code, lines }: Reply): ServiceFacts {
  const [line = ''] = lines;
  const { hostname, rest } = splitHost(line);
  // Berkeley's server and its kin begin with the name of the host, which may be a single label.
  const said = rest.replace(/^[a-z][a-z0-9-]{0,62} (?=FTP server\b)/, '');
  const { extraInfo, ...facts } = greetingFacts(known, [said, ...lines.slice(1, 12)]);
  const isRefusal = code !== '220' && code !== '120';
  // Pure-FTPd: " [privsep] [TLS]"
  const features = extraInfo?.startsWith(' [') === true ? extraInfo.slice(2, -1).replaceAll('] [', ', ') : extraInfo;
  return { ...facts, hostname, extraInfo: isRefusal ? `${code} ${line}` : features };
}
