import { once } from 'node:events';
import { startDaemon } from './daemon.js';
import { hostAddresses, scannerAddresses, type Lab } from './lab.js';

/** The two ends of the slow wire, out of the documentation ranges. */
const slowScannerAddresses = { 4: '203.0.113.1', 6: '2001:db8:2::1' } as const;
export const slowHostAddresses = { 4: '203.0.113.2', 6: '2001:db8:2::2' } as const;

/** A second way between the lab's two machines, as long as one likes. */
export interface SlowWire {
  /** Once this resolves, each packet that comes from the host is held up by `delay`, give or take up to `jitter`, in milliseconds. */
  setDelay(delay: number, jitter?: number): Promise<void>;
}

const port = 7001;
const [hostIn, hostOut] = [7002, 7003];

/**
 * Passes packets on between the scanner's end and the host's, which come as datagrams. Its standard input says how long those from
 * the host are held up: `40 0`. A process of its own, so that a busy test holds up nothing else.
 */
const relay = `
  const { createSocket } = require('node:dgram');
  const [wire, peer, port, hostIn, hostOut] = process.argv.slice(1);
  let [delay, jitter] = [0, 0];
  process.stdin.on('data', (text) => {
    [delay, jitter] = String(text).trim().split('\\n').at(-1).split(' ').map(Number);
    process.stdout.write('set');
  });
  const outside = createSocket({ type: 'udp4', recvBufferSize: 1 << 22 });
  const host = createSocket({ type: 'udp4', recvBufferSize: 1 << 22 });
  outside.on('message', (packet) => host.send(packet, Number(hostOut), '127.0.0.1'));
  host.on('message', (packet) => {
    const time = delay + jitter * (2 * Math.random() - 1);
    setTimeout(() => outside.send(packet, Number(port), peer), time);
  });
  outside.bind(Number(port), wire, () => host.bind(Number(hostIn), '127.0.0.1', () => process.stdout.write('ready')));
`;

/**
 * Lays the slow wire. Linux could hold packets up itself (tc-netem(8)), but many small kernels are built without that: so each machine
 * has a TUN device, and what goes through it takes the way through a program.
 */
export async function laySlowWire(lab: Lab): Promise<SlowWire> {
  const { outside, host } = lab;
  const files = lab.directory('slow-wire');
  const args = ['-e', relay, hostAddresses[4], scannerAddresses[4], ...[port, hostIn, hostOut].map(String)];
  const child = host.start(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'], cwd: '/' });
  if (child.stdout !== null) await once(child.stdout, 'data');
  child.unref();
  for (const [namespace, addresses, datagrams] of [
    [outside, slowScannerAddresses, `${hostAddresses[4]}:${port},bind=${scannerAddresses[4]}:${port}`],
    [host, slowHostAddresses, `127.0.0.1:${hostIn},bind=127.0.0.1:${hostOut}`],
  ] as const) {
    await startDaemon(namespace, {
      command: 'socat',
      args: ['-d', '-d', `TUN:${addresses[4]}/24,tun-name=slow0,iff-no-pi,iff-up`, `UDP4-DATAGRAM:${datagrams}`],
      directory: files,
      ports: [],
      readyLog: /starting data transfer loop/,
    });
    namespace.ip('address', 'add', `${addresses[6]}/64`, 'dev', 'slow0', 'nodad');
  }
  return {
    async setDelay(delay, jitter = 0) {
      child.stdin?.write(`${delay} ${jitter}\n`);
      if (child.stdout !== null) await once(child.stdout, 'data');
    },
  };
}
