import { setFirewall } from '../lab/firewall.js';
import type { Lab } from '../lab/lab.js';

/** A host to scan, and what every scanner must find there. */
export interface Scenario {
  readonly name: string;
  readonly describe: string;
  readonly openPorts: readonly number[];
  /** Sets the host's firewall. */
  readonly prepare: (lab: Lab) => void;
}

const few = [22, 80, 443, 7777];

export const scenarios: readonly Scenario[] = [
  {
    name: 'reset',
    describe: '65,535 ports, 10 open, the rest reset',
    openPorts: [22, 25, 80, 143, 443, 3306, 7777, 20022, 40404, 65535],
    prepare: (lab) => {
      setFirewall(lab.host, []);
    },
  },
  {
    name: 'drop',
    describe: '65,535 ports, 4 open, the rest dropped',
    openPorts: few,
    prepare: (lab) => {
      setFirewall(lab.host, ['meta l4proto ipv6-icmp accept', `tcp dport != { ${few.join(', ')} } drop`]);
    },
  },
];

/** Servers that greet at once, sshd's way on 22 and a mail server's elsewhere, so that naming them costs a scanner little. */
export const listenerProgram = `
  const net = require('node:net');
  const ports = process.argv.slice(1).map(Number);
  let waiting = ports.length;
  for (const port of ports) {
    const server = net.createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.end(port === 22 ? 'SSH-2.0-bench\\r\\n' : '220 bench.example.org ESMTP\\r\\n');
      socket.resume();
    });
    server.listen({ port, host: '::', backlog: 511 }, () => {
      waiting -= 1;
      if (waiting === 0) process.stdout.write('ready');
    });
  }
`;
