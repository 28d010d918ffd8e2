import type { Protocol } from '../protocol.js';

/**
 * BIND's control channel (BIND 9 Administrator Reference Manual, "controls"; lib/isccc of its source).
 *
 * ```
 * message   length u32be · version u32be = 1 · table with the authentication first, then the data
 * ```
 *
 * The server never speaks first, and answers only what is signed with its key; it logs everything else as an "invalid
 * command" and closes without a byte. So there is nothing to send and nothing to recognise: measured on BIND 9.18.49, a
 * connection that says nothing hears nothing, and a NUL, empty lines, a message of length 0, one of version 1 without a
 * signature, and a TLS handshake all draw a plain close. It stays an open port with the name that its number suggests.
 */
export const rndc: Protocol = {
  name: 'rndc',
  ports: [953],
  matchers: [],
  about: {
    recognisedBy: 'the port number alone: it says nothing to strangers',
    logs: 'nothing, or one invalid command',
  },
  examples: [],
  negatives: [
    { from: 'a message such as only a holder of the key gets to see', bytes: Uint8Array.of(0, 0, 0, 4, 0, 0, 0, 1) },
  ],
};
