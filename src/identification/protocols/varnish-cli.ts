import { cpe } from '../cpe.js';
import type { Protocol } from '../protocol.js';

/**
 * Varnish's command line over TCP (varnish-cli(7), "DESCRIPTION" and "Authentication with -S"). The server speaks first.
 *
 * ```
 * ← "107 " length, padded to 8 LF · challenge of 32 letters LF LF "Authentication required." LF LF
 * ← "200 " length, padded to 8 LF · banner LF                     with -S none: it obeys everybody
 * ```
 */
export const varnishCli: Protocol = {
  name: 'varnish-cli',
  ports: [6082],
  matchers: [
    {
      pattern: /^107 \d{1,3} {5,7}\n[a-z]{32}\n\nAuthentication required\.\n/,
      facts: () => ({
        product: 'Varnish',
        extraInfo: 'asks for a secret',
        cpe: [cpe('varnish-software', 'varnish_cache')],
      }),
    },
    {
      pattern:
        /^200 \d{1,4} {4,7}\n-{20,40}\nVarnish Cache CLI [\d.]{1,9}\n-{20,40}\n[^\n]{0,200}\nvarnish-(?<version>\d[\w.-]{0,30}) revision [0-9a-f]{1,64}\n/,
      facts: ({ version }) => ({
        product: 'Varnish',
        extraInfo: 'answers without authentication',
        cpe: [cpe('varnish-software', 'varnish_cache', version)],
      }),
    },
  ],
  farewell: Buffer.from('quit\n'),
  about: { recognisedBy: 'the greeting (107 or 200)', logs: 'one session opened and closed' },
  examples: [
    {
      from: 'Varnish 7.1.1, Debian 12',
      bytes: Buffer.from('107 59      \nksaaebqpuhbuhkpnsvluiajjlykggqer\n\nAuthentication required.\n\n'),
      service: {
        name: 'varnish-cli',
        product: 'Varnish',
        extraInfo: 'asks for a secret',
        cpe: ['cpe:2.3:a:varnish-software:varnish_cache:*:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'Varnish 7.1.1, Debian 12, with -S none',
      bytes: Buffer.from(
        '200 277     \n-----------------------------\nVarnish Cache CLI 1.0\n-----------------------------\n' +
          'Linux,6.18.44-fc-v669,x86_64,-junix,-sdefault,-sdefault,-hcritbit\n' +
          "varnish-7.1.1 revision 7cee1c581bead20e88d101ab3d72afb29f14d87a\n\nType 'help' for command list.\n" +
          "Type 'quit' to close CLI session.\n\n",
      ),
      service: {
        name: 'varnish-cli',
        product: 'Varnish',
        version: '7.1.1',
        extraInfo: 'answers without authentication',
        cpe: ['cpe:2.3:a:varnish-software:varnish_cache:7.1.1:*:*:*:*:*:*:*'],
      },
    },
  ],
  negatives: [{ from: 'another reply of 200', bytes: Buffer.from('200 277     \nhello\n') }],
};
