import type { Protocol } from '../protocol.js';

/**
 * Network UPS Tools (RFC 9271: the commands LOGOUT and VER, and the error responses).
 *
 * ```
 * → "VER" LF
 * ← "Network UPS Tools upsd 2.8.0 - http://www.networkupstools.org/" LF
 * ← "ERR" SP code LF                                 its answer to anything else, such as HTTP
 * ```
 */
export const nut: Protocol = {
  name: 'nut',
  ports: [3493],
  probe: Buffer.from('VER\n'),
  matchers: [
    {
      pattern: /^Network UPS Tools upsd (?<version>\d[\w.+~-]{0,40}) - [^\n]{0,200}\n/,
      facts: () => ({ product: 'Network UPS Tools upsd' }),
    },
    { pattern: /^ERR (?:UNKNOWN-COMMAND|INVALID-ARGUMENT)\n/ },
  ],
  farewell: Buffer.from('LOGOUT\n'),
  about: {
    recognisedBy: 'the answer to VER',
    logs: 'nothing',
  },
  examples: [
    {
      from: 'upsd of Network UPS Tools 2.8.0, Debian 12',
      bytes: Buffer.from('Network UPS Tools upsd 2.8.0 - http://www.networkupstools.org/\n'),
      service: { name: 'nut', product: 'Network UPS Tools upsd', version: '2.8.0' },
    },
    {
      from: 'the same, asked in HTTP',
      bytes: Buffer.from('ERR INVALID-ARGUMENT\nERR UNKNOWN-COMMAND\n'),
      service: { name: 'nut' },
    },
  ],
  negatives: [
    { from: 'gearmand 1.1.20, Debian 12', bytes: Buffer.from('ERR UNKNOWN_COMMAND Unknown+server+command\r\n') },
    { from: 'an error of another kind', bytes: Buffer.from('ERR unknown command\n') },
  ],
};
