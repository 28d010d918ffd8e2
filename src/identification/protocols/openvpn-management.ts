import type { Protocol } from '../protocol.js';

/**
 * OpenVPN's management interface (OpenVPN's doc/management-notes.txt). The server speaks first.
 *
 * ```
 * ← ">INFO:OpenVPN Management Interface Version " number " -- type 'help' for more info" CR LF
 * ```
 *
 * It serves one client at a time, and obeys whoever connects. Where it has a password it greets with `ENTER PASSWORD:` alone, which others may say as
 * well: that is left unnamed.
 */
export const openvpnManagement: Protocol = {
  name: 'openvpn-management',
  ports: [7505],
  matchers: [
    {
      pattern: /^>INFO:OpenVPN Management Interface Version (?<number>\d{1,3}) -- [^\r\n]{1,100}\r\n/,
      facts: ({ number }) => ({
        product: 'OpenVPN',
        extraInfo: `management interface ${number}, answers without authentication`,
      }),
    },
  ],
  farewell: Buffer.from('quit\n'),
  about: { recognisedBy: 'the greeting', logs: 'one management client connected and disconnected' },
  examples: [
    {
      from: 'OpenVPN 2.6.14, Debian 12',
      bytes: Buffer.from(">INFO:OpenVPN Management Interface Version 5 -- type 'help' for more info\r\n"),
      service: {
        name: 'openvpn-management',
        product: 'OpenVPN',
        extraInfo: 'management interface 5, answers without authentication',
      },
    },
  ],
  negatives: [
    { from: 'the same with a password', bytes: Buffer.from('ENTER PASSWORD:') },
    { from: 'another notice', bytes: Buffer.from('>INFO:something else\r\n') },
  ],
};
