import type { Protocol } from '../protocol.js';

/**
 * Subversion's own protocol (subversion/libsvn_ra_svn/protocol in its source, sections 1 and 2). The server speaks first.
 *
 * ```
 * ← "( success ( " lowest version SP highest version " ( " mechanisms " ) ( " capabilities ") ) ) "
 * ```
 */
export const svn: Protocol = {
  name: 'svn',
  ports: [3690],
  matchers: [
    {
      pattern: /^\( success \( (?<lowest>\d{1,2}) (?<highest>\d{1,2}) \( [A-Z0-9 -]*\) \( [a-z0-9 -]*\) \) \) /,
      facts: ({ lowest, highest }) => ({
        extraInfo: `protocol ${lowest === highest ? lowest : `${lowest} to ${highest}`}`,
      }),
    },
  ],
  about: { recognisedBy: 'the greeting', logs: 'one connection that ended unexpectedly, with --log-file' },
  examples: [
    {
      from: 'svnserve 1.14.2, Debian 12',
      bytes: Buffer.from(
        '( success ( 2 2 ( ) ( edit-pipeline svndiff1 accepts-svndiff2 absent-entries commit-revprops depth log-revprops ' +
          'atomic-revprops partial-replay inherited-props ephemeral-txnprops file-revs-reverse list ) ) ) ',
      ),
      service: { name: 'svn', extraInfo: 'protocol 2' },
    },
    {
      from: 'built from the protocol document: an older server that names its mechanisms',
      bytes: Buffer.from('( success ( 1 2 ( ANONYMOUS CRAM-MD5 ) ( edit-pipeline ) ) ) '),
      service: { name: 'svn', extraInfo: 'protocol 1 to 2' },
    },
  ],
  negatives: [
    { from: 'a failure before the greeting', bytes: Buffer.from('( failure ( ( 210002 0: 0: 0 ) ) ) ') },
    { from: 'half a greeting', bytes: Buffer.from('( success ( 2 2 ( ) ( edit-pipeline ') },
  ],
};
