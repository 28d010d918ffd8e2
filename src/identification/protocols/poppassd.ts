import type { Protocol } from '../protocol.js';

/** Changing the password of a mailbox (poppassd(8); its source, poppassd.c, "the protocol"). The server speaks first, and asks for a user next. */
export const poppassd: Protocol = {
  name: 'poppassd',
  ports: [106],
  matchers: [
    {
      pattern: /^200 (?:[\w.-]{1,253} )?poppassd v?(?<version>\d[\w.-]{0,20}) hello, who are you\?\r?\n/,
      facts: () => ({ product: 'poppassd' }),
    },
  ],
  farewell: Buffer.from('quit\r\n'),
  about: { recognisedBy: 'the greeting', logs: 'nothing, or one error: no user' },
  examples: [
    {
      from: 'poppassd 1.8.5, Debian 12',
      bytes: Buffer.from('200 poppassd v1.8.5 hello, who are you?\r\n'),
      service: { name: 'poppassd', product: 'poppassd', version: '1.8.5' },
    },
  ],
  negatives: [{ from: 'another that says hello', bytes: Buffer.from('200 hello, who are you?\r\n') }],
};
