import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { latin1 } from '../reader.js';
import { readVersionWords } from '../version-words.js';

const maxText = 4096;

/**
 * SIP over TCP (RFC 3261, sections 7.2, 11 and 20.35): OPTIONS asks what a server can do, and changes nothing.
 *
 * ```
 * → OPTIONS sip:name SIP/2.0, with the headers that section 8.1.1 demands
 * ← SIP/2.0 SP code SP reason CRLF *( header CRLF ) CRLF       Server, and User-Agent of phones: product and version
 * ```
 */
export const sip: Protocol = {
  name: 'sip',
  ports: [5060],
  overTls: { name: 'sips', ports: [5061] },
  probe: options,
  blindTurn: 18,
  takes: { tls: 'waits', http: 'closes', beanstalkd: 'waits', socks: 'waits', 'ms-wbt-server': 'waits' },
  matchers: [{ parse }],
  about: { recognisedBy: 'the answer to OPTIONS', logs: 'one request, with the usual settings nothing' },
  examples: [
    {
      from: 'Kamailio 5.6.3, Debian 12',
      bytes: Buffer.from(
        'SIP/2.0 404 Not Found\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bKx;rport=41214;received=127.0.0.1\r\n' +
          'From: <sip:x@invalid.invalid>;tag=x\r\nTo: <sip:example.org>;tag=a45363010201c12697c26728a1ea42a4.78550000\r\n' +
          'Call-ID: x\r\nCSeq: 1 OPTIONS\r\nServer: kamailio (5.6.3 (x86_64/linux))\r\nContent-Length: 0\r\n\r\n',
      ),
      service: {
        name: 'sip',
        product: 'kamailio',
        version: '5.6.3',
        extraInfo: '404 Not Found',
      },
    },
    {
      from: "built from RFC 3261, with Asterisk's words",
      bytes: Buffer.from(
        'SIP/2.0 200 OK\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\nServer: Asterisk PBX 16.28.0~dfsg-0+deb11u4\r\n\r\n',
      ),
      service: { name: 'sip', product: 'Asterisk PBX', version: '16.28.0', extraInfo: '200 OK; dfsg-0+deb11u4' },
    },
    {
      from: 'built from RFC 3261, section 20.35',
      bytes: Buffer.from('SIP/2.0 200 OK\r\nCSeq: 1 OPTIONS\r\nServer: HomeServer v2\r\n\r\n'),
      service: { name: 'sip', product: 'HomeServer', version: '2', extraInfo: '200 OK' },
    },
    {
      from: 'built from RFC 3261: nothing told',
      bytes: Buffer.from('SIP/2.0 483 Too Many Hops\r\nCSeq: 1 OPTIONS\r\n\r\n'),
      service: { name: 'sip', extraInfo: '483 Too Many Hops' },
    },
  ],
  negatives: [
    { from: 'a web server', bytes: Buffer.from('HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n') },
    { from: 'RTSP (RFC 2326)', bytes: Buffer.from('RTSP/1.0 400 Bad Request\r\nServer: x\r\n\r\n') },
    { from: 'a request, echoed', bytes: Buffer.from('OPTIONS sip:example.org SIP/2.0\r\n\r\n') },
  ],
};

function options(serverName: string | undefined): Uint8Array {
  const name = serverName !== undefined && /^[A-Za-z0-9.-]{1,253}$/.test(serverName) ? serverName : 'server.invalid';
  return Buffer.from(
    [
      `OPTIONS sip:${name} SIP/2.0`,
      'Via: SIP/2.0/TCP client.invalid;branch=z9hG4bKexposcan;rport',
      'Max-Forwards: 0',
      'From: <sip:exposcan@client.invalid>;tag=exposcan',
      `To: <sip:${name}>`,
      'Call-ID: exposcan@client.invalid',
      'CSeq: 1 OPTIONS',
      'Content-Length: 0',
      '\r\n',
    ].join('\r\n'),
  );
}

function parse(bytes: Uint8Array): Parsed {
  const text = latin1(bytes.subarray(0, maxText));
  const start = 'SIP/2.0 ';
  if (!text.startsWith(start) && !start.startsWith(text)) return { kind: 'no' };
  const lines = text
    .split('\n')
    .slice(0, -1)
    .map((line) => line.replace(/\r$/, ''));
  const [first] = lines;
  if (first === undefined) return { kind: text.length < maxText ? 'more' : 'no' };
  const status = /^SIP\/2\.0 ([1-6][0-9]{2} [\x20-\x7e]{0,100})$/.exec(first)?.[1];
  if (status === undefined) return { kind: 'no' };
  const complete = lines.includes('') || text.length >= maxText;
  return { kind: 'match', facts: readFacts(status, lines), ...(complete ? {} : { growing: true }) };
}

function readFacts(status: string, lines: readonly string[]): ServiceFacts {
  const headers = lines.map(
    (line) => /^(?:Server|User-Agent)[ \t]{0,9}:[ \t]{0,9}([\x20-\x7e]{1,200})$/i.exec(line)?.[1],
  );
  const told = headers.find((header) => header !== undefined);
  if (told === undefined) return { extraInfo: status };
  const { product, version, extraInfo: revision } = readVersionWords(told);
  return {
    product: product ?? told.split(/[ (]/, 1)[0]?.replace(/\/.{0,100}$/, ''),
    version,
    extraInfo: revision === undefined ? status : `${status}; ${revision}`,
  };
}
