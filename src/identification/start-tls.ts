import { readElement } from '../net/der.js';
import { latin1 } from './reader.js';
import { readReply } from './reply.js';

/** One question on the way from clear text to TLS. */
export interface StartTlsTurn {
  readonly ask: Uint8Array;
  /**
   * Reads all that has come since. `yes` only where nothing follows the answer: what a stranger on the way puts after it in the
   * clear must not pass for the beginning of the handshake, and is `unclear`, as is what is no answer at all.
   */
  readonly read: (bytes: Uint8Array) => StartTlsVerdict;
}

/**
 * `no` only where the server says that it knows of no such thing. One that is too busy, has nobody of our kind in, or fails to grant what it
 * has offered is `unclear`: it says nothing of what it does for others, or later.
 */
export type StartTlsVerdict = 'yes' | 'no' | 'unclear' | 'more';

/** How a service that speaks in the clear first is asked to go on inside TLS. */
export interface StartTls {
  /** What it must have said before, by Latin-1; a service that refused us is not asked. */
  readonly after?: RegExp;
  /** What else it has said by then if it offers TLS: it is taken at its word. */
  readonly offer?: RegExp;
  /** It can be asked only as the first thing on a connection, so that this takes one of its own. */
  readonly first?: true;
  /** Inside TLS it begins anew, so that its farewell means nothing there. */
  readonly restarts?: true;
  readonly turns: readonly StartTlsTurn[];
  /** How it is asked where it did not say that. */
  readonly otherwise?: StartTls;
}

const maxAnswer = 4096;
const never = /^$/;

