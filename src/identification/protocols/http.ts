import type { Parsed, Protocol } from '../protocol.js';
import { applications } from '../web/applications.js';
import { readFrames } from '../web/http2.js';
import { pageFacts } from '../web/page-facts.js';
import { readPage } from '../web/page.js';
import { secondQuestion } from '../web/second-question.js';
import { capturedApplications } from '../web/captured-applications.js';
import { capturedServers } from '../web/captured-servers.js';

/**
 * HTTP/1 (RFC 9110, RFC 9112; HTTP/1.0: RFC 1945).
 *
 * ```
 * → "GET / HTTP/1.0" CR LF header* CR LF
 * ← "HTTP/" digit "." digit SP three digits [SP reason] CR LF · (name ":" value CR LF)* · CR LF · body
 * ```
 *
 * 1.0, so that nobody answers in chunks or keeps the connection. `Host` only where the target has a name: 1.0 does not
 * demand it, and it is what makes Redis raise an alarm.
 *
 * Which application answers is told by its page (`web/`), or by one more page that the first, or the port number, points to. A
 * server that speaks HTTP/2 only gives itself away by the frame that it begins with.
 */
export const http: Protocol = {
  name: 'http',
  ports: [
    ...new Set([
      ...[80, 81, 591, 3000, 5000, 8000, 8008, 8080, 8081, 8088, 8888, 631],
      ...applications.flatMap(({ ports = [] }) => ports),
    ]),
  ],
  overTls: {
    name: 'https',
    ports: [
      ...new Set([
        ...[443, 4433, 4443, 7443, 8443, 8444, 9443, 10443],
        ...applications.flatMap(({ tlsPorts = [] }) => tlsPorts),
      ]),
    ],
  },
  probe: (serverName) =>
    Buffer.from(
      'GET / HTTP/1.0\r\nUser-Agent: exposcan\r\nAccept: */*\r\n' +
        (serverName === undefined ? '\r\n' : `Host: ${serverName.replace(/[^\w.-]/g, '')}\r\n\r\n`),
    ),
  blindTurn: 1,
  matchers: [{ parse }],
  followUp: secondQuestion,
  about: {
    recognisedBy:
      'the status line of the answer to GET /; applications by their pages, and by one more at a well-known path',
    logs: 'one line in the access log, with the user agent exposcan; two where an application is asked for its version',
  },
  examples: [
    {
      from: 'nginx 1.22.1, Debian 12',
      bytes: Buffer.from(
        'HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Mon, 23 Nov 2026 02:00:59 GMT\r\nContent-Type: text/html\r\n' +
          'Content-Length: 89\r\nLast-Modified: Mon, 23 Nov 2026 02:00:36 GMT\r\nConnection: close\r\nETag: "6b039e44-59"\r\n' +
          'Accept-Ranges: bytes\r\n\r\n' +
          '<!DOCTYPE html>\n<html><head><title>Offsite 7</title></head><body>It works.</body></html>\n',
      ),
      service: {
        name: 'http',
        product: 'nginx',
        version: '1.22.1',
        extraInfo: 'status 200, title "Offsite 7"',
        cpe: ['cpe:2.3:a:f5:nginx:1.22.1:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'nginx 1.22.1, Debian 12, asked in the clear where it speaks TLS',
      bytes: Buffer.from(
        'HTTP/1.1 400 Bad Request\r\nServer: nginx/1.22.1\r\nDate: Mon, 23 Nov 2026 02:00:59 GMT\r\nContent-Type: text/html\r\n' +
          'Content-Length: 255\r\nConnection: close\r\n\r\n' +
          '<html>\r\n<head><title>400 The plain HTTP request was sent to HTTPS port</title></head>\r\n<body>\r\n' +
          '<center><h1>400 Bad Request</h1></center>\r\n<center>The plain HTTP request was sent to HTTPS port</center>\r\n' +
          '<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n',
      ),
      service: {
        name: 'http',
        product: 'nginx',
        version: '1.22.1',
        extraInfo: 'status 400, title "400 The plain HTTP request was sent to HTTPS port"',
        cpe: ['cpe:2.3:a:f5:nginx:1.22.1:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'RFC 9112: a server that says nothing of itself, and an empty body',
      bytes: Buffer.from('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'),
      service: { name: 'http', extraInfo: 'status 404' },
    },
    {
      from: "Node's http module, after a Server header of somebody's own",
      bytes: Buffer.from('HTTP/1.1 401 Unauthorized\r\nserver: Gadget/2.0 (R7)\r\nContent-Length: 0\r\n\r\n'),
      service: { name: 'http', product: 'Gadget', version: '2.0', extraInfo: 'status 401, R7' },
    },
    {
      from: 'built from RFC 9110, section 15.5.22: a server of websockets',
      bytes: Buffer.from(
        'HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 0\r\n\r\n',
      ),
      service: { name: 'http', extraInfo: 'status 426, wants websocket' },
    },
    {
      from: 'built from RFC 9110, section 10.2.4, and from the UPnP Device Architecture: a router',
      bytes: Buffer.from(
        'HTTP/1.1 401 Unauthorized\r\nServer: Linux/2.6.36 UPnP/1.0 GoAhead-Webs/2.5.0\r\n' +
          'WWW-Authenticate: Basic realm="Router R1"\r\nContent-Length: 0\r\n\r\n',
      ),
      service: {
        name: 'http',
        product: 'GoAhead',
        version: '2.5.0',
        extraInfo: 'status 401, realm "Router R1", Linux 2.6.36, UPnP 1.0',
        cpe: ['cpe:2.3:a:embedthis:goahead:2.5.0:*:*:*:*:*:*:*'],
      },
    },
    ...capturedServers,
    ...capturedApplications,
    ...applications.flatMap(({ examples }) => examples),
  ],
  negatives: [
    { from: 'RTSP (RFC 2326) answering', bytes: Buffer.from('RTSP/1.0 400 Bad Request\r\n\r\n') },
    { from: 'a page without a status line (HTTP/0.9)', bytes: Buffer.from('<html>HTTP/1.0 200 OK</html>') },
    {
      from: 'SETTINGS of HTTP/2 on a stream, which they must not be',
      bytes: Uint8Array.of(0, 0, 0, 4, 0, 0, 0, 0, 1, 0),
    },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const page = readPage(bytes);
  if (page === 'more') return { kind: 'more' };
  if (page === undefined) return parseFrames(bytes);
  return {
    kind: 'match',
    facts: pageFacts(page),
    ...(page.whole ? {} : { growing: true }),
    ...(page.status === '400' && saysTls.some((words) => page.body.includes(words)) ? { wantsTls: true } : {}),
  };
}

/** What nginx, Apache, Go's net/http and Tomcat say to plain HTTP where they expect TLS. */
const saysTls = [
  'The plain HTTP request was sent to HTTPS port',
  "You're speaking plain HTTP to an SSL-enabled server port",
  'Client sent an HTTP request to an HTTPS server',
  'This combination of host and port requires TLS.',
];

function parseFrames(bytes: Uint8Array): Parsed {
  const frames = readFrames(bytes);
  if (frames === undefined || frames === 'more') return { kind: frames ?? 'no' };
  const { farewell, isGrpc } = frames;
  const extraInfo = ['HTTP/2 only', farewell].filter((part) => part !== undefined).join(', ');
  return { kind: 'match', facts: { ...(isGrpc ? { name: 'grpc' } : {}), extraInfo } };
}
