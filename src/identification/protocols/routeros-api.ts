import type { Protocol } from '../protocol.js';

/**
 * MikroTik RouterOS's API (MikroTik documentation, "API": words, sentences, and the command /quit).
 *
 * ```
 * word      byte length, where it is less than 80 hexadecimal · text        sentence   words · byte 0
 * → "/quit"
 * ← "!fatal" · a word of text                       session terminated on request; not logged in
 * ```
 *
 * Leaving is the one command that a stranger may give: everything else is a login, or an answer to one.
 */
export const routerOsApi: Protocol = {
  name: 'routeros-api',
  ports: [8728],
  overTls: { name: 'routeros-api-tls', ports: [8729] },
  probe: Buffer.from('\x05/quit\0', 'latin1'),
  matchers: [
    {
      pattern: /^\x06!fatal[\x01-\x7f](?<extraInfo>[\x20-\x7e]{1,127})\0/,
      facts: () => ({ product: 'MikroTik RouterOS' }),
    },
  ],
  about: {
    recognisedBy: 'the last sentence that the command to quit draws',
    logs: 'nothing before a login',
  },
  examples: [
    {
      from: "built from MikroTik's documentation of the API",
      bytes: Buffer.from('\x06!fatal\x1dsession terminated on request\0', 'latin1'),
      service: {
        name: 'routeros-api',
        product: 'MikroTik RouterOS',
        extraInfo: 'session terminated on request',
      },
    },
    {
      from: "built from MikroTik's documentation of the API, a stranger's command refused",
      bytes: Buffer.from('\x06!fatal\x0dnot logged in\0', 'latin1'),
      service: { name: 'routeros-api', product: 'MikroTik RouterOS', extraInfo: 'not logged in' },
    },
  ],
  negatives: [
    { from: 'our own sentence, echoed', bytes: Buffer.from('\x05/quit\0', 'latin1') },
    { from: 'text', bytes: Buffer.from('!fatal error\r\n') },
  ],
};