/** The upgrades of the protocols that have one, by the names of the protocols. */
export const startTls = {
  /** RFC 3207; the keyword comes in the answer to EHLO (RFC 5321, section 4.1.1.1). The name is no host's (RFC 2606). */
  smtp: {
    after: /^220[ -]/,
    turns: [
      turn('EHLO exposcan.invalid\r\n', replyOf('250', /^(?:250|50[024])$/, /^STARTTLS$/i)),
      turn('STARTTLS\r\n', replyOf('220')),
    ],
  },
  /** RFC 9051, section 6.2.1; a code in brackets, as UNAVAILABLE, is a reason of the moment. */
  imap: { after: /^\* OK /, turns: [turn('a STARTTLS\r\n', lastLine(/^a OK\b/i, /^a /i, /^a (?:BAD\b|NO [^[])/i))] },
  /** RFC 2595, section 4; RFC 3206 on the codes in brackets. */
  pop3: { after: /^\+OK/, turns: [turn('STLS\r\n', lastLine(/^\+OK/, /^-ERR/, /^-ERR(?: [^[]|\s?$)/))] },
  /** RFC 4217, section 4; 530 is what vsftpd says where TLS is off. */
  ftp: { after: /^220[ -]/, turns: [turn('AUTH TLS\r\n', replyOf('234', /^5(?:0[024]|3[034])$/))] },
  /** RFC 4642, section 2.2: 580 may be for want of resources; RFC 3977, section 3.2.1: 500 is an unknown command, 502 one not to be had. */
  nntp: { after: /^20[01] /, turns: [turn('STARTTLS\r\n', lastLine(/^382\b/, /^[45][0-9]{2}\b/, /^50[02]\b/))] },
  /** RFC 5804, section 2.2; the capability stands in the greeting. */
  sieve: {
    after: /\nOK\b/i,
    offer: /"STARTTLS"/i,
    turns: [turn('STARTTLS\r\n', lastLine(/^OK\b/i, /^(?:NO|BYE)\b/i))],
  },
  /** RFC 6120, section 5.4.2, once the stream's features have been told; section 5.4.3.3: a new stream is opened then. */
  xmpp: {
    after: /<\/stream:features>/,
    offer: /<starttls[ />]/,
    restarts: true,
    turns: [
      turn("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", (text) => {
        const answer = text.trimStart();
        if (/^<proceed[^<>]{0,200}(?:\/>|><\/proceed>)\s{0,99}$/.test(answer)) return 'yes';
        return '<proceed'.startsWith(answer.slice(0, 8)) ? 'more' : 'unclear';
      }),
    ],
  },
  /** IRCv3's tls extension: 670 RPL_STARTTLS, 691 ERR_STARTTLS; 421 is an unknown command, 451 one that comes too early. */
  irc: {
    turns: [
      turn('STARTTLS\r\n', lastLine(/^:\S{1,200} 670 /, /^(?::\S{1,200} (?:691|421|451) |ERROR )/, /^:\S{1,200} 421 /)),
    ],
  },
  /** RFC 4511, section 4.14: an extended request by this OID, under message number 2. */
  ldap: {
    turns: [
      {
        ask: Buffer.from('\x30\x1d\x02\x01\x02\x77\x18\x80\x161.3.6.1.4.1.1466.20037', 'latin1'),
        read: readExtendedResponse,
      },
    ],
  },
  /**
   * [MS-RDPBCGR] sections 2.2.1.1, 2.2.1.2 and 5.4.5: a server that selected TLS waits for the handshake. One that requires network level
   * authentication refused TLS alone, and is asked for either: its CredSSP begins with a handshake too, and nothing is said after it.
   */
  'ms-wbt-server': {
    after: /^\x03\x00\x00\x13\x0e\xd0[\x00-\xff]{5}\x02[\x00-\xff]\x08\x00\x01\x00\x00\x00$/,
    turns: [],
    otherwise: {
      after: /^\x03\x00\x00\x13\x0e\xd0[\x00-\xff]{5}\x03[\x00-\xff]\x08\x00\x05\x00\x00\x00$/,
      first: true,
      turns: [
        { ask: Uint8Array.of(3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0), read: readSelection },
      ],
    },
  },
  /** PostgreSQL's documentation, "SSL Session Encryption": SSLRequest in place of the startup packet; `S` is yes, `N` is no. */
  postgresql: {
    first: true,
    turns: [
      {
        ask: Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 47),
        read: (bytes) => {
          if (bytes.length !== 1) return bytes.length === 0 ? 'more' : 'unclear';
          return bytes[0] === 0x53 ? 'yes' : bytes[0] === 0x4e ? 'no' : 'unclear';
        },
      },
    ],
  },
} as const satisfies Readonly<Record<string, StartTls>>;

function turn(ask: string, read: (text: string) => StartTlsVerdict): StartTlsTurn {
  return {
    ask: Buffer.from(ask, 'latin1'),
    read: (bytes) => {
      const answer = read(latin1(bytes.subarray(0, maxAnswer)));
      return answer === 'more' && bytes.length >= maxAnswer ? 'unclear' : answer;
    },
  };
}

/** The selection of TLS (1), or of CredSSP (2). */
function readSelection(bytes: Uint8Array): StartTlsVerdict {
  if (bytes.length < 19) return 'more';
  const isSelection = bytes.length === 19 && bytes[5] === 0xd0 && bytes[11] === 2 && bytes[13] === 8;
  return isSelection && (bytes[15] === 1 || bytes[15] === 2) ? 'yes' : 'unclear';
}

/** A reply of SMTP or FTP with this code, and this line in it; `no` are the codes that refuse. */
function replyOf(code: string, no = never, line = /^/) {
  return (text: string): StartTlsVerdict => {
    const reply = readReply(Buffer.from(text, 'latin1'));
    if (reply === 'more' || reply?.complete === false) return 'more';
    const isLast = text.endsWith('\n') && text.split('\n').length - 1 === reply?.lines.length;
    if (!isLast) return 'unclear';
    if (reply.code === code && reply.lines.some((one) => line.test(one))) return 'yes';
    return no.test(reply.code) ? 'no' : 'unclear';
  };
}

/** The first line that is an answer at all; what comes before it is not about our question. `no` are those that refuse. */
function lastLine(yes: RegExp, answer: RegExp, no = never) {
  return (text: string): StartTlsVerdict => {
    const lines = text.split('\n');
    const rest = lines.pop();
    const found = lines.findIndex((line) => yes.test(line) || answer.test(line));
    if (found < 0) return 'more';
    const line = lines[found] ?? '';
    if (!yes.test(line)) return no.test(line) ? 'no' : 'unclear';
    return found === lines.length - 1 && rest === '' ? 'yes' : 'unclear';
  };
}

/** RFC 4511, section 4.12: the answer to an extended request that a server does not know. */
const protocolError = 2;

/**
 * RFC 4511, section 4.12. Messages with another number answer earlier questions.
 *
 * ```
 * LDAPMessage  SEQUENCE { messageID INTEGER · protocolOp }
 * ExtendedResponse  [APPLICATION 24] { resultCode ENUMERATED, 0 success · … }
 * ```
 */
function readExtendedResponse(bytes: Uint8Array): StartTlsVerdict {
  let left = bytes.subarray(0, maxAnswer);
  while (left.length > 0) {
    const message = readElement(left);
    if (message === 'more') return bytes.length < maxAnswer ? 'more' : 'unclear';
    if (message?.tag !== 0x30) return 'unclear';
    const number = readElement(message.body);
    if (number === undefined || number === 'more' || number.tag !== 0x02) return 'unclear';
    if (number.body.length === 1 && number.body[0] === 2) {
      const response = readElement(number.rest);
      if (response === undefined || response === 'more' || response.tag !== 0x78) return 'unclear';
      const [kind, length, code] = response.body;
      if (kind !== 0x0a || length !== 1 || message.rest.length > 0) return 'unclear';
      return code === 0 ? 'yes' : code === protocolError ? 'no' : 'unclear';
    }
    left = message.rest;
  }
  return 'more';
}
