import type { Protocol } from '../protocol.js';

/** The list of active users or processes (RFC 866), which inetds make with `ps` or `who`. The server speaks first. Only on its own port: it is text. */
export const systat: Protocol = {
  name: 'systat',
  ports: [11],
  context: 'port',
  matchers: [
    { pattern: /^(?:USER|UID) {1,12}PID [^\r\n]{0,120}(?:COMMAND|CMD)\r?\n/ },
    { pattern: /^ {2,6}PID TTY {2,12}(?:STAT {2,6})?TIME (?:CMD|COMMAND)\r?\n/ },
  ],
  about: { recognisedBy: 'the heading of a list of processes, on its own port', logs: 'one start of a service' },
  examples: [
    {
      from: 'ps of procps 4.0.2 behind xinetd 2.3.15.3, Debian 12',
      bytes: Buffer.from(
        'USER       PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\nroot         1  0.3',
      ),
      service: { name: 'systat' },
    },
    {
      from: 'the same, ps without options',
      bytes: Buffer.from('  PID TTY          TIME CMD\n'),
      service: { name: 'systat' },
    },
  ],
  negatives: [{ from: 'a greeting of another service', bytes: Buffer.from('USER anonymous please\r\n') }],
};
