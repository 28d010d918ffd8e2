import type { Protocol } from '../protocol.js';

/**
 * Music Player Daemon (MPD's documentation, "Protocol", section "Requests"). The server speaks first; the number is that of the protocol,
 * and stands still while the server's own goes on.
 *
 * ```
 * ← "OK MPD " number LF
 * ```
 */
export const mpd: Protocol = {
  name: 'mpd',
  ports: [6600],
  matchers: [
    {
      pattern: /^OK MPD (?<number>\d{1,3}\.\d{1,3}(?:\.\d{1,3})?)\n/,
      facts: ({ number }) => ({ product: 'Music Player Daemon', extraInfo: `protocol ${number}` }),
    },
  ],
  farewell: Buffer.from('close\n'),
  about: { recognisedBy: 'the greeting', logs: 'nothing with the usual settings' },
  examples: [
    {
      from: 'MPD 0.23.12, Debian 12',
      bytes: Buffer.from('OK MPD 0.23.5\n'),
      service: { name: 'mpd', product: 'Music Player Daemon', extraInfo: 'protocol 0.23.5' },
    },
  ],
  negatives: [{ from: 'an answer without a number', bytes: Buffer.from('OK MPD\n') }],
};
