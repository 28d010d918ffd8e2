import type { Protocol } from '../protocol.js';

/**
 * The port by which the nodes of Elasticsearch and OpenSearch talk (server/src/main/java/org/…/transport/TcpTransport.java of their source,
 * "HttpRequestOnTransportException"): it takes messages of its own that begin with "ES", and tells HTTP that it is wrong here. Both say the
 * same.
 */
export const elasticsearchTransport: Protocol = {
  name: 'elasticsearch-transport',
  ports: [9300],
  probe: Buffer.from('GET / HTTP/1.0\r\n\r\n'),
  matchers: [{ pattern: /^This is not an HTTP port$/ }],
  about: { recognisedBy: 'the answer to HTTP, that this is no port for it', logs: 'nothing known (not measured)' },
  examples: [
    {
      from: 'built from the source of Elasticsearch 7, TcpTransport',
      bytes: Buffer.from('This is not an HTTP port'),
      service: { name: 'elasticsearch-transport' },
    },
  ],
  negatives: [{ from: 'another complaint', bytes: Buffer.from('This is not an HTTP port, go away\r\n') }],
};
