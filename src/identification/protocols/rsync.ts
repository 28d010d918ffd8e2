import type { Protocol } from '../protocol.js';

/**
 * The rsync daemon (rsync's documentation, rsyncd.conf(5), and csprotocol.txt of its source).
 *
 * ```
 * ← "@RSYNCD: " version of the protocol ( SP digest )* LF        digests from protocol 32 on
 * ```
 *
 * The server speaks first. Its modules are not asked for: that is another line to send, and one in the log. The release cannot be told.
 */
export const rsync: Protocol = {
  name: 'rsync',
  ports: [873],
  matchers: [
    {
      pattern: /^@RSYNCD: (?<number>\d{1,3}(?:\.\d{1,3})?)(?: [a-z0-9 ]*)?\n/,
      facts: ({ number }) => ({ extraInfo: `protocol ${number}` }),
    },
  ],
  about: { recognisedBy: 'the greeting', logs: 'one connection' },
  examples: [
    {
      from: 'rsync 3.5.0, Debian 12',
      bytes: Buffer.from('@RSYNCD: 32.0 sha512 sha256 sha1 md5 md4\n'),
      service: { name: 'rsync', extraInfo: 'protocol 32.0' },
    },
    {
      from: 'built from csprotocol.txt: an older one',
      bytes: Buffer.from('@RSYNCD: 29\n'),
      service: { name: 'rsync', extraInfo: 'protocol 29' },
    },
  ],
  negatives: [{ from: 'the end of a list of modules', bytes: Buffer.from('@RSYNCD: EXIT\n') }],
};
