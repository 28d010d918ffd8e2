import type { Protocol } from '../protocol.js';

/**
 * The line printer daemon protocol (RFC 1179). A command is one byte, then the name of a queue, and some old servers print what they do not
 * understand. The server never speaks first. So nothing is ever sent, and it stays an open port with the name that its number suggests.
 */
export const printer: Protocol = {
  name: 'printer',
  ports: [515],
  harmedBy: 'printer',
  matchers: [],
  about: {
    recognisedBy: 'the port number alone: nothing is ever sent to it',
    logs: 'one connection; CUPS notes that no command came with it',
  },
  examples: [],
  negatives: [{ from: 'RFC 1179: an acknowledgement', bytes: Uint8Array.of(0) }],
};
