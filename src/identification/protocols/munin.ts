import type { Protocol } from '../protocol.js';

/**
 * Munin's node (Munin documentation, "Data exchange between master and node", section "Network protocol").
 *
 * ```
 * ← "# munin node at " name LF
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
  farewell: Buffer.from('quit\n'),
  about: {
    recognisedBy: 'the greeting',
    logs: 'a connection with the address that it comes from',
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
