import type { Parsed, Protocol } from '../protocol.js';
import { latin1 } from '../reader.js';
import { isHostName } from '../reply.js';
import { startTls } from '../start-tls.js';

/** RFC 1459, section 2.3: 512 bytes with CR and LF; tags and long names of hosts aside. */
const maxLine = 1024;

/**
 * IRC (RFC 1459, section 2.3; RFC 2812, sections 3.7.2 and 5.2), under IANA's name for the port that it is used on.
 *
 * ```
 * ":" server SP NOTICE SP ( "AUTH" | "*" ) SP ":" text CRLF         unasked, while the client's name is looked up
 * NOTICE AUTH ":" text CRLF                                         the same of older servers
 * ERROR ":" "Closing Link" text CRLF                                to those it turns away
 * → PING :x CRLF
 * ← ":" server SP 451 SP target SP ":" text CRLF                    not registered; or PONG
 * ```
 *
 * A server tells its version only to clients that have registered, which this program does not.
 */
export const irc: Protocol = {
  name: 'ircu',
  ports: [6667],
  overTls: { name: 'ircs-u', ports: [6697] },
  startTls: startTls.irc,
  probe: Buffer.from('PING :exposcan\r\n'),
  farewell: Buffer.from('QUIT\r\n'),
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the notices it greets with, or its answer to PING',
    logs: 'one connection that ended before it registered',
  },
  examples: [
    {
      from: 'InspIRCd 3.15.0, Debian 12',
      bytes: Buffer.from(':irc.example.org NOTICE * :*** Looking up your hostname...\r\n'),
      service: { name: 'ircu', hostname: 'irc.example.org' },
    },
    {
      from: 'ngIRCd 26.1, Debian 12, in answer to PING',
      bytes: Buffer.from(':irc.example.org 451 * :Connection not registered\r\n'),
      service: { name: 'ircu', hostname: 'irc.example.org' },
    },
    {
      from: 'InspIRCd 3.15.0, Debian 12, in answer to PING without the notice',
      bytes: Buffer.from(':irc.example.org 451 * PING :You have not registered.\r\n'),
      service: { name: 'ircu', hostname: 'irc.example.org' },
    },
    {
      from: 'built from RFC 1459, with the words of the servers of its time',
      bytes: Buffer.from('NOTICE AUTH :*** Looking up your hostname...\r\n'),
      service: { name: 'ircu' },
    },
    {
      from: 'built from RFC 2812, section 3.7.4',
      bytes: Buffer.from('ERROR :Closing Link: 192.0.2.9 (Throttled: Reconnecting too fast)\r\n'),
      service: { name: 'ircu', extraInfo: 'ERROR :Closing Link: 192.0.2.9 (Throttled: Reconnecting too fast)' },
    },
    {
      from: 'built from RFC 2812, section 3.7.3',
      bytes: Buffer.from(':irc.example.org PONG irc.example.org :exposcan\r\n'),
      service: { name: 'ircu', hostname: 'irc.example.org' },
    },
  ],
  negatives: [
    { from: 'an error that does not say of what', bytes: Buffer.from('ERROR :no\r\n') },
    { from: 'a word after a colon', bytes: Buffer.from(':host 200 OK\r\n') },
    { from: 'a notice of something else', bytes: Buffer.from('NOTICE: authorised users only\r\n') },
  ],
};

const forms = [
  /^:(?<server>[!-~]{1,255}) (?:NOTICE (?:AUTH|Auth|\*|[A-Za-z0-9_-]{1,30})|(?:020|439|451|461|462|464|465|421) [!-~]{1,60}(?: [!-~]{1,30})?) :/,
  /^:(?<server>[!-~]{1,255}) PONG [!-~]{1,255} :exposcan/,
  /^NOTICE AUTH :/,
  /^ERROR :(?:Closing Link|Trying to reconnect too fast|Your host is trying)/,
];

function parse(bytes: Uint8Array): Parsed {
  const text = latin1(bytes.subarray(0, maxLine)).replace(/^[\r\n]{1,16}/, '');
  if (!/^(?:$|:|N|E)/.test(text)) return { kind: 'no' };
  const end = text.indexOf('\n');
  if (end < 0) return { kind: text.length < maxLine && /^[\x20-\x7e\x80-\xff\r]*$/.test(text) ? 'more' : 'no' };
  const line = text.slice(0, end).replace(/\r$/, '');
  const found = forms.map((form) => form.exec(line)).find((match) => match !== null);
  if (found === undefined) return { kind: 'no' };
  const server = found.groups?.['server'] ?? '';
  return {
    kind: 'match',
    facts: {
      hostname: isHostName(server) ? server : undefined,
      extraInfo: line.startsWith('ERROR') ? line : undefined,
    },
  };
}
