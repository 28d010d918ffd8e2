import type { Protocol } from '../protocol.js';

/**
 * The time of day as text (RFC 867, which leaves the form open and suggests two). The server speaks first, and hangs up. Only on its own
 * port: other services print the time as well.
 */
export const daytime: Protocol = {
  name: 'daytime',
  ports: [13],
  context: 'port',
  matchers: [
    { pattern: /^\d{1,2} [A-Z]{3} \d{4} \d\d:\d\d:\d\d [A-Z+-][A-Z0-9+-]{0,5}\r?\n/ },
    { pattern: /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-3]\d \d\d:\d\d:\d\d \d{4}\r?\n/ },
    { pattern: /^[A-Z][a-z]{5,8}, [A-Z][a-z]{2,8} \d{1,2}, \d{4} \d\d:\d\d:\d\d-[A-Z]{2,5}\r?\n/ },
  ],
  about: { recognisedBy: 'a line with the date and the time, on its own port', logs: 'one start of a service' },
  examples: [
    {
      from: 'xinetd 2.3.15.3, Debian 12',
      bytes: Buffer.from('23 NOV 2026 15:26:54 UTC\r\n'),
      service: { name: 'daytime' },
    },
    {
      from: 'built after ctime(3), as the inetds of BSD print it',
      bytes: Buffer.from('Mon Nov 23 15:26:54 2026\r\n'),
      service: { name: 'daytime' },
    },
    {
      from: 'RFC 867',
      bytes: Buffer.from('Tuesday, February 22, 1982 17:37:43-PST\r\n'),
      service: { name: 'daytime' },
    },
  ],
  negatives: [
    { from: 'a greeting with a date in it', bytes: Buffer.from('Welcome, it is Mon Nov 23 15:26:54 2026\r\n') },
  ],
};
