import { cpe } from '../cpe.js';
import type { Protocol } from '../protocol.js';

/** The Asterisk Manager Interface (Asterisk's documentation, "The Asterisk Manager TCP IP API"). The server speaks first; its number is that of the interface. */
export const asteriskManager: Protocol = {
  name: 'asterisk-manager',
  ports: [5038],
  matchers: [
    {
      pattern: /^Asterisk Call Manager\/(?<number>\d{1,3}(?:\.\d{1,3}){0,3})\r\n/,
      facts: ({ number }) => ({
        product: 'Asterisk',
        extraInfo: `manager interface ${number}`,
        cpe: [cpe('digium', 'asterisk')],
      }),
    },
  ],
  farewell: Buffer.from('Action: Logoff\r\n\r\n'),
  about: { recognisedBy: 'the greeting', logs: 'nothing with the usual settings' },
  examples: [
    {
      from: 'built from the documentation',
      bytes: Buffer.from('Asterisk Call Manager/5.0.2\r\n'),
      service: {
        name: 'asterisk-manager',
        product: 'Asterisk',
        extraInfo: 'manager interface 5.0.2',
        cpe: [cpe('digium', 'asterisk')],
      },
    },
  ],
  negatives: [{ from: 'a relative with another name', bytes: Buffer.from('CallWeaver Manager/1.0\r\n') }],
};
