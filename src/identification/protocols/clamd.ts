import { cpe } from '../cpe.js';
import type { Protocol } from '../protocol.js';

/**
 * ClamAV's daemon (clamd(8), "COMMANDS": VERSION).
 *
 * ```
 * → "VERSION" LF
 * ← "ClamAV " version ["/" number of the signatures "/" their date] LF
 * ```
 *
 * It has no authentication, and SHUTDOWN among its commands.
 */
export const clamd: Protocol = {
  name: 'clamd',
  ports: [3310],
  probe: Buffer.from('VERSION\n'),
  matchers: [
    {
      pattern:
        /^ClamAV (?<version>\d[\w.~+-]{0,40})(?:\/(?<signatures>\d{1,9})\/(?<day>[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}))?\n/,
      facts: ({ version, signatures, day }) => ({
        product: 'ClamAV',
        extraInfo: signatures === undefined ? undefined : `signatures ${signatures} of ${day ?? ''}`,
        cpe: [cpe('clamav', 'clamav', version)],
      }),
    },
  ],
  about: { recognisedBy: 'the answer to VERSION', logs: 'nothing with the usual settings' },
  examples: [
    {
      from: 'clamd 1.4.6, Debian 12, without the published signatures',
      bytes: Buffer.from('ClamAV 1.4.6\n'),
      service: {
        name: 'clamd',
        product: 'ClamAV',
        version: '1.4.6',
        cpe: ['cpe:2.3:a:clamav:clamav:1.4.6:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'built from clamd(8)',
      bytes: Buffer.from('ClamAV 0.103.8/26837/Sat Mar  4 08:26:38 2023\n'),
      service: {
        name: 'clamd',
        product: 'ClamAV',
        version: '0.103.8',
        extraInfo: 'signatures 26837 of Sat Mar  4 08:26:38 2023',
        cpe: ['cpe:2.3:a:clamav:clamav:0.103.8:*:*:*:*:*:*:*'],
      },
    },
  ],
  negatives: [{ from: 'its answer to what it does not know', bytes: Buffer.from('UNKNOWN COMMAND\n') }],
};
