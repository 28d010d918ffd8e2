import type { Protocol } from '../protocol.js';

/**
 * ZeroMQ's transport (ZMTP 3.1, RFC 37 of the ZeroMQ project, section "Version Negotiation"), by which Salt's masters and much else
 * is spoken to.
 *
 * ```
 * ← signature  ff · 8 bytes, 00 … 00 01 so that ZMTP 1.0 takes it for an empty identity · 7f
 * ```
 *
 * Both sides begin with it unasked. What comes after needs an answer of ours, and names neither the product nor what is spoken inside.
 */
export const zmtp: Protocol = {
  name: 'zmtp',
  ports: [4505, 4506],
  matchers: [{ pattern: /^\xff\x00{7}\x01\x7f/ }],
  about: {
    recognisedBy: 'the signature that the server greets with',
    logs: 'nothing',
  },
  examples: [
    {
      from: 'libzmq 4.3.5, a socket of type PUB',
      bytes: Buffer.from('\xff\0\0\0\0\0\0\0\x01\x7f', 'latin1'),
      service: { name: 'zmtp' },
    },
    {
      from: 'libzmq 4.3.5, to a peer that greets with ZMTP 3.0',
      bytes: Buffer.from(`\xff\0\0\0\0\0\0\0\x01\x7f\x03\x01NULL${'\0'.repeat(48)}`, 'latin1'),
      service: { name: 'zmtp' },
    },
  ],
  negatives: [
    { from: 'a long frame of ZMTP 1.0', bytes: Buffer.from('\xff\0\0\0\0\0\0\0\x01\0', 'latin1') },
    { from: "options of telnet's", bytes: Buffer.from('\xff\xfb\x01\xff\xfb\x03\xff\xfd\x1f\x7f', 'latin1') },
  ],
};
