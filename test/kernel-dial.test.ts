import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import fc from 'fast-check';
import t from 'tap';
import { addressFromValue, type Address, parseAddress } from '../src/model/address.js';
import { wrapSocket } from '../src/net/connection.js';
import { createDial, type Dial, type DialResult } from '../src/net/dial.js';
import { createKernelDial } from '../src/net/kernel-dial.js';
import { writePort, writeSockaddr } from '../src/net/kernel-sockaddr.js';
import { createCertificate } from './lab/certificate.js';
import { setFirewall } from './lab/firewall.js';
import { createLab, hostAddresses } from './lab/lab.js';
import type { Namespace } from './lab/namespace.js';
import { labOptions } from './lab/requirements.js';

const kernel = await createKernelDial();
const skip = kernel.available ? false : kernel.why;
const dials: [name: string, dial: Dial][] = [['net', createDial()]];
if (kernel.available) dials.push(['kernel', kernel.dial]);
t.teardown(() => {
  if (kernel.available) kernel.close();
});

function address(text: string): Address {
  const parsed = parseAddress(text);
  if (parsed === undefined) throw new Error(`${text} is no address`);
  return parsed;
}

function ask(dial: Dial, text: string, port: number): Promise<DialResult> {
  return new Promise((resolve) => {
    let returned = false;
    dial(address(text), port, (result) => {
      if (!returned) throw new Error('told before it returned');
      resolve(result);
    });
    returned = true;
  });
}

async function connected(dial: Dial, text: string, port: number): Promise<Socket> {
  const result = await ask(dial, text, port);
  if (result.kind !== 'accepted') throw new Error(`${text}:${port} was not accepted: ${JSON.stringify(result)}`);
  return result.socket;
}

async function serve(host: string, talk: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    talk(socket);
  });
  server.listen({ host, port: 0 });
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  return { server, port: bound.port };
}

function descriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

/** Waits until as many descriptors are open as are to be, and gives back how many are. */
async function descriptorsFallTo(count: number): Promise<number> {
  for (let turn = 0; turn < 300 && descriptors() > count; turn++) await sleep(10);
  return descriptors();
}

t.test('socket addresses', (t) => {
  const bytes = Buffer.alloc(28, 0xff);
  t.equal(writeSockaddr(bytes, address('192.0.2.7'), 0), 16);
  writePort(bytes, 0x1234);
  t.equal(bytes.toString('hex', 0, 16), '02001234c00002070000000000000000');
  t.equal(writeSockaddr(bytes, address('fe80::1:2%eth0'), 3), 28);
  writePort(bytes, 443);
  t.equal(bytes.toString('hex'), '0a0001bb00000000fe80000000000000000000000001000203000000');
  fc.assert(
    fc.property(fc.bigInt(0n, (1n << 128n) - 1n), fc.integer({ min: 0, max: 65_535 }), (value, port) => {
      writeSockaddr(bytes, addressFromValue(6, value), 0);
      writePort(bytes, port);
      return BigInt(`0x${bytes.toString('hex', 8, 24)}`) === value && bytes.readUInt16BE(2) === port;
    }),
  );
  t.end();
});

