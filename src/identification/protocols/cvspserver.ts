import type { Protocol } from '../protocol.js';

/**
 * CVS over its password server ("The CVS Client/Server Protocol", section "Connecting to and authenticating the server"). The first line
 * of a client says that a login follows; this one is empty, which says nothing, and is answered as a bad start.
 */
export const cvspserver: Protocol = {
  name: 'cvspserver',
  ports: [2401],
  probe: Buffer.from('\n'),
  matchers: [{ pattern: /^cvs \[(?:pserver|server) aborted\]: bad auth protocol start: [^\n]{0,200}\n/ }],
  about: { recognisedBy: 'the complaint about an empty first line', logs: 'one bad start of a login' },
  examples: [
    {
      from: 'cvs 1.12.13, Debian 12',
      bytes: Buffer.from('cvs [pserver aborted]: bad auth protocol start: \n'),
      service: { name: 'cvspserver' },
    },
  ],
  negatives: [{ from: 'a client of CVS that gives up', bytes: Buffer.from('cvs [checkout aborted]: no repository\n') }],
};
