import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import type { Snapshot } from '../src/model/snapshot.js';
import { storyGreeting } from './fixtures/snapshots.js';
import { setFirewall } from './lab/firewall.js';
import { createLab, hostAddresses, scannerAddresses } from './lab/lab.js';
import type { Namespace } from './lab/namespace.js';
import { labOptions } from './lab/requirements.js';
import { readSnapshot, scanJson, stateOf } from './lab/scan.js';
import { laySlowWire, slowHostAddresses } from './lab/slow-wire.js';

const project = fileURLToPath(new URL('..', import.meta.url));
const families = [4, 6] as const;
const both = Object.values(hostAddresses);
const host = 'offsite7.example.org';
const sshGreeting = Buffer.from('SSH-2.0-OpenSSH_9.2p1\r\n');

/** Servers that greet, and tell of each connection that they accept. */
interface Servers {
  /** How many connections each port has accepted since this was asked last. */
  takeCounts(): Map<number, number>;
  /** Resolves with the next connection to this port. */
  accept(port: number): Promise<void>;
}

async function serve(namespace: Namespace, greetings: Readonly<Record<number, Uint8Array>>): Promise<Servers> {
  const program = `
    const greetings = Object.entries(JSON.parse(process.argv[1]));
    let waiting = greetings.length;
    for (const [port, greeting] of greetings) {
      require('node:net').createServer((socket) => {
        console.log(port);
        socket.on('error', () => socket.destroy());
        socket.write(Buffer.from(greeting, 'base64'));
        socket.resume();
      }).listen({ port: Number(port), host: '::' }, () => --waiting === 0 && console.log('ready'));
    }
  `;
  const encoded = Object.entries(greetings).map(([port, bytes]) => [port, Buffer.from(bytes).toString('base64')]);
  const args = ['-e', program, JSON.stringify(Object.fromEntries(encoded))];
  const child = namespace.start(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/' });
  const { stdout } = child;
  if (stdout === null) throw new Error('the servers have no standard output');
  await once(stdout, 'data');
  child.unref();
  let counts = new Map<number, number>();
  const waiting = new Map<number, () => void>();
  stdout.setEncoding('utf8').on('data', (text: string) => {
    for (const port of text.trim().split('\n').map(Number)) {
      counts.set(port, (counts.get(port) ?? 0) + 1);
      waiting.get(port)?.();
    }
  });
  return {
    takeCounts() {
      const taken = counts;
      counts = new Map();
      return taken;
    },
    accept: (port) =>
      new Promise((resolve) => {
        waiting.set(port, resolve);
      }),
  };
}

/** Starts the built program and does not wait for it; `prefix` is what it is started by. */
function start(namespace: Namespace, args: readonly string[], prefix: readonly string[] = []) {
  const [command = '', ...rest] = [...prefix, process.execPath, 'bin/exposcan.js', ...args];
  const child: ChildProcess = namespace.start(command, rest, { stdio: ['ignore', 'pipe', 'pipe'], cwd: project });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => (output[stream] += text));
  }
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, ...output }));
  return { child, ended };
}

/** All that a snapshot says of endpoints, without the ways to see and to say it in which the methods differ. */
function statesOf(snapshot: Snapshot) {
  return {
    open: snapshot.open.map(({ address, port, service }) => [address, port, service.name]),
    notOpen: snapshot.notOpen.map(({ address, state, ports, count }) => [address, state, ports, count]),
    unknown: snapshot.unknown.map(({ address, code, ports }) => [address, code, ports]),
  };
}

function judgementsOf(snapshot: Snapshot) {
  return snapshot.findings.map(({ rule, outcome, code, address, port, ports }) =>
    [rule, outcome, code, address, port, ports].join(' '),
  );
}

function methodsOf({ open, notOpen }: Snapshot): string[] {
  return [...new Set([...open, ...notOpen].map(({ method }) => method))];
}

// Many scans, on machines that may be slow: a limit only for what hangs.
t.setTimeout(600_000);

