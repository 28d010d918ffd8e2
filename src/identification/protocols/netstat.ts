import type { Protocol } from '../protocol.js';

/** The list of connections that inetds make with `netstat` or `ss`; no document describes it. The server speaks first. Only on its own port: it is text. */
export const netstat: Protocol = {
  name: 'netstat',
  ports: [15],
  context: 'port',
  matchers: [
    { pattern: /^(?:[^\r\n]{0,100}\r?\n)?Netid {1,4}State {1,12}Recv-Q / },
    { pattern: /^Active Internet connections [^\r\n]{0,60}\r?\nProto {1,4}Recv-Q / },
  ],
  about: { recognisedBy: 'the heading of a list of connections, on its own port', logs: 'one start of a service' },
  examples: [
    {
      from: 'ss of iproute2 6.1.0 behind xinetd 2.3.15.3, Debian 12',
      bytes: Buffer.from(
        'RTNETLINK answers: Invalid argument\nNetid State     Recv-Q Send-Q         Local Address:Port      Peer Address:Port     Process\n',
      ),
      service: { name: 'netstat' },
    },
    {
      from: 'built after netstat(8) of net-tools',
      bytes: Buffer.from(
        'Active Internet connections (w/o servers)\nProto Recv-Q Send-Q Local Address           Foreign Address         State      \n',
      ),
      service: { name: 'netstat' },
    },
  ],
  negatives: [{ from: 'a text about connections', bytes: Buffer.from('Active Internet connections are logged.\r\n') }],
};
