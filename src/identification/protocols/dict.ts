import type { Protocol } from '../protocol.js';

/**
 * Dictionary servers (RFC 2229, section 3.1, "Initial Connection"). The server speaks first.
 *
 * ```
 * ← "220" SP text [SP "<" capability *("." capability) ">"] SP "<" id "@" host ">" CR LF
 * ```
 */
export const dict: Protocol = {
  name: 'dict',
  ports: [2628],
  matchers: [
    {
      pattern:
        /^220 (?<hostname>[\w.:-]{1,253}) dictd (?<version>\d[\w.-]{0,20})(?:\/rf)? on [^<>\r\n]{1,100} <[\w.]{1,100}> <[^<>\r\n]{1,200}>\r\n/,
      facts: () => ({ product: 'dictd' }),
    },
    { pattern: /^220 [^<>\r\n]{1,200} <[\w.]{1,100}> <[^<>@\r\n]{1,200}@[^<>\r\n]{1,253}>\r\n/ },
  ],
  farewell: Buffer.from('QUIT\r\n'),
  about: {
    recognisedBy: 'the greeting (220, with capabilities and a message id)',
    logs: 'one session and its end (quit)',
  },
  examples: [
    {
      from: 'dictd 1.13.0, Debian 12',
      bytes: Buffer.from('220 vm dictd 1.13.0/rf on Linux 6.18.44-fc-v669 <auth.mime> <1.275.1795454811@vm>\r\n'),
      service: { name: 'dict', product: 'dictd', version: '1.13.0', hostname: 'vm' },
    },
    {
      from: 'RFC 2229, section 3.1',
      bytes: Buffer.from('220 dict.org dictd (version 0.9) <auth.mime> <27831.860032493@dict.org>\r\n'),
      service: { name: 'dict' },
    },
  ],
  negatives: [
    { from: 'a file server with an address', bytes: Buffer.from('220 ready <27831.860032493@ftp.example.org>\r\n') },
  ],
};