for (const [name, dial] of dials) {
  t.test(`${name}: a socket that was accepted is one of Node's own`, async (t) => {
    for (const host of ['127.0.0.1', '::1']) {
      const { server, port } = await serve(host, (socket) => socket.pipe(socket));
      const before = descriptors();
      const socket = await connected(dial, host, port);
      t.match(
        { remote: socket.remoteAddress, port: socket.remotePort, half: socket.allowHalfOpen, fate: socket.connecting },
        { remote: host, port, half: false, fate: false },
      );
      const connection = wrapSocket(socket, address(host), port);
      connection.write(Buffer.from('hello'));
      t.match(await connection.read(5000, 100), { kind: 'data', bytes: Buffer.from('hello') });
      connection.close();
      await once(socket, 'close');
      t.equal(await descriptorsFallTo(before), before, 'every descriptor is given back');
      server.close();
    }
  });

  t.test(`${name}: refused over and over, and then accepted: nothing of the past clings to the socket`, async (t) => {
    const gone = await serve('127.0.0.1', () => undefined);
    gone.server.close();
    await once(gone.server, 'close');
    const data = Buffer.alloc(3_000_000, 'exposcan');
    const { server, port } = await serve('127.0.0.1', (socket) => socket.end(data));
    for (let round = 0; round < 20; round++) {
      t.match(await ask(dial, '127.0.0.1', gone.port), { kind: 'error', code: 'ECONNREFUSED', local: false });
    }
    const socket = await connected(dial, '127.0.0.1', port);
    const parts: Buffer[] = [];
    socket.on('data', (bytes: Buffer) => parts.push(bytes));
    await once(socket, 'close');
    t.ok(Buffer.concat(parts).equals(data), 'whole and in order');
    server.close();
  });

  t.test(`${name}: ends, time-outs and resets show as they do`, async (t) => {
    const peers: Socket[] = [];
    const { server, port } = await serve('127.0.0.1', (socket) => peers.push(socket));
    const quiet = await connected(dial, '127.0.0.1', port);
    quiet.setTimeout(1);
    await once(quiet, 'timeout');
    quiet.destroy();
    await once(quiet, 'close');
    const cut = await connected(dial, '127.0.0.1', port);
    while (peers.length < 2) await sleep(1);
    peers[1]?.resetAndDestroy();
    const [error] = (await once(cut, 'error')) as unknown[];
    t.match(error, { code: 'ECONNRESET' });
    await once(cut, 'close').catch(() => undefined);
    for (const peer of peers) peer.destroy();
    server.close();
  });

  t.test(`${name}: TLS over it`, async (t) => {
    const files = createCertificate(t.testdir(), ['offsite7.example.org']);
    const [key, cert] = [readFileSync(files.key), readFileSync(files.certificate)];
    const server = createTlsServer({ key, cert }, (socket) => socket.end('inside'));
    server.listen({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    const bound = server.address();
    if (bound === null || typeof bound === 'string') throw new Error('no port');
    const socket = await connected(dial, '127.0.0.1', bound.port);
    const secure = connectTls({ socket, rejectUnauthorized: false });
    const [bytes] = (await once(secure, 'data')) as unknown[];
    t.same(bytes, Buffer.from('inside'));
    secure.destroy();
    server.close();
    await once(server, 'close');
  });

  t.test(`${name}: errors of this machine are local`, async (t) => {
    t.match(await ask(dial, 'fe80::1', 80), { kind: 'error', code: /^E/, local: true }, 'no interface named');
    t.match(await ask(dial, 'fe80::1%none0', 80), { kind: 'error', code: 'EINVAL', local: true }, 'an unknown one');
    t.match(await ask(dial, '255.255.255.255', 80), { kind: 'error', code: /^E(NETUNREACH|ACCES)$/, local: true });
  });

  t.test(`${name}: an attempt that is abandoned at once tells nothing`, async (t) => {
    const gone = await serve('127.0.0.1', () => undefined);
    gone.server.close();
    const before = descriptors();
    let told = 0;
    for (let round = 0; round < 50; round++) {
      const abandon = dial(address(round % 2 === 0 ? '127.0.0.1' : '255.255.255.255'), gone.port, () => told++);
      abandon();
      abandon();
    }
    await ask(dial, '127.0.0.1', gone.port);
    t.equal(told, 0);
    t.ok((await descriptorsFallTo(before)) <= before);
  });
}

t.test('kernel: closed with attempts under way', { skip }, async (t) => {
  const before = descriptors();
  const other = await createKernelDial();
  if (!other.available) throw new Error(other.why);
  let told = 0;
  for (let round = 0; round < 100; round++) other.dial(address('127.0.0.1'), 1, () => told++);
  other.dial(address('255.255.255.255'), 1, () => told++);
  other.close();
  other.close();
  await sleep(20);
  t.equal(told, 0);
  t.equal(await descriptorsFallTo(before), before);
  t.throws(() => other.dial(address('127.0.0.1'), 1, () => undefined));
});

t.test('kernel: a program may end without closing it', { skip }, (t) => {
  const start = `
    import { createKernelDial } from './src/net/kernel-dial.ts';
    import { parseAddress } from './src/model/address.ts';
    const kernel = await createKernelDial();
    const dial = (done) => kernel.dial(parseAddress('127.0.0.1'), 1, done);
  `;
  const endings = {
    'by itself, once all is told': 'dial(() => undefined);',
    'from within an answer': 'dial(() => process.exit());',
    'with attempts under way': 'dial(() => undefined); setImmediate(() => { dial(() => undefined); process.exit(); });',
    'once each has been told, also where they threw': `
      let told = 0;
      process.on('uncaughtException', () => undefined);
      for (let i = 0; i < 5; i++) dial(() => { told += 1; throw new Error('mine'); });
      process.on('exit', () => { process.exitCode = told === 5 ? 0 : 9; });
    `,
  };
  for (const [name, ending] of Object.entries(endings)) {
    const args = ['--import', 'tsx', '--input-type=module', '-e', start + ending];
    const { status, signal, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    t.match({ status, signal, stderr }, { status: 0, signal: null, stderr: '' }, name);
  }
  t.end();
});

/** Dials each case by both means inside a namespace and prints what became of it. */
const program = `
  import { closeSync, openSync, readdirSync } from 'node:fs';
  import { createDial } from './src/net/dial.ts';
  import { createKernelDial } from './src/net/kernel-dial.ts';
  import { parseAddress } from './src/model/address.ts';
  const cases = JSON.parse(process.argv[1]);
  const kernel = await createKernelDial();
  if (!kernel.available) throw new Error(kernel.why);
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const fds = () => readdirSync('/proc/self/fd').length;
  const ask = (dial, { address, port, patience = 5000 }) => new Promise((resolve) => {
    const timer = setTimeout(() => { abandon(); resolve('silence'); }, patience);
    const abandon = dial(parseAddress(address), port, (result) => {
      clearTimeout(timer);
      if (result.kind === 'accepted') result.socket.on('error', () => undefined).destroy();
      resolve(result.kind === 'error' ? result.code + (result.local ? ' local' : '') : result.kind);
    });
  });
  const answers = {};
  for (const [name, dial] of [['net', createDial()], ['kernel', kernel.dial]]) {
    if (!process.argv[2].includes(name)) continue;
    const before = fds();
    answers[name] = await Promise.all(cases.map(async (each) => {
      const seen = new Set();
      for (let round = 0; round < (each.rounds ?? 1); round++) seen.add(await ask(dial, each));
      return [...seen].sort().join(', ');
    }));
    for (let turn = 0; turn < 300 && fds() > before; turn++) await sleep(10);
    answers[name].push(fds() <= before ? 'no descriptor left' : 'descriptors left: ' + (fds() - before));
    const full = [];
    try { for (;;) full.push(openSync('/dev/null')); } catch {}
    answers[name].push(await ask(dial, cases[0]));
    for (const fd of full) closeSync(fd);
    answers[name].push(await ask(dial, cases[0]));
  }
  kernel.close();
  process.stdout.write(JSON.stringify(answers));
`;

interface Case {
  readonly address: string;
  readonly port: number;
  readonly is: string;
  readonly rounds?: number;
  readonly patience?: number;
}

function dialInside(namespace: Namespace, cases: readonly Case[], names: readonly string[]): unknown {
  const node = [process.execPath, '--import', 'tsx', '--input-type=module', '-e', program];
  return JSON.parse(namespace.run('prlimit', ['--nofile=200:200', ...node, JSON.stringify(cases), names.join(' ')]));
}

async function listen(namespace: Namespace, port: number, talk: string): Promise<void> {
  const server = `require('node:net').createServer((socket) => { socket.on('error', () => 0); ${talk} })
    .listen({ port: ${port}, host: '::' }, () => process.stdout.write('ready'));`;
  const child = namespace.start(process.execPath, ['-e', server], { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/' });
  if (child.stdout !== null) await once(child.stdout, 'data');
  child.unref();
}

t.test('by either means, the same answers', labOptions(kernel.available ? undefined : kernel.why), async (t) => {
  const lab = createLab();
  t.teardown(() => {
    lab.remove();
  });
  await listen(lab.host, 7777, 'socket.resume();');
  await listen(lab.host, 8123, 'socket.resetAndDestroy();');
  const rejects = ['admin-prohibited', 'host-unreachable', 'no-route', 'port-unreachable'];
  setFirewall(lab.host, [
    ...rejects.map((kind, index) => `tcp dport ${1001 + index} reject with icmpx ${kind}`),
    'tcp dport 1009 drop',
  ]);
  lab.outside.ip('route', 'add', 'prohibit', '192.0.2.0/25');
  lab.outside.ip('route', 'add', 'unreachable', '192.0.2.128/25');
  lab.outside.ip('-6', 'route', 'add', 'prohibit', '2001:db8:9::/48');
  const cases: Case[] = [
    ...([4, 6] as const).flatMap((family) => {
      const at = (port: number, is: string, rest: Partial<Case> = {}) => [
        { address: hostAddresses[family], port, is, ...rest },
      ];
      return [
        ...at(7777, 'accepted'),
        ...at(9, 'ECONNREFUSED', { rounds: 20 }),
        ...at(1001, family === 4 ? 'EHOSTUNREACH' : 'EACCES'),
        ...at(1002, 'EHOSTUNREACH'),
        ...at(1003, 'ENETUNREACH'),
        ...at(1004, 'ECONNREFUSED'),
        ...at(1009, 'silence', { patience: 100 }),
      ];
    }),
    { address: '203.0.113.7', port: 80, is: 'ENETUNREACH local' },
    { address: '2001:db8:ff::1', port: 80, is: 'ENETUNREACH local' },
    { address: '192.0.2.1', port: 80, is: 'EACCES local' },
    { address: '192.0.2.129', port: 80, is: 'EHOSTUNREACH local' },
    { address: '2001:db8:9::1', port: 80, is: 'EACCES local' },
    { address: '198.51.100.77', port: 80, is: 'EHOSTUNREACH' },
  ];
  const expected = [...cases.map(({ is }) => is), 'no descriptor left', 'EMFILE local', 'accepted'];
  t.strictSame(dialInside(lab.outside, cases, ['net', 'kernel']), { net: expected, kernel: expected });

  // With two source ports to choose from, a connection to the first comes back to itself, until that is in TIME-WAIT.
  for (const [name, port] of [
    ['net', 40000],
    ['kernel', 41000],
  ] as const) {
    lab.host.run('sysctl', ['-q', '-w', `net.ipv4.ip_local_port_range=${port} ${port + 1}`]);
    const selves = ['127.0.0.1', '::1'].map((text) => ({ address: text, port, is: '', rounds: 20 }));
    const seen = dialInside(lab.host, selves, [name]);
    t.match(seen, { [name]: selves.map(() => /^(ECONNREFUSED, )?self-connect$/) });
  }
});
