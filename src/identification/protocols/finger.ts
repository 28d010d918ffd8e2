import type { Protocol } from '../protocol.js';

/**
 * Finger (RFC 1288, section 2). An empty query would list everybody who is logged on; this one asks for a user that there is not. What is
 * answered is text of any form, so that it counts in answer to this question alone.
 */
export const finger: Protocol = {
  name: 'finger',
  ports: [79],
  context: 'asked',
  probe: Buffer.from('exposcan\r\n'),
  matchers: [
    {
      pattern:
        /^(?:finger: )?(?:user )?['"]?exposcan['"]?: (?:no such user|[Uu]ser not found|\?\?\?|unknown user)[^\r\n]{0,60}\r?\n/,
    },
    { pattern: /^finger: [^\r\n:]{1,80}: no such user\.\r\n/ },
    { pattern: /^Login(?: name)?: exposcan[ \t]{1,40}(?:Name|In real life): [^\r\n]{0,60}\r?\n/ },
    { pattern: /^(?:\[?[^\r\n\]]{1,80}\]\r?\n)?Login {2,12}Name {2,24}T[^\r\n]{0,80}\r?\n/ },
  ],
  about: { recognisedBy: 'the answer about a user that there is not', logs: 'one query' },
  examples: [
    {
      from: 'in.fingerd of bsd-finger 0.17, Debian 12',
      bytes: Buffer.from('finger: exposcan: no such user.\r\n'),
      service: { name: 'finger' },
    },
    {
      from: 'built from RFC 1288 and the finger of System V, which knows nobody by that name',
      bytes: Buffer.from('Login name: exposcan\t\t\tIn real life: ???\r\n'),
      service: { name: 'finger' },
    },
    {
      from: 'in.fingerd of bsd-finger 0.17, Debian 12, asked in HTTP',
      bytes: Buffer.from('finger: GET: no such user.\r\nfinger: /: no such user.\r\n'),
      service: { name: 'finger' },
    },
  ],
  negatives: [
    { from: 'our own query, echoed', bytes: Buffer.from('exposcan\r\n') },
    { from: 'a complaint about an unknown command', bytes: Buffer.from('exposcan: command not found\r\n') },
  ],
};
