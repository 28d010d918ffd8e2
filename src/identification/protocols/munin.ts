import type { Protocol } from '../protocol.js';
import { latin1 } from '../reader.js';

const maxLine = 400;

/**
 * Munin's node (Munin documentation, "Data exchange between master and node", section "Network protocol").
 *
 * ```
 * ← "# munin node at " name LF
 * → version LF
 * ← "munins node on " name " version: " version LF
 * ```
 *
 * The name is the one that the administrator gave to the node. Other programs imitate the node, so that no CPE is given.
 */
export const munin: Protocol = {
  name: 'munin',
  ports: [4949],
  matchers: [
    {
      pattern: /^# munin node at (?<hostname>[\w.:-]{1,253})\r?\n/,
      facts: () => ({ product: 'Munin node' }),
    },
  ],
  asks: {
    when: () => true,
    write: Buffer.from('version\n'),
    read: (answer) => {
      const line = /^[^\n]{0,400}\n/.exec(latin1(answer))?.[0];
      if (line === undefined) return { kind: answer.length < maxLine ? 'more' : 'no' };
      const version = /^munins node on [\w.:-]{1,253} version: ([0-9][\w.~+-]{0,40})\r?\n/.exec(line)?.[1];
      return version === undefined ? { kind: 'no' } : { kind: 'match', facts: { version } };
    },
    examples: [
      {
        from: 'munin-node 2.0.73, Debian 12, asked for its version',
        greeting: Buffer.from('# munin node at lab.example.org\n'),
        bytes: Buffer.from('munins node on lab.example.org version: 2.0.73\n'),
        service: { name: 'munin', product: 'Munin node', version: '2.0.73', hostname: 'lab.example.org' },
      },
    ],
  },
  farewell: Buffer.from('quit\n'),
  about: {
    recognisedBy: 'the greeting',
    logs: 'one connection, with the address that it comes from',
  },
  examples: [
    {
      from: 'munin-node 2.0.73, Debian 12',
      bytes: Buffer.from('# munin node at lab.example.org\n'),
      service: { name: 'munin', product: 'Munin node', hostname: 'lab.example.org' },
    },
  ],
  negatives: [{ from: 'a comment about it', bytes: Buffer.from('# munin node configuration\n') }],
};
