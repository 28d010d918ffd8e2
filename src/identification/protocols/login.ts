import type { Protocol } from '../protocol.js';

/**
 * rlogin (RFC 1282), by the refusal of a client whose port is not a reserved one.
 *
 * ```
 * ← 01 error · "rlogind: Permission denied." CR LF   before anything is read (4.4BSD, rlogind.c; HP-UX, rlogind(1M), Diagnostics)
 * ```
 *
 * RFC 1282 has the client send a NUL and then the names of two users; nothing is sent here. Servers that close without a
 * word, as in.rlogind of rsh-redone does, stay what their port says.
 */
export const login: Protocol = {
  name: 'login',
  ports: [513],
  matchers: [{ pattern: /^\x01rlogind: (?<extraInfo>[\x20-\x7e]{1,120}?)\.?\r\n/ }],
  about: {
    recognisedBy: 'the refusal of a client without a reserved port',
    logs: 'one connection from an illegal port',
  },
  examples: [
    {
      from: 'built from the source of 4.4BSD, rlogind.c',
      bytes: Buffer.from('\x01rlogind: Permission denied.\r\n', 'latin1'),
      service: { name: 'login', extraInfo: 'Permission denied' },
    },
  ],
  negatives: [{ from: 'the same without its first byte', bytes: Buffer.from('rlogind: Permission denied.\r\n') }],
};
