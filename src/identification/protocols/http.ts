import { cpe } from '../cpe.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { latin1 } from '../reader.js';

const maxHead = 16_384;

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
 */
export const http: Protocol = {
  name: 'http',
  ports: [80, 81, 591, 3000, 5000, 8000, 8008, 8080, 8081, 8088, 8888, 631],
  overTls: { name: 'https', ports: [443, 4433, 4443, 7443, 8443, 8444, 9443, 10443] },
  probe: (serverName) =>
    Buffer.from(
      'GET / HTTP/1.0\r\nUser-Agent: exposcan\r\nAccept: */*\r\n' +
        (serverName === undefined ? '\r\n' : `Host: ${serverName.replace(/[^\w.-]/g, '')}\r\n\r\n`),
    ),
  blindTurn: 1,
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the status line of the answer to GET /',
    logs: 'one line in the access log, with the user agent exposcan',
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
      service: { name: 'http', product: 'Gadget', version: '2.0', extraInfo: 'status 401' },
    },
  ],
  negatives: [
    { from: 'RTSP (RFC 2326) answering', bytes: Buffer.from('RTSP/1.0 400 Bad Request\r\n\r\n') },
    { from: 'a page without a status line (HTTP/0.9)', bytes: Buffer.from('<html>HTTP/1.0 200 OK</html>') },
  ],
};

const statusLine = /^HTTP\/1\.[01] ([1-5]\d\d)(?: [^\r\n]*)?\r?\n/;
const beginning = 'HTTP/1.';

function parse(bytes: Uint8Array): Parsed {
  const text = latin1(bytes);
  const status = statusLine.exec(text.slice(0, 1024))?.[1];
  if (status === undefined) {
    const fits =
      text.length < beginning.length ? beginning.startsWith(text) : /^HTTP\/1\.[01](?: [^\r\n]*\r?)?$/.test(text);
    return { kind: fits && text.length < 1024 ? 'more' : 'no' };
  }
  const headEnd = endOfHead(text);
  const head = text.slice(0, headEnd ?? text.lastIndexOf('\n') + 1).slice(0, maxHead);
  const body = headEnd === undefined ? '' : text.slice(headEnd);
  const title = titleOf(body);
  const length = headerOf(head, 'content-length');
  const whole =
    headEnd !== undefined && (title !== undefined || (length !== undefined && body.length >= Number(length)));
  return {
    kind: 'match',
    facts: {
      ...productOf(headerOf(head, 'server') ?? ''),
      extraInfo: title === undefined ? `status ${status}` : `status ${status}, title "${title}"`,
    },
    ...(whole ? {} : { growing: true }),
    ...(status === '400' && saysTls.some((words) => body.includes(words)) ? { wantsTls: true } : {}),
  };
}

/** What nginx, Apache and Go's net/http say to plain HTTP where they expect TLS. */
const saysTls = [
  'The plain HTTP request was sent to HTTPS port',
  "You're speaking plain HTTP to an SSL-enabled server port",
  'Client sent an HTTP request to an HTTPS server',
];

function endOfHead(text: string): number | undefined {
  const found = ['\r\n\r\n', '\n\n'].map((gap) => [text.indexOf(gap), gap.length] as const).filter(([at]) => at >= 0);
  return found.length === 0 ? undefined : Math.min(...found.map(([at, length]) => at + length));
}

function headerOf(head: string, name: string): string | undefined {
  const line = head
    .split('\n', 200)
    .find((candidate) => candidate.slice(0, name.length + 1).toLowerCase() === `${name}:`);
  return line?.slice(name.length + 1).trim();
}

function titleOf(body: string): string | undefined {
  const raw = /<title(?:\s[^<>]{0,100})?>([^<]{0,300})<\/title/i.exec(body)?.[1];
  if (raw === undefined) return undefined;
  const title = Buffer.from(raw, 'latin1').toString('utf8').replace(/\s+/g, ' ').trim();
  return title === '' ? undefined : title;
}

/** Products that name themselves in the Server header, and the names that the CPE dictionary has for them. */
const products: Readonly<Record<string, readonly [product: string, vendor: string, cpeProduct: string]>> = {
  nginx: ['nginx', 'f5', 'nginx'],
  openresty: ['OpenResty', 'openresty', 'openresty'],
  Apache: ['Apache httpd', 'apache', 'http_server'],
  lighttpd: ['lighttpd', 'lighttpd', 'lighttpd'],
  Caddy: ['Caddy', 'caddyserver', 'caddy'],
  'Microsoft-IIS': ['Microsoft IIS', 'microsoft', 'internet_information_services'],
};

function productOf(server: string): ServiceFacts {
  const [, name, version] = /^([A-Za-z][\w.-]{0,63})(?:\/v?(\d[\w.+~-]{0,63}))?(?= |$)/.exec(server) ?? [];
  if (name === undefined) return {};
  const known = Object.hasOwn(products, name) ? products[name] : undefined;
  return {
    product: known?.[0] ?? name,
    version,
    cpe: known && [cpe(known[1], known[2], version)],
  };
}
