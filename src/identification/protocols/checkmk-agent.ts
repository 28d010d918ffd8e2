import { cpe } from '../cpe.js';
import type { Protocol } from '../protocol.js';

/**
 * Checkmk's agent (Checkmk documentation, "Monitoring agents", "The output of the agent"): whoever connects is told everything.
 *
 * ```
 * ← "<<<check_mk>>>" LF "Version: 2.1.0p10" LF "AgentOS: linux" LF …
 * ```
 *
 * It runs all its checks for each connection. With its controller it registers its clients and speaks TLS instead.
 */
export const checkmkAgent: Protocol = {
  name: 'checkmk-agent',
  ports: [6556],
  matchers: [
    {
      pattern: /^<<<check_mk>>>\r?\nVersion: (?<version>\d[\w.-]{0,40})\r?\nAgentOS: (?<extraInfo>[\w.-]{1,40})\r?\n/,
      facts: ({ version }) => ({ product: 'Checkmk agent', cpe: [cpe('checkmk', 'checkmk', version)] }),
    },
  ],
  about: {
    recognisedBy: 'the first section of its report, which it greets with',
    logs: 'not measured',
  },
  examples: [
    {
      from: 'built from the documentation',
      bytes: Buffer.from(
        '<<<check_mk>>>\nVersion: 2.1.0p10\nAgentOS: linux\nHostname: lab\nAgentDirectory: /etc/check_mk\n',
      ),
      service: {
        name: 'checkmk-agent',
        product: 'Checkmk agent',
        version: '2.1.0p10',
        extraInfo: 'linux',
        cpe: ['cpe:2.3:a:checkmk:checkmk:2.1.0p10:*:*:*:*:*:*:*'],
      },
    },
  ],
  negatives: [{ from: 'a section of something else', bytes: Buffer.from('<<<df>>>\nVersion: 1\nAgentOS: linux\n') }],
};
