import type { Protocol } from '../protocol.js';

/** The echo service (RFC 862): it says what it was told. */
export const echo: Protocol = {
  name: 'echo',
  ports: [7],
  context: 'asked',
  probe: Buffer.from('exposcan\r\n'),
  matchers: [{ pattern: /^exposcan\r\n/ }],
  about: { recognisedBy: 'the line that it was sent', logs: 'one start of a service' },
  examples: [{ from: 'xinetd 2.3.15.3, Debian 12', bytes: Buffer.from('exposcan\r\n'), service: { name: 'echo' } }],
  negatives: [
    { from: 'a server that repeats a word in its complaint', bytes: Buffer.from('exposcan: unknown command\r\n') },
  ],
};
