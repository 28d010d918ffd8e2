import { greetingFacts, splitHost } from '../product-words.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { greetsAsDovecot, readReply, type Reply } from '../reply.js';
import { builtExamples } from '../built-examples.js';

/**
 * LMTP, the local relative of SMTP (RFC 2033): the same greeting, and LHLO where SMTP has EHLO.
 *
 * ```
 * 220 domain SP text CRLF
 * → LHLO name                250: LMTP; 5yz: SMTP, which does not know it (RFC 2033, section 4.1 forbids HELO and EHLO in LMTP)
 * ```
 *
 * The word LMTP proves it. Dovecot does not say it, and greets alike for submission: there the answer to LHLO decides.
 */
export const lmtp: Protocol = {
  name: 'lmtp',
  ports: [24],
  farewell: Buffer.from('QUIT\r\n'),
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the greeting (220), and where it leaves that open the answer to LHLO',
    logs: 'one connection and its end (QUIT)',
  },
  examples: [
    {
      from: 'Dovecot 2.3.19.1 with LMTP, Debian 12: the greeting and the answer to LHLO',
      bytes: Buffer.from(
        '220 mail.example.org Dovecot (Debian) ready.\r\n' +
          '250-mail.example.org\r\n250-8BITMIME\r\n250-CHUNKING\r\n250-ENHANCEDSTATUSCODES\r\n250 PIPELINING\r\n',
      ),
      service: {
        name: 'lmtp',
        product: 'Dovecot',
        extraInfo: 'Debian',
        hostname: 'mail.example.org',
        cpe: ['cpe:2.3:a:dovecot:dovecot:*:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'Dovecot 2.3.19.1 with LMTP, Debian 12, on a host of one label',
      bytes: Buffer.from('220 host Dovecot (Debian) ready.\r\n250-host\r\n250 PIPELINING\r\n'),
      service: {
        name: 'lmtp',
        product: 'Dovecot',
        extraInfo: 'Debian',
        cpe: ['cpe:2.3:a:dovecot:dovecot:*:*:*:*:*:*:*:*'],
      },
    },
    ...builtExamples('lmtp', "built from RFC 2033, with Cyrus's words", [
      [
        '220 mail.example.org Cyrus LMTP 3.6.1-Debian-3.6.1-4+deb12u5 server ready',
        {
          product: 'Cyrus LMTP',
          version: '3.6.1',
          extraInfo: 'Debian-3.6.1-4+deb12u5',
          hostname: 'mail.example.org',
          cpe: ['cpe:2.3:a:cyrus:imap:3.6.1:*:*:*:*:*:*:*'],
        },
      ],
      ['220 mail.example.org LMTP server ready', { hostname: 'mail.example.org' }],
    ]),
  ],
  negatives: [
    { from: 'Dovecot, unasked', bytes: Buffer.from('220 mail.example.org Dovecot ready.\r\n') },
    {
      from: 'Dovecot whose submission does not know LHLO, built from RFC 5321',
      bytes: Buffer.from('220 mail.example.org Dovecot ready.\r\n500 5.5.1 Unknown command\r\n'),
    },
    { from: 'a mail server', bytes: Buffer.from('220 mail.example.org ESMTP Postfix\r\n') },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const reply = readReply(bytes);
  if (reply === 'more') return { kind: 'more' };
  if (reply?.code !== '220') return { kind: 'no' };
  const isLmtp =
    reply.lines.some((line) => /\bLMTP\b/i.test(splitHost(line).rest)) || /^250[ -]/.test(lhloAnswer(reply));
  if (!isLmtp) return { kind: reply.complete ? 'no' : 'more' };
  return { kind: 'match', facts: readGreeting(reply), ...(reply.complete ? {} : { growing: true }) };
}

function lhloAnswer(reply: Reply): string {
  return greetsAsDovecot(reply) ? reply.rest : '';
}

function readGreeting({ lines }: Reply): ServiceFacts {
  const { hostname, rest } = splitHost(lines[0] ?? '');
  const known = [
    { pattern: /\bDovecot(?: \((?<extraInfo>[^()]{1,60})\))?/, product: 'Dovecot', cpe: ['dovecot', 'dovecot'] },
    {
      pattern: /\bCyrus LMTP v?(?<version>[0-9]{1,3}(?:\.[0-9]{1,4}){1,3})(?:-(?<extraInfo>\S{1,80}))?(?: |$)/,
      product: 'Cyrus LMTP',
      cpe: ['cyrus', 'imap'],
    },
  ] as const;
  return { ...greetingFacts(known, [rest]), hostname };
}
