import type { Protocol } from '../protocol.js';

/**
 * DCE/RPC by way of HTTP, of Windows (MS-RPCH, section 2.1.1.2.1, "Legacy Server Response"). The server speaks first, and says no more than
 * this to anybody who is no proxy.
 */
export const httpRpcEpmap: Protocol = {
  name: 'http-rpc-epmap',
  ports: [593],
  matchers: [
    { pattern: /^ncacn_http\/(?<number>1\.0)$/, facts: ({ number }) => ({ extraInfo: `ncacn_http ${number}` }) },
  ],
  about: { recognisedBy: 'the greeting', logs: 'nothing known (not measured)' },
  examples: [
    {
      from: 'built from MS-RPCH',
      bytes: Buffer.from('ncacn_http/1.0'),
      service: { name: 'http-rpc-epmap', extraInfo: 'ncacn_http 1.0' },
    },
  ],
  negatives: [{ from: 'the name of another transport', bytes: Buffer.from('ncacn_ip_tcp/1.0') }],
};
