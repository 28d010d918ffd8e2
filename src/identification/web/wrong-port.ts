import type { WebApplication } from './application.js';

/** ClickHouse's native protocol, asked in HTTP: it says what it is, and where it answers in HTTP. Captured from ClickHouse 18.16.1. */
const clickhouse: WebApplication = {
  name: 'clickhouse',
  nameInsideTls: 'clickhouse-tls',
  product: 'ClickHouse',
  cpe: ['clickhouse', 'clickhouse'],
  recognise: ({ body }) => (/^Port [0-9]{1,5} is for clickhouse-client program/.test(body) ? {} : undefined),
  examples: [
    {
      from: 'ClickHouse 18.16.1, Debian 12, asked in HTTP on its native port',
      bytes: Buffer.from(
        'HTTP/1.0 400 Bad Request\r\n\r\n' +
          'Port 19000 is for clickhouse-client program.\r\nYou must use port 18123 for HTTP.\r\n',
      ),
      service: {
        name: 'clickhouse',
        product: 'ClickHouse',
        extraInfo: 'status 400',
        cpe: ['cpe:2.3:a:clickhouse:clickhouse:*:*:*:*:*:*:*:*'],
      },
    },
  ],
};

/** MongoDB's native port, asked in HTTP. What was made of its source says the same, so that it has no CPE. */
const mongodb: WebApplication = {
  name: 'mongodb',
  product: 'MongoDB',
  recognise: ({ body }) =>
    body.startsWith('It looks like you are trying to access MongoDB over HTTP on the native driver port.')
      ? {}
      : undefined,
  examples: [
    {
      from: "MongoDB's own words, in a response built from RFC 1945",
      bytes: Buffer.from(
        'HTTP/1.0 200 OK\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 85\r\n\r\n' +
          'It looks like you are trying to access MongoDB over HTTP on the native driver port.\r\n',
      ),
      service: { name: 'mongodb', product: 'MongoDB', extraInfo: 'status 200' },
    },
  ],
};

/** Tor's ports, taken for a web proxy. Captured from Tor 0.4.9.11. */
const torSocks: WebApplication = {
  name: 'socks',
  product: 'Tor',
  cpe: ['torproject', 'tor'],
  recognise: ({ status, title }) =>
    status === '501' && title === 'This is a SOCKS Proxy, Not An HTTP Proxy' ? {} : undefined,
  examples: [
    {
      from: 'Tor 0.4.9.11, Debian 12, asked in HTTP on its SOCKS port; the end of the page left out',
      bytes: Buffer.from(
        'HTTP/1.0 501 Tor is not an HTTP Proxy\r\nContent-Type: text/html; charset=iso-8859-1\r\n\r\n' +
          '<html>\n<head>\n<title>This is a SOCKS Proxy, Not An HTTP Proxy</title>\n</head>\n</html>\n',
      ),
      service: tor('socks', 'status 501, title "This is a SOCKS Proxy, Not An HTTP Proxy"'),
    },
  ],
};

const torControl: WebApplication = {
  name: 'tor-control',
  product: 'Tor',
  cpe: ['torproject', 'tor'],
  recognise: ({ status, title }) =>
    status === '501' && title === "Tor's ControlPort is not an HTTP proxy" ? {} : undefined,
  examples: [
    {
      from: 'Tor 0.4.9.11, Debian 12, asked in HTTP on its control port; the end of the page left out',
      bytes: Buffer.from(
        'HTTP/1.0 501 Tor ControlPort is not an HTTP proxy\r\nContent-Type: text/html; charset=iso-8859-1\r\n\r\n' +
          "<html>\n<head>\n<title>Tor's ControlPort is not an HTTP proxy</title>\n</head>\n</html>\n",
      ),
      service: tor('tor-control', 'status 501, title "Tor\'s ControlPort is not an HTTP proxy"'),
    },
  ],
};

function tor(name: string, extraInfo: string) {
  return { name, product: 'Tor', extraInfo, cpe: ['cpe:2.3:a:torproject:tor:*:*:*:*:*:*:*:*'] };
}

/** The RPC of Hadoop's daemons, asked in HTTP (hadoop-common's ipc/Server.java, RECEIVED_HTTP_REQ_RESPONSE). */
const hadoop: WebApplication = {
  product: 'Apache Hadoop',
  cpe: ['apache', 'hadoop'],
  recognise: ({ body }) =>
    body.startsWith('It looks like you are making an HTTP request to a Hadoop IPC port.')
      ? { notes: ['the port of its RPC'] }
      : undefined,
  examples: [
    {
      from: 'built from the source of Hadoop 3, ipc/Server.java',
      bytes: Buffer.from(
        'HTTP/1.1 404 Not Found\r\nContent-type: text/plain\r\n\r\nIt looks like you are making an HTTP request to a Hadoop IPC port. ' +
          'This is not the correct port for the web interface on this daemon.\r\n',
      ),
      service: {
        name: 'http',
        product: 'Apache Hadoop',
        extraInfo: 'the port of its RPC, status 404',
        cpe: ['cpe:2.3:a:apache:hadoop:*:*:*:*:*:*:*:*'],
      },
    },
  ],
};

/** What speaks a protocol of its own, and says so to whoever asks in HTTP. */
export const wrongPort: readonly WebApplication[] = [clickhouse, mongodb, torSocks, torControl, hadoop];
