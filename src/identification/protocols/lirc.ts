import type { Protocol } from '../protocol.js';

/**
 * Infrared remote controls over the network (lircd(8), "SOCKET COMMAND INTERFACE").
 *
 * ```
 * → "VERSION" LF
 * ← "BEGIN" LF the command LF "SUCCESS" LF "DATA" LF "1" LF version LF "END" LF
 * ← "BEGIN" LF the command LF "ERROR" LF "DATA" LF "1" LF text LF "END" LF          to what it does not know
 * ```
 */
export const lirc: Protocol = {
  name: 'lirc',
  ports: [8765],
  probe: Buffer.from('VERSION\n'),
  matchers: [
    {
      pattern: /^BEGIN\nVERSION\nSUCCESS\nDATA\n1\n(?<version>\d[\w.-]{0,20})\nEND\n/,
      facts: () => ({ product: 'LIRC' }),
    },
    { pattern: /^BEGIN\n[^\n]{1,200}\nERROR\nDATA\n1\nunknown directive: [^\n]{1,200}\nEND\n/ },
  ],
  about: {
    recognisedBy: 'the answer to VERSION',
    logs: 'one client that came and went; the receiver is opened meanwhile',
  },
  examples: [
    {
      from: 'lircd of LIRC 0.10.1, Debian 12',
      bytes: Buffer.from('BEGIN\nVERSION\nSUCCESS\nDATA\n1\n0.10.1\nEND\n'),
      service: { name: 'lirc', product: 'LIRC', version: '0.10.1' },
    },
    {
      from: 'lircd of LIRC 0.10.1, Debian 12, asked in HTTP',
      bytes: Buffer.from('BEGIN\nGET / HTTP/1.0\r\nERROR\nDATA\n1\nunknown directive: "GET"\nEND\nBEGIN\n'),
      service: { name: 'lirc' },
    },
  ],
  negatives: [{ from: 'the beginning of something else', bytes: Buffer.from('BEGIN\nVERSION\nEND\n') }],
};
