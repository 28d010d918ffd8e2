import type { Protocol } from '../protocol.js';

/**
 * Gearman's job server (gearman.org, "Protocol", section "Administrative Protocol").
 *
 * ```
 * → "version" CR LF
 * ← "OK" SP 1.1.20+ds LF                             no CR
 * ← "ERR" SP code SP text, URL-encoded, CR LF        its answer to any other line, such as HTTP
 * ```
 *
 * There is no word for leaving.
 */
export const gearman: Protocol = {
  name: 'gearman',
  ports: [4730],
  probe: Buffer.from('version\r\n'),
  matchers: [
    {
      // It has been at 1.1 since 2012; others greet with a number of theirs.
      pattern: /^OK (?<version>1\.1\.\d{1,3}(?:\.\d{1,3})?)(?<extraInfo>[+~-][\w.+~-]{0,40})?\n/,
      facts: () => ({ product: 'gearmand' }),
    },
    { pattern: /^ERR UNKNOWN_COMMAND Unknown\+server\+command/ },
  ],
  about: {
    recognisedBy: 'the answer to version',
    logs: 'nothing with the usual settings',
  },
  examples: [
    {
      from: 'gearmand 1.1.20, Debian 12',
      bytes: Buffer.from('OK 1.1.20+ds\n'),
      service: { name: 'gearman', product: 'gearmand', version: '1.1.20', extraInfo: '+ds' },
    },
    {
      from: 'the same, asked in HTTP',
      bytes: Buffer.from(
        'ERR UNKNOWN_COMMAND Unknown+server+commandGET\r\nERR UNKNOWN_COMMAND Unknown+server+command\r\n',
      ),
      service: { name: 'gearman' },
    },
  ],
  negatives: [
    { from: "built from the documentation of MPD's protocol", bytes: Buffer.from('OK MPD 0.23.5\n') },
    { from: 'success in another line discipline', bytes: Buffer.from('OK 1.1.20\r\n') },
    { from: 'the version of something else', bytes: Buffer.from('OK 2.0.1\n') },
    { from: 'a number that is no version', bytes: Buffer.from('OK 200\n') },
  ],
};