t.test('a scan by SYN packets', labOptions(), async (t) => {
  t.setTimeout(600_000);
  const lab = createLab();
  t.teardown(() => {
    lab.remove();
  });
  const { outside, host: server } = lab;
  const servers = await serve(server, { 22: sshGreeting, 3306: storyGreeting, 40000: sshGreeting });
  const openPorts = [22, 3306, 40000];
  outside.writeHosts(families.map((family) => [hostAddresses[family], host]));
  const syn = (...args: string[]) => scanJson(outside, [...args, '--no-policy', '--method', 'syn']);
  const rules = (namespace: Namespace, hook: 'input' | 'output' | 'prerouting', chain: string) => {
    const type = hook === 'prerouting' ? 'nat hook prerouting priority dstnat' : `filter hook ${hook} priority filter`;
    const table = (family: string) => `table ${family} lab {\n chain ${hook} {\n type ${type};\n ${chain}\n }\n}\n`;
    const tables = hook === 'prerouting' ? table('ip') + table('ip6') : table('inet');
    namespace.run('nft', ['-f', '-'], `flush ruleset\n${tables}`);
  };
  const noRules = (namespace: Namespace) => {
    namespace.run('nft', ['flush', 'ruleset']);
  };
  const openAt = (snapshot: Snapshot, address: string) =>
    snapshot.open.filter((entry) => entry.address === address).map(({ port }) => port);

  await t.test('the story: the same states and findings as by connect, with the reasons of the wire', async (t) => {
    setFirewall(server, ['tcp dport { 953, 9000-9010 } drop']);
    servers.takeCounts();
    const judged = (method: string) =>
      scanJson(outside, [host, '--policy', 'policies/offsite7.yaml', '--method', method]);
    const { code, snapshot } = await judged('syn');
    t.same(
      servers.takeCounts(),
      new Map(openPorts.map((port) => [port, 2])),
      'each service hears of one connection on each family, that of the greeting',
    );
    t.equal(server.run('ss', ['-Htan', 'state', 'syn-recv']), '', 'nothing is left half open');
    t.equal(code, 1);
    t.same(methodsOf(snapshot), ['syn']);
    for (const address of both) {
      t.equal(stateOf(snapshot, address, 3306), 'open syn-ack');
      t.equal(stateOf(snapshot, address, 80), 'closed reset');
      t.equal(stateOf(snapshot, address, 953), 'filtered no-response');
      t.match(
        snapshot.open.filter((entry) => entry.address === address),
        [
          { port: 22, service: { name: 'ssh', version: '9.2p1' } },
          { port: 3306, service: { name: 'mysql', version: '5.1.73' } },
          { port: 40000, service: { name: 'ssh' } },
        ],
      );
    }
    for (const entry of snapshot.notOpen.filter(({ state }) => state === 'filtered')) {
      t.equal(entry.count, 12);
      t.type(entry.missProbability, 'number');
      t.ok((entry.missProbability ?? 1) <= 1e-6, `${entry.missProbability ?? 'nothing'} is known of a miss`);
    }
    const byConnect = await judged('connect');
    t.equal(byConnect.code, 1);
    t.same(methodsOf(byConnect.snapshot), ['connect']);
    t.equal(stateOf(byConnect.snapshot, hostAddresses[4], 80), 'closed conn-refused');
    t.same(statesOf(snapshot), statesOf(byConnect.snapshot));
    t.same(judgementsOf(snapshot), judgementsOf(byConnect.snapshot));
    setFirewall(server, []);
  });

  await t.test('without the capability: asked for by name, an error; else connect, and the same states', async (t) => {
    const without = ['setpriv', '--bounding-set=-net_raw', '--inh-caps=-net_raw'];
    const args = [host, '-p', '20-90,3306', '--no-policy', '--json'];
    const refused = await start(outside, [...args, '--method', 'syn'], without).ended;
    t.equal(refused.code, 2);
    t.match(refused.stderr, /--method syn cannot be used: .*CAP_NET_RAW/);
    t.equal(refused.stdout, '');
    const auto = await start(outside, args, without).ended;
    t.equal(auto.code, 0, auto.stderr);
    const snapshot = readSnapshot(auto.stdout);
    t.same(methodsOf(snapshot), ['connect']);
    const withIt = await start(outside, args).ended;
    t.equal(withIt.code, 0, withIt.stderr);
    t.same(methodsOf(readSnapshot(withIt.stdout)), ['syn']);
    t.same(statesOf(readSnapshot(withIt.stdout)), statesOf(snapshot));
  });

  await t.test("loopback and this machine's own addresses are connected to", async (t) => {
    const own = ['127.0.0.1', '::1', ...both];
    const { snapshot } = await scanJson(server, [...own, '-p', '22,3300-3310', '--no-policy', '--method', 'syn']);
    t.same(methodsOf(snapshot), ['connect']);
    for (const address of own) t.same(openAt(snapshot, address), [22, 3306]);
    t.same(snapshot.unknown, []);
  });

  await t.test('nobody there, nothing heard, no way: unknown', async (t) => {
    const behind = { 4: '198.18.0.7', 6: '2001:db8:7::7' };
    server.ip('route', 'add', 'local', '198.18.0.0/24', 'dev', 'lo');
    server.ip('-6', 'route', 'add', 'local', '2001:db8:7::/64', 'dev', 'lo');
    outside.ip('route', 'add', '198.18.0.0/24', 'via', hostAddresses[4]);
    outside.ip('-6', 'route', 'add', '2001:db8:7::/64', 'via', hostAddresses[6]);
    outside.ip('route', 'add', 'prohibit', '203.0.113.0/24');
    setFirewall(server, [`ip daddr ${behind[4]} drop`, `ip6 daddr ${behind[6]} drop`]);
    const nobody = ['198.51.100.77', '2001:db8:1::77'];
    const noRoute = ['192.0.2.7', '2001:db8:9::7'];
    const prohibited = '203.0.113.7';
    const all = [...Object.values(behind), ...nobody, ...noRoute, prohibited];
    const { code, snapshot } = await syn(...all, '-p', '1-4,22');
    t.equal(code, 3);
    t.same([snapshot.open, snapshot.notOpen], [[], []]);
    for (const address of Object.values(behind)) {
      t.equal(stateOf(snapshot, address, 22), 'unknown ERR_NEVER_ANSWERED');
    }
    for (const address of nobody) t.equal(stateOf(snapshot, address, 22), 'unknown ERR_NO_NEIGHBOUR');
    for (const address of noRoute) t.equal(stateOf(snapshot, address, 22), 'unknown ERR_NO_ROUTE');
    t.match(stateOf(snapshot, prohibited, 22), /^unknown ERR_(LOCAL|NO_ROUTE)$/);
    setFirewall(server, []);
    outside.ip('route', 'del', 'prohibit', '203.0.113.0/24');
  });

  await t.test('no IPv6 at all', async (t) => {
    lab.setIpv6(false);
    const { code, snapshot } = await syn(...both, '-p', '22,80-300');
    lab.setIpv6(true);
    t.equal(code, 3);
    t.equal(stateOf(snapshot, hostAddresses[4], 22), 'open syn-ack');
    t.equal(stateOf(snapshot, hostAddresses[4], 80), 'closed reset');
    t.match(snapshot.unknown, [{ address: hostAddresses[6], code: 'ERR_NO_ROUTE', count: 222 }]);
  });

  await t.test('a firewall of the scanning machine that lets nothing out', async (t) => {
    const verdicts = [
      'drop',
      'reject with icmpx port-unreachable',
      'reject with icmpx admin-prohibited',
      'reject with icmpx host-unreachable',
      'reject with tcp reset',
    ];
    const each = verdicts.map((verdict, index) => `tcp dport ${7001 + index} ${verdict}`);
    rules(outside, 'output', each.join('\n '));
    const { code, snapshot } = await syn(...both, '-p', '22,7000-7005');
    t.equal(code, 3);
    for (const address of both) {
      t.equal(stateOf(snapshot, address, 22), 'open syn-ack');
      t.equal(stateOf(snapshot, address, 7000), 'closed reset');
      verdicts.forEach((verdict, index) => {
        t.equal(stateOf(snapshot, address, 7001 + index), 'unknown ERR_LOCAL', `${address} ${verdict}`);
      });
    }
    rules(outside, 'output', 'tcp flags & (syn | ack) == syn drop');
    const nothing = await syn(...both, '-p', '22,80-90');
    t.equal(nothing.code, 3);
    t.same([nothing.snapshot.notOpen, nothing.snapshot.open], [[], []]);
    noRules(outside);
  });

  await t.test('rejected on the way: filtered, and by what', async (t) => {
    const rejected: readonly (readonly [string, string])[] = [
      ['reject with icmpx admin-prohibited', 'filtered admin-prohibited'],
      ['reject with icmpx host-unreachable', 'filtered host-unreachable'],
      ['reject with icmpx port-unreachable', 'filtered port-unreachable'],
      ['reject with tcp reset', 'closed reset'],
    ];
    setFirewall(
      server,
      rejected.map(([verdict], index) => `tcp dport ${7001 + index} ${verdict}`),
    );
    const { code, snapshot } = await syn(...both, '-p', '22,7000-7005');
    t.equal(code, 0);
    for (const address of both) {
      rejected.forEach(([, state], index) => t.equal(stateOf(snapshot, address, 7001 + index), state, address));
      t.equal(stateOf(snapshot, address, 7000), 'closed reset');
    }
    setFirewall(server, []);
  });

  await t.test('every port accepts', async (t) => {
    rules(server, 'prerouting', 'tcp dport != 3306 redirect to :22');
    const { code, snapshot } = await syn(...both);
    t.equal(code, 3);
    for (const address of both) {
      t.equal(stateOf(snapshot, address, 31337), 'unknown ERR_ACCEPTS_EVERYTHING');
      t.equal(stateOf(snapshot, address, 3306), 'open syn-ack');
    }
    t.same(snapshot.notOpen, []);
    t.equal(snapshot.notes.length, 2, 'noted once an address');
    noRules(server);
  });

  await t.test('a host that sends 500 resets a second', async (t) => {
    rules(server, 'output', 'tcp flags & rst == rst limit rate over 500/second burst 50 packets drop');
    const { code, snapshot } = await syn(...both, '-p', '22,3306,9001-13997,40000');
    for (const address of both) {
      t.same(openAt(snapshot, address), openPorts);
      const told = snapshot.notes.filter((note) => note.address === address);
      t.match(told, [{ code: 'ERR_LOSSY', message: /limit/ }], 'the limit is named');
    }
    t.equal(code, snapshot.unknown.length === 0 ? 0 : 3);
    noRules(server);
  });

  await t.test('few descriptors, few source ports: the same answers', async (t) => {
    const want = (snapshot: Snapshot, how: string) => {
      for (const address of both) t.same(openAt(snapshot, address), openPorts, how);
      t.same(snapshot.unknown, [], how);
      t.match(
        snapshot.notOpen,
        both.map((address) => ({ address, state: 'closed', count: 65_535 - 3 })),
        how,
      );
    };
    outside.run('sysctl', ['-q', '-w', 'net.ipv4.ip_local_port_range=40000 40999']);
    for (const method of ['syn', 'connect']) {
      const args = [...both, '--no-policy', '--method', method];
      want((await scanJson(outside, args, { fileLimit: 256 })).snapshot, method);
    }
    outside.run('sysctl', ['-q', '-w', 'net.ipv4.ip_local_port_range=32768 60999']);
  });

  await t.test('an interface that goes down in mid-scan', async (t) => {
    setFirewall(server, ['tcp dport 9000-9010 drop']);
    for (const method of ['syn', 'connect']) {
      for (const [whose, machine, own] of [
        ["the scanner's", outside, scannerAddresses],
        ["the host's", server, hostAddresses],
      ] as const) {
        const label = `${method}, ${whose}`;
        const args = [...both, '-p', '22,80,3000-3400,9000-9010', '--rate', '500', '--no-policy', '--json'];
        const { ended } = start(outside, [...args, '--method', method]);
        await servers.accept(22);
        machine.ip('link', 'set', 'eth0', 'down');
        const { code, stdout, stderr } = await ended;
        machine.ip('link', 'set', 'eth0', 'up');
        machine.ip('-6', 'address', 'replace', `${own[6]}/64`, 'dev', 'eth0', 'nodad');
        t.equal(code, 3, `${label}: ${stderr}`);
        const snapshot = readSnapshot(stdout);
        t.ok(
          snapshot.open.some(({ port }) => port === 22),
          label,
        );
        t.ok(snapshot.unknown.reduce((sum, { count }) => sum + count, 0) > 400, label);
        t.notOk(
          snapshot.notOpen.some(({ state }) => state === 'filtered'),
          `${label}: silence that nothing vouches for`,
        );
      }
    }
    setFirewall(server, []);
  });

  await t.test('a scanner that is stopped time and again: slower, the same answers', async (t) => {
    setFirewall(server, ['tcp dport { 953, 9000-9010 } drop']);
    const args = [...both, '-p', '1-1000,3306,9000-9100,40000', '--no-policy', '--json'];
    for (const method of ['syn', 'connect']) {
      const { child, ended } = start(outside, [...args, '--method', method]);
      await servers.accept(22);
      for (let stop = 0; stop < 3; stop++) {
        child.kill('SIGSTOP');
        await sleep(700);
        child.kill('SIGCONT');
        await sleep(200);
      }
      const { code, stdout, stderr } = await ended;
      t.equal(code, 0, `${method}: ${stderr}`);
      const snapshot = readSnapshot(stdout);
      for (const address of both) t.same(openAt(snapshot, address), openPorts, method);
      t.same(snapshot.unknown, [], method);
      t.same(
        snapshot.notOpen.map(({ state, count }) => [state, count]),
        both.flatMap(() => [
          ['closed', 1103 - 3 - 12],
          ['filtered', 12],
        ]),
        method,
      );
    }
    setFirewall(server, []);
  });

  await t.test('an interrupt', async (t) => {
    const report = join(lab.directory('interrupt'), 'report.json');
    const args = [...both, '-p', '22,80,3000-9000', '--rate', '200', '--no-policy', '-o', report, '--method', 'syn'];
    const { child, ended } = start(outside, args);
    await servers.accept(22);
    child.kill('SIGINT');
    const { code } = await ended;
    t.equal(code, 130);
    const snapshot = readSnapshot(readFileSync(report, 'utf8'));
    t.equal(snapshot.complete, false);
    t.ok(snapshot.unknown.some((entry) => entry.code === 'ERR_CANCELLED'));
    t.ok(snapshot.open.some(({ port }) => port === 22));
    t.equal(server.run('ss', ['-Htan', 'state', 'syn-recv']), '');
  });

  await t.test('a firewall of the scanning machine that refuses in the name of the host', async (t) => {
    const wire = await laySlowWire(lab);
    await wire.setDelay(40);
    rules(outside, 'output', 'tcp dport { 3306, 5432, 6379 } reject with tcp reset');
    const addresses = Object.values(slowHostAddresses);
    const { code, snapshot } = await syn(...addresses, '-p', '1-400,3306,5432,6379,40000');
    t.equal(code, 3);
    for (const address of addresses) {
      for (const port of [3306, 5432, 6379]) t.equal(stateOf(snapshot, address, port), 'unknown ERR_LOCAL');
      for (const port of [22, 40000]) t.equal(stateOf(snapshot, address, port), 'open syn-ack');
      for (const port of [1, 80, 400]) t.equal(stateOf(snapshot, address, port), 'closed reset');
    }
    noRules(outside);
  });
});
