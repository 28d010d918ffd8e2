import type { Protocol } from '../protocol.js';

/**
 * Syslog over TCP (RFC 6587) and inside TLS (RFC 5425): the server takes lines and never says a word, so that there is nothing to
 * recognise, and every question would become a message in somebody's log. It stays an open port with the name that its number
 * suggests.
 */
export const syslogConn: Protocol = {
  name: 'syslog-conn',
  ports: [601],
  overTls: { name: 'syslog-tls', ports: [6514] },
  matchers: [],
  about: {
    recognisedBy: 'the port number alone: it says nothing to anybody',
    logs: 'a handshake of TLS that is no message',
  },
  examples: [],
  negatives: [{ from: 'a message, as clients send it', bytes: Buffer.from('<13>1 - - - - - - hello\n') }],
};
