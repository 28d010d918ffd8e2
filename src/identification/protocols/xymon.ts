import { cpe } from '../cpe.js';
import type { Protocol } from '../protocol.js';

/**
 * Xymon's and Big Brother's server, under IANA's name for the port (xymon(1), "XYMON MESSAGE SYNTAX": ping).
 *
 * ```
 * → "ping", and the end of what we send: that is how long a message is
 * ← "xymond " version LF
 * ```
 */
export const xymon: Protocol = {
  name: 'bb',
  ports: [1984],
  probe: Buffer.from('ping'),
  halfCloses: true,
  matchers: [
    {
      pattern: /^xymond (?<version>[0-9][\w.~+-]{0,40})\r?\n/,
      facts: ({ version }) => ({ product: 'Xymon', cpe: [cpe('xymon', 'xymon', version)] }),
    },
  ],
  about: { recognisedBy: 'the answer to ping', logs: 'nothing' },
  examples: [
    {
      from: 'xymond 4.3.30, Debian 12',
      bytes: Buffer.from('xymond 4.3.30\n'),
      service: {
        name: 'bb',
        product: 'Xymon',
        version: '4.3.30',
        cpe: ['cpe:2.3:a:xymon:xymon:4.3.30:*:*:*:*:*:*:*'],
      },
    },
  ],
  negatives: [{ from: 'a name without a version', bytes: Buffer.from('xymond is here\n') }],
};
