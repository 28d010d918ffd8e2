import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { latin1 } from '../reader.js';
import { isHostName } from '../reply.js';
import { startTls } from '../start-tls.js';

const maxText = 4096;
const streams = 'http://etherx.jabber.org/streams';

/**
 * XMPP (RFC 6120, sections 4.2, 4.3, 4.7 and 4.9): both sides open a stream of XML, and what the server's own opening says
 * its content to be tells its port for clients from the one for servers.
 *
 * ```
 * → <?xml version='1.0'?><stream:stream to='name' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>
 * ← <?xml version='1.0'?><stream:stream from='name' id='…' xmlns='jabber:client' …>
 *   <stream:features> … </stream:features>        or <stream:error> where it is not the server of that name
 * ```
 *
 * Neither product nor version is told before the login.
 */
export const xmppClient: Protocol = {
  name: 'xmpp-client',
  ports: [5222],
  overTls: { name: 'xmpps-client', ports: [5223] },
  startTls: startTls.xmpp,
  probe: (serverName) => opening('jabber:client', serverName),
  farewell: Buffer.from('</stream:stream>'),
  matchers: [{ parse: (bytes) => parse(bytes, 'jabber:client') }],
  about: { recognisedBy: 'the stream that it opens (jabber:client)', logs: 'one connection and its end' },
  examples: [
    {
      from: 'Prosody 0.12.3, Debian 12',
      bytes: Buffer.from(
        "<?xml version='1.0'?><stream:stream xml:lang='en' from='example.org' xmlns='jabber:client' " +
          "xmlns:stream='http://etherx.jabber.org/streams' id='a24b93aa-338b-435c-8d7c-f7410df13d32' version='1.0'>" +
          "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1</mechanism></mechanisms>" +
          "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>",
      ),
      service: { name: 'xmpp-client', extraInfo: 'STARTTLS; SASL SCRAM-SHA-1', hostname: 'example.org' },
    },
    {
      from: 'Prosody 0.12.3, Debian 12, where no name was given',
      bytes: Buffer.from(
        "<?xml version='1.0'?><stream:stream xmlns='jabber:client' id='' xml:lang='en' " +
          "xmlns:stream='http://etherx.jabber.org/streams'><stream:error>" +
          "<improper-addressing xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>" +
          'A &apos;to&apos; attribute is required on stream headers</text></stream:error></stream:stream>',
      ),
      service: { name: 'xmpp-client', extraInfo: 'stream error improper-addressing' },
    },
  ],
  negatives: [
    { from: 'another document of XML', bytes: Buffer.from("<?xml version='1.0'?><html xmlns='x'></html>") },
    {
      from: 'a stream of servers',
      bytes: Buffer.from(`<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:stream='${streams}' id='x'>`),
    },
  ],
};

/** The same between servers (RFC 6120; RFC 7712 for inside TLS). */
export const xmppServer: Protocol = {
  name: 'xmpp-server',
  ports: [5269],
  overTls: { name: 'xmpps-server', ports: [5270] },
  startTls: startTls.xmpp,
  probe: (serverName) => opening('jabber:server', serverName),
  farewell: Buffer.from('</stream:stream>'),
  matchers: [{ parse: (bytes) => parse(bytes, 'jabber:server') }],
  about: { recognisedBy: 'the stream that it opens (jabber:server)', logs: 'one connection and its end' },
  examples: [
    {
      from: 'Prosody 0.12.3, Debian 12, where no name was given',
      bytes: Buffer.from(
        "<?xml version='1.0'?><stream:stream from='' xmlns:db='jabber:server:dialback' xml:lang='en' " +
          "xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:server' id='0feea739-1180-4b31-9924-fea1713fc50d' to='' " +
          "version='1.0'><stream:error><undefined-condition xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>" +
          "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>No stream features to offer</text></stream:error></stream:stream>",
      ),
      service: { name: 'xmpp-server', extraInfo: 'stream error undefined-condition' },
    },
  ],
  negatives: [
    {
      from: 'a stream of clients',
      bytes: Buffer.from(`<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='${streams}' id='x'>`),
    },
  ],
};

function opening(content: string, serverName: string | undefined): Uint8Array {
  const to = serverName !== undefined && /^[A-Za-z0-9.-]{1,253}$/.test(serverName) ? ` to='${serverName}'` : '';
  return Buffer.from(
    `<?xml version='1.0'?><stream:stream${to} xmlns='${content}' xmlns:stream='${streams}' version='1.0'>`,
  );
}

function parse(bytes: Uint8Array, content: string): Parsed {
  const text = latin1(bytes.subarray(0, maxText));
  const open = '<stream:stream ';
  // The declaration may be left out.
  if (!/^\s{0,8}<(?:$|\?|s)/.test(text)) return { kind: text.trim() === '' && text.length < 8 ? 'more' : 'no' };
  const at = text.indexOf(open);
  const end = at < 0 ? -1 : text.indexOf('>', at);
  if (end < 0) return { kind: at > 200 || text.length > 2048 ? 'no' : 'more' };
  if (at > 200) return { kind: 'no' };
  const tag = text.slice(at + open.length, end);
  // Who answers gives the stream a name (RFC 6120, section 4.7.3); ours, sent back, has none.
  const isAnswer = attribute(tag, 'id') !== undefined;
  if (!isAnswer || !tag.includes(streams) || attribute(tag, 'xmlns') !== content) return { kind: 'no' };
  const rest = text.slice(end + 1);
  const complete = /<\/stream:(?:features|stream)>|<stream:features ?\/>/.test(rest) || text.length >= maxText;
  // In its opening it says all but what follows.
  return { kind: 'match', facts: readFacts(attribute(tag, 'from'), rest), ...(complete ? {} : { growing: true }) };
}

function attribute(tag: string, name: string): string | undefined {
  const parts = tag.split(/[ \t\r\n]/, 64);
  const part = parts.find((word) => word.startsWith(`${name}='`) || word.startsWith(`${name}="`));
  return part?.slice(name.length + 2).split(/['"]/, 1)[0];
}

function readFacts(from: string | undefined, rest: string): ServiceFacts {
  const error = /<stream:error[^<>]{0,100}><([a-z-]{1,60})/.exec(rest)?.[1];
  const mechanisms = rest
    .split('<mechanism>')
    .slice(1, 16)
    .map((part) => /^([A-Z0-9_-]{1,20})<\/mechanism>/.exec(part)?.[1])
    .filter((mechanism) => mechanism !== undefined);
  const extraInfo = [
    error === undefined ? undefined : `stream error ${error}`,
    rest.includes('<starttls') ? 'STARTTLS' : undefined,
    mechanisms.length === 0 ? undefined : `SASL ${mechanisms.join(' ')}`,
  ].filter((part) => part !== undefined);
  return { hostname: from !== undefined && isHostName(from) ? from : undefined, extraInfo: extraInfo.join('; ') };
}
