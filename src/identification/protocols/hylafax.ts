import type { Protocol } from '../protocol.js';

/** The client server of HylaFAX (hfaxd(8), "FAX CLIENT-SERVER PROTOCOL", which extends RFC 959). The server speaks first. */
export const hylafax: Protocol = {
  name: 'hylafax',
  ports: [4559],
  matchers: [
    {
      pattern:
        /^220 (?<hostname>[\w.:-]{1,253}) server \(HylaFAX \(tm\) Version (?<version>\d[\w.-]{0,30})\) ready\.\r\n/,
      facts: () => ({ product: 'HylaFAX' }),
    },
  ],
  farewell: Buffer.from('QUIT\r\n'),
  about: { recognisedBy: 'the greeting', logs: 'one connection and its end' },
  examples: [
    {
      from: 'HylaFAX 6.0.7, Debian 12',
      bytes: Buffer.from('220 vm server (HylaFAX (tm) Version 6.0.7) ready.\r\n'),
      service: { name: 'hylafax', product: 'HylaFAX', version: '6.0.7', hostname: 'vm' },
    },
  ],
  negatives: [
    { from: 'a server of something else', bytes: Buffer.from('220 vm server (Example Version 6.0.7) ready.\r\n') },
  ],
};
